"""From a training run to the files that are used: PEFT adapter, GGUF LoRA with its card, and a merged model on request.

    python -m smallworks_training.finish --run FOLDER --data FOLDER --base MODEL.gguf --id NAME --licence SPDX --out FOLDER

Writes OUT/NAME/ (PEFT), OUT/NAME.gguf, OUT/NAME.card.json and, with --merged, OUT/NAME-merged/.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from peft import PeftModel

from .base_model import load_base
from .gguf_lora import hash_file, write_adapter


def make_card(options: argparse.Namespace) -> dict:
    """What is to be known about the adapter: what it is for, made of what, by which recipe, how good, under which terms."""
    log = [json.loads(line) for line in (options.run / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    scores = [entry for entry in log if entry["event"] == "scored"]
    best = max(scores, key=lambda entry: entry["exact"], default=None)
    config = json.loads((options.run / "best" / "adapter_config.json").read_text(encoding="utf-8"))
    return {
        "name": options.id,
        "purpose": options.purpose,
        "base": options.base_id,
        "base_sha256": hash_file(options.base),
        "data": {
            "sha256": hash_file(options.data / "train.jsonl"),
            "rows": sum(1 for _ in (options.data / "train.jsonl").open(encoding="utf-8")),
            "attribution": options.attribution,
        },
        "recipe": {
            "method": method_of(options.run / "best"),
            "rank": config["r"],
            "alpha": config["lora_alpha"],
            "modules": sorted(config["target_modules"]),
            "steps": best["step"] if best else 0,
        },
        "validation": best["sets"] if best else {},
        "scores": json.loads(options.scores.read_text(encoding="utf-8")) if options.scores else [],
        "licence": options.licence,
        "prompt_version": options.prompt_version,
    }


def method_of(folder: Path) -> str:
    """`lora` or `dora`. Raises SystemExit for a run that trained all weights: its `best` is the model itself."""
    config = folder / "adapter_config.json"
    if not config.is_file():
        raise SystemExit(f"{folder} holds no adapter. After --method full it is the whole model, ready as it is.")
    return "dora" if json.loads(config.read_text(encoding="utf-8")).get("use_dora") else "lora"


def write_merged(*, base: str, adapter: Path, out: Path) -> None:
    """The base with the adapter's change added to its weights, as a folder of its own."""
    model, tokenizer = load_base(base, attention="sdpa", dtype=torch.float32)
    merged = PeftModel.from_pretrained(model, adapter).merge_and_unload()
    # The weights are plain now, though they came from a quantised file.
    merged.config.__dict__.pop("quantization_config", None)
    merged.is_quantized = False
    merged.hf_quantizer = None
    merged.save_pretrained(out)
    tokenizer.save_pretrained(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="folder that training wrote")
    parser.add_argument("--data", type=Path, required=True, help="folder that training read")
    parser.add_argument("--base", type=Path, required=True, help="GGUF file of the base model")
    parser.add_argument("--base-id", default="smollm2-135m-instruct-q4_1", help="the base model's id in the catalogue")
    parser.add_argument("--id", required=True, help="the adapter's name")
    parser.add_argument("--purpose", default="", help="one sentence: what it is good at")
    parser.add_argument("--licence", required=True, help="SPDX identifier; share-alike data asks for its own")
    parser.add_argument("--attribution", action="append", default=[], help="a source that is to be named; may be repeated")
    parser.add_argument("--scores", type=Path, help="JSON file with what was measured: a list of name, value, low, high, base, rows")
    parser.add_argument("--prompt-version", type=int, default=1, help="`promptVersion` of the runtime that made the rows")
    parser.add_argument("--merged", action="store_true", help="also write the base model with the adapter merged in")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    method = method_of(options.run / "best")
    if method != "lora" and not options.merged:
        raise SystemExit(f"The run's method is {method}, which a GGUF LoRA cannot hold: take --merged as well, or train with --method lora.")
    options.out.mkdir(parents=True, exist_ok=True)
    card = make_card(options)
    (options.out / f"{options.id}.card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    shutil.copytree(options.run / "best", options.out / options.id, dirs_exist_ok=True)
    if method == "lora":
        file = options.out / f"{options.id}.gguf"
        write_adapter(
            folder=options.run / "best",
            base=options.base,
            name=options.id,
            card=card,
            prompt_version=options.prompt_version,
            out=file,
        )
        print(f"{file}: {file.stat().st_size} bytes, sha256 {hash_file(file)}")
    if options.merged:
        write_merged(base=str(options.base), adapter=options.run / "best", out=options.out / f"{options.id}-merged")


if __name__ == "__main__":
    main()
