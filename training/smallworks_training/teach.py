"""Lets a larger model of the same vocabulary speak on every token of the right completions, for distillation.

    python -m smallworks_training.teach --data FOLDER --teacher MODEL --out FOLDER

Copies the export folder and gives each row of train.jsonl a field `teacher`: for every token of the completion the
teacher's likeliest tokens and their log-probabilities.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch

from . import tree_attention as _tree_attention  # registers the attention implementation
from .base_model import load_base
from .dataset import DatasetError, read_rows
from .packs import group_rows, packs_of, predicted_logits


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--teacher", required=True, help="GGUF file, folder or hub name")
    parser.add_argument("--candidates", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=1600)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model, tokenizer = load_base(options.teacher, attention="tree", dtype=torch.bfloat16)
    model = model.to(device).eval()
    source = options.data / "train.jsonl"
    lines = source.read_text(encoding="utf-8").splitlines()
    rows = read_rows(source, tokenizer, longest=1 << 20)
    if len(rows) != len(lines):
        raise DatasetError(f"{source}: {len(lines) - len(rows)} rows have an empty prompt or completion.")
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copy(options.data / "valid.jsonl", options.out / "valid.jsonl")
    following = iter(lines)
    with (options.out / "train.jsonl").open("w", encoding="utf-8") as file:
        for pack in packs_of(group_rows(rows, tokenizer.eos_token_id), options.tokens):
            pack = pack.to(device)
            logits = predicted_logits(model, pack)
            logprobs, tokens = logits.float().log_softmax(-1).topk(options.candidates)
            for number in range(pack.rows):
                own = pack.row_of == number
                said = [
                    [ids, [round(value, 4) for value in values]]
                    for ids, values in zip(tokens[own].tolist(), logprobs[own].tolist())
                ]
                print(json.dumps({**json.loads(next(following)), "teacher": said}), file=file)


if __name__ == "__main__":
    main()
