"""What a model says to the prompts of some rows, greedily and with 32-bit floats: the measure for every other engine.

    python -m smallworks_training.predict --data ROWS.jsonl --base MODEL.gguf --adapter FOLDER --out FILE.jsonl

Writes one object a row: `prompt`, `base` and `adapted`, the texts without and with the adapter, and `logprobs`, the natural
logarithm of the probability of each token of `adapted`, its end included where it was reached.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from peft import PeftModel

from .base_model import load_base


@torch.no_grad()
def continuation(model, tokenizer, prompt: str, most: int) -> tuple[str, list[float]]:
    """The likeliest text after `prompt`, up to the token that ends a turn or `most` tokens, and each token's log-probability."""
    ids = tokenizer(prompt, add_special_tokens=False, return_tensors="pt")
    output = model.generate(
        **ids,
        do_sample=False,
        max_new_tokens=most,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.eos_token_id,
        output_logits=True,
        return_dict_in_generate=True,
    )
    tokens = output.sequences[0, ids.input_ids.shape[1] :]
    steps = torch.stack([logits[0] for logits in output.logits]).float().log_softmax(-1)
    logprobs = steps.gather(1, tokens[:, None])[:, 0].tolist()
    return tokenizer.decode(tokens, skip_special_tokens=True), logprobs


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
            adapted, logprobs = continuation(model, tokenizer, prompt, options.tokens)
            with model.disable_adapter():
                plain, _ = continuation(model, tokenizer, prompt, options.tokens)
            print(json.dumps({"prompt": prompt, "base": plain, "adapted": adapted, "logprobs": logprobs}), file=file)


if __name__ == "__main__":
    main()
