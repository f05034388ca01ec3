"""Trains a LoRA adapter on an export folder.

    accelerate launch --num_processes 1 -m smallworks_training.train --data FOLDER --base MODEL.gguf --out FOLDER

Loss on completions only, over the runtime's own text. One step is one pack a process. State is saved as a whole now and
then; the same command goes on from there. Everything random hangs on the seed.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shutil
import time
from pathlib import Path
from typing import Iterator

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from peft import LoraConfig, get_peft_model, set_peft_model_state_dict
from safetensors.torch import load_file

from . import tree_attention as _tree_attention  # registers the attention implementation
from .base_model import load_base
from .dataset import read_rows
from .lora_kernel import use_fast_lora
from .packs import Pack, Row, group_rows, packs_of
from .schedule import rate_at
from .score import score_rows

LINEARS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with train.jsonl and valid.jsonl (format 'rendered')")
    parser.add_argument("--base", required=True, help="GGUF file, folder or hub name of the base model")
    parser.add_argument("--out", type=Path, required=True, help="folder for the adapter, the state and the log")
    parser.add_argument("--steps", type=int, default=2000, help="optimiser steps in all")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--alpha", type=float, default=32.0)
    parser.add_argument("--rate", type=float, default=1e-3, help="highest learning rate")
    parser.add_argument("--warmup", type=int, default=50, help="steps")
    parser.add_argument("--decay", type=float, default=0.2, help="share of the steps in which the rate falls to zero")
    parser.add_argument("--tokens", type=int, default=1600, help="tokens of a pack")
    parser.add_argument("--longest", type=int, default=1400, help="tokens of a row; longer ones are left out")
    parser.add_argument("--clip", type=float, default=1.0, help="largest norm of the gradient")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save-every", type=int, default=100)
    parser.add_argument("--score-every", type=int, default=300)
    return parser.parse_args()


def packs_forever(rows: list[Row], turn_end: int, tokens: int, seed: int, share: int, shares: int) -> Iterator[Pack]:
    """Every group once an epoch, in an order that the seed decides; of each `shares` packs, the one with number `share`."""
    groups = list(group_rows(rows, turn_end))
    epoch = 0
    while True:
        order = random.Random(f"{seed} {epoch}")
        order.shuffle(groups)
        for number, pack in enumerate(packs_of(groups, tokens)):
            if number % shares == share:
                yield pack
        epoch += 1


def save_state(folder: Path, model, optimizer, step: int) -> None:
    """Whole or not at all: a folder of another name that takes the old one's place."""
    fresh, old = folder.with_name("state.new"), folder.with_name("state.old")
    shutil.rmtree(fresh, ignore_errors=True)
    model.save_pretrained(fresh)
    torch.save({"step": step, "optimizer": optimizer.state_dict()}, fresh / "optimizer.pt")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.replace(folder, old)
    os.replace(fresh, folder)
    shutil.rmtree(old, ignore_errors=True)


def main() -> None:
    options = read_arguments()
    accelerator = Accelerator()
    if accelerator.device.type == "cpu":
        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", torch.get_num_threads())))
    set_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    log = (options.out / "log.jsonl").open("a", encoding="utf-8") if accelerator.is_main_process else None

    def note(**facts) -> None:
        if log is not None:
            print(json.dumps(facts), file=log, flush=True)
            print(json.dumps(facts), flush=True)

    base, tokenizer = load_base(options.base, attention="tree", dtype=torch.bfloat16)
    turn_end = tokenizer.eos_token_id
    rows, _ = read_rows(options.data / "train.jsonl", tokenizer, options.longest)
    valid, sets = read_rows(options.data / "valid.jsonl", tokenizer, options.longest)
    model = get_peft_model(base, LoraConfig(r=options.rank, lora_alpha=options.alpha, target_modules=LINEARS))
    use_fast_lora(model)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=options.rate, weight_decay=0.0, betas=(0.9, 0.98))
    state = options.out / "state"
    step = 0
    if state.exists():
        set_peft_model_state_dict(model, load_file(state / "adapter_model.safetensors"))
        saved = torch.load(state / "optimizer.pt", weights_only=True)
        optimizer.load_state_dict(saved["optimizer"])
        step = saved["step"]
    trained, optimizer = accelerator.prepare(model, optimizer)
    note(event="started", step=step, rows=len(rows), valid=len(valid), processes=accelerator.num_processes)

    packs = packs_forever(
        rows, turn_end, options.tokens, options.seed, accelerator.process_index, accelerator.num_processes
    )
    for _ in range(step):
        next(packs)
    decay = max(1, math.floor(options.steps * options.decay))
    seen_rows = seen_tokens = 0
    sum_loss = 0.0
    began = time.monotonic()
    model.train()
    while step < options.steps:
        pack = next(packs)
        for group in optimizer.param_groups:
            group["lr"] = options.rate * rate_at(step, options.steps, options.warmup, decay)
        logits = trained(
            input_ids=pack.ids,
            position_ids=pack.positions,
            pack=pack,
            logits_to_keep=pack.predicted_at,
            use_cache=False,
        ).logits[0]
        loss = torch.nn.functional.cross_entropy(logits.float(), pack.targets)
        accelerator.backward(loss)
        torch.nn.utils.clip_grad_norm_(weights, options.clip)
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        sum_loss += loss.item()
        seen_rows += pack.rows
        seen_tokens += pack.length
        if step % 10 == 0:
            seconds = time.monotonic() - began
            note(
                event="trained",
                step=step,
                loss=round(sum_loss / 10, 4),
                rate=round(optimizer.param_groups[0]["lr"], 6),
                rows_per_s=round(seen_rows * accelerator.num_processes / seconds, 2),
                tokens_per_s=round(seen_tokens * accelerator.num_processes / seconds),
            )
            sum_loss = 0.0
            seen_rows = seen_tokens = 0
            began = time.monotonic()
        if step % options.save_every == 0 or step == options.steps:
            if accelerator.is_main_process:
                save_state(state, model, optimizer.optimizer, step)
        if step % options.score_every == 0 or step == options.steps:
            if accelerator.is_main_process:
                note(event="scored", step=step, sets=score_rows(model, valid, sets, turn_end, options.tokens))
            accelerator.wait_for_everyone()
            began = time.monotonic()


if __name__ == "__main__":
    main()
