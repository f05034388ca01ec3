"""What a model says to the prompts of some rows, greedily and with 32-bit floats: the measure for every other engine.

    python -m smallworks_training.predict --data ROWS.jsonl --base MODEL.gguf --adapter FOLDER --out FILE.jsonl

Writes one object a row: `prompt`, `base` and `adapted`, the texts without and with the adapter.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from peft import PeftModel

from .base_model import load_base


@torch.no_grad()
def continuation(model, tokenizer, prompt: str, most: int) -> str:
    """The likeliest text after `prompt`, up to the token that ends a turn or `most` tokens."""
    ids = tokenizer(prompt, add_special_tokens=False, return_tensors="pt")
    output = model.generate(
        **ids, do_sample=False, max_new_tokens=most, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.eos_token_id
    )
    return tokenizer.decode(output[0, ids.input_ids.shape[1] :], skip_special_tokens=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", required=True)
    parser.add_argument("--adapter", type=Path, required=True, help="folder of a PEFT adapter")
    parser.add_argument("--tokens", type=int, default=64, help="tokens of a text at most")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    base, tokenizer = load_base(options.base, attention="sdpa", dtype=torch.float32)
    model = PeftModel.from_pretrained(base, options.adapter).eval()
    with options.out.open("w", encoding="utf-8") as file:
        for line in options.data.read_text(encoding="utf-8").splitlines():
            prompt = json.loads(line)["prompt"]
            adapted = continuation(model, tokenizer, prompt, options.tokens)
            with model.disable_adapter():
                plain = continuation(model, tokenizer, prompt, options.tokens)
            print(json.dumps({"prompt": prompt, "base": plain, "adapted": adapted}), file=file)


if __name__ == "__main__":
    main()
