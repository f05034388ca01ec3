"""Processor seconds of one step on one thread, for `npm run bench -- train`. The last line is one JSON object."""

from __future__ import annotations

import argparse
import json
import time

import torch
from peft import LoraConfig, get_peft_model

from .base_model import load_base
from .methods import LINEARS


def tokens_of(count: int, stride: int) -> list[int]:
    return [100 + (at * stride) % 40_000 for at in range(count)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", required=True)
    parser.add_argument("--tokens", type=int, required=True)
    parser.add_argument("--targets", type=int, required=True)
    parser.add_argument("--rank", type=int, required=True)
    parser.add_argument("--steps", type=int, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    base, _ = load_base(options.base, attention="sdpa", dtype=torch.float32)
    model = get_peft_model(
        base, LoraConfig(r=options.rank, lora_alpha=2 * options.rank, target_modules=LINEARS, task_type="CAUSAL_LM")
    )
    completion = tokens_of(options.targets, 104_729)
    ids = torch.tensor([tokens_of(options.tokens - options.targets + 1, 7919) + completion[:-1]])
    times: list[float] = []
    for _ in range(options.steps + 1):
        model.zero_grad()
        began = time.process_time()
        logits = model(input_ids=ids, logits_to_keep=options.targets).logits[0]
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(completion))
        loss.backward()
        times.append(time.process_time() - began)
    print(json.dumps({"stepSeconds": times[1:], "loss": loss.item(), "torch": torch.__version__}))


if __name__ == "__main__":
    main()
