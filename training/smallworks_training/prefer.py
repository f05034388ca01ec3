"""Preference tuning on corrections: what a person wrote against what the model had written (DPO, arXiv:2305.18290).

    python -m smallworks_training.prefer --data FILE.jsonl --base MODEL --adapter FOLDER --out FOLDER

FILE holds rows of `prompt`, `chosen` and `rejected`, all in the runtime's own text. The adapter goes on from where it is;
with the adapter switched off the same model is the reference. The training loop is TRL's.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from datasets import load_dataset
from peft import PeftModel
from trl import DPOConfig, DPOTrainer

from .base_model import load_base


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", required=True)
    parser.add_argument("--adapter", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--beta", type=float, default=0.1, help="how far from the reference is far")
    parser.add_argument("--rate", type=float, default=5e-5)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--batch", type=int, default=4, help="pairs a step")
    parser.add_argument("--longest", type=int, default=1400, help="tokens of a row")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rows = load_dataset("json", data_files=str(options.data), split="train")
    missing = {"prompt", "chosen", "rejected"} - set(rows.column_names)
    if missing:
        raise SystemExit(f"{options.data} lacks {', '.join(sorted(missing))}: each row needs prompt, chosen and rejected.")
    base, tokenizer = load_base(options.base, attention="sdpa", dtype=torch.float32)
    model = PeftModel.from_pretrained(base, options.adapter, is_trainable=True)
    trainer = DPOTrainer(
        model=model,
        args=DPOConfig(
            output_dir=str(options.out / "trl"),
            beta=options.beta,
            learning_rate=options.rate,
            max_steps=options.steps,
            per_device_train_batch_size=options.batch,
            max_length=options.longest,
            seed=options.seed,
            use_cpu=not torch.cuda.is_available(),
            bf16=torch.cuda.is_available(),
            report_to=[],
            save_strategy="no",
            logging_steps=5,
        ),
        train_dataset=rows,
        processing_class=tokenizer,
    )
    trainer.train()
    model.save_pretrained(options.out / "best")


if __name__ == "__main__":
    main()
