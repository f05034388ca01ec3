"""What was typed after `smallworks_training.train`."""

from __future__ import annotations

import argparse
from pathlib import Path

from .methods import METHODS


def read_options(description: str | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with train.jsonl and valid.jsonl (format 'rendered')")
    parser.add_argument("--base", required=True, help="GGUF file, folder or hub name of the base model")
    parser.add_argument("--out", type=Path, required=True, help="folder for the adapter, the state and the log")
    parser.add_argument("--method", choices=METHODS, default="lora")
    parser.add_argument("--from", dest="start", type=Path, help="a PEFT folder or a GGUF LoRA to go on from")
    parser.add_argument("--steps", type=int, default=2000, help="optimiser steps in all")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--alpha", type=float, default=32.0)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--rate", type=float, default=1e-3, help="highest learning rate")
    parser.add_argument("--warmup", type=int, default=50, help="steps")
    parser.add_argument("--decay", type=float, default=0.2, help="share of the steps in which the rate falls to zero")
    parser.add_argument("--tokens", type=int, default=1600, help="tokens of a pack; one pack a step and process")
    parser.add_argument("--longest", type=int, default=1400, help="tokens of a row; longer ones are left out")
    parser.add_argument("--clip", type=float, default=1.0, help="largest norm of the gradient")
    parser.add_argument("--teacher", type=float, default=0.5, help="share of a teacher's word, 0 to 1, on rows that have one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save-every", type=int, default=100, help="steps")
    parser.add_argument("--score-every", type=int, default=250, help="steps")
    parser.add_argument("--patience", type=int, default=0, help="scores without a gain before the run ends; 0: never")
    return parser.parse_args()
