"""Trains an adapter on an export folder.

    python -m smallworks_training.train --data FOLDER --base MODEL.gguf --out FOLDER
    torchrun --nproc_per_node 2 -m smallworks_training.train ...      two processes, on GPUs where there are any

Loss on completions only, over the runtime's own text. The state is saved now and then; the same command goes on from there.
The weights with the most validation rows exact under the constrained decoder are kept in OUT/best.
"""

from __future__ import annotations

import json
import math
import random
import time
from itertools import islice
from pathlib import Path
from typing import Iterator

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed

from . import tree_attention as _tree_attention  # registers the attention implementation
from .constrained import Constraints
from .dataset import read_rows
from .loss import completion_loss
from .methods import trainable_model
from .options import read_options
from .packs import Pack, Row, group_rows, packs_of, predicted_logits
from .schedule import rate_at
from .score import score_rows
from .state import load_state, save_state, save_weights


def packs_forever(rows: list[Row], turn_end: int, tokens: int, seed: int, share: int, shares: int) -> Iterator[Pack]:
    """Every group once an epoch, in an order that the seed decides; the packs of the process with number `share`.

    Packs of about the same length fall to the processes at the same time: each step waits for the longest.
    """
    groups = list(group_rows(rows, turn_end))
    epoch = 0
    while True:
        chance = random.Random(f"{seed} {epoch}")
        chance.shuffle(groups)
        packs = packs_of(groups, tokens)
        while window := sorted(islice(packs, 16 * shares), key=lambda pack: pack.length):
            steps = [window[at : at + shares] for at in range(0, len(window), shares)]
            chance.shuffle(steps)
            for step in steps:
                # The last packs of an epoch may be too few for all.
                yield step[share % len(step)]
        epoch += 1


class Notes:
    """The run's log: one JSON object a line, in the folder and on the screen. Only the first process writes."""

    def __init__(self, folder: Path, is_first: bool) -> None:
        self._file = (folder / "log.jsonl").open("a", encoding="utf-8") if is_first else None

    def add(self, **facts: object) -> None:
        if self._file is not None:
            line = json.dumps(facts)
            print(line, file=self._file, flush=True)
            print(line, flush=True)


def main() -> None:
    options = read_options(__doc__)
    # The base is loaded in the type to compute in; an environment's mixed precision would put a second type beside it.
    accelerator = Accelerator(mixed_precision="no")
    set_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    notes = Notes(options.out, accelerator.is_main_process)
    model, tokenizer = trainable_model(
        method=options.method,
        base=options.base,
        rank=options.rank,
        alpha=options.alpha,
        dropout=options.dropout,
        start=options.start,
    )
    turn_end = tokenizer.eos_token_id
    rows = read_rows(options.data / "train.jsonl", tokenizer, options.longest)
    valid = read_rows(options.data / "valid.jsonl", tokenizer, options.longest)
    constraints = Constraints(tokenizer, model.config.vocab_size)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=options.rate, weight_decay=0.0, betas=(0.9, 0.98))
    done = load_state(options.out / "state", model, optimizer)
    trained, optimizer = accelerator.prepare(model, optimizer)
    notes.add(event="started", step=done.step, rows=len(rows), valid=len(valid), processes=accelerator.num_processes)

    shares = accelerator.num_processes
    packs = packs_forever(rows, turn_end, options.tokens, options.seed, accelerator.process_index, shares)
    for _ in range(done.step):
        next(packs)
    decay = max(1, math.floor(options.steps * options.decay))
    pace = Pace()
    model.train()
    while done.step < options.steps:
        pack = next(packs).to(accelerator.device)
        for group in optimizer.param_groups:
            group["lr"] = options.rate * rate_at(done.step, options.steps, options.warmup, decay)
        logits = predicted_logits(trained, pack)
        loss = completion_loss(logits, pack, options.teacher)
        accelerator.backward(loss)
        torch.nn.utils.clip_grad_norm_(weights, options.clip)
        optimizer.step()
        optimizer.zero_grad()
        done.step += 1
        pace.add(pack, loss.item())
        ends = done.step == options.steps
        if done.step % 10 == 0:
            notes.add(event="trained", step=done.step, rate=round(optimizer.param_groups[0]["lr"], 6), **pace.take(shares))
        if done.step % options.score_every == 0 or ends:
            # Every process scores, so that all of them know when to end.
            scores = score_rows(model, valid, turn_end, options.tokens, constraints)
            exact = sum(int(score["exact"]) for score in scores.values())
            notes.add(event="scored", step=done.step, exact=exact, of=len(valid), sets=scores)
            done.waited = 0 if exact > done.best else done.waited + 1
            if exact > done.best:
                done.best = exact
                if accelerator.is_main_process:
                    save_weights(options.out / "best", model)
                    if options.method == "full":
                        # A whole model is used without its base, which has the tokenizer of an adapter.
                        tokenizer.save_pretrained(options.out / "best")
            accelerator.wait_for_everyone()
            pace = Pace()
        ends = ends or 0 < options.patience <= done.waited
        if (done.step % options.save_every == 0 or ends) and accelerator.is_main_process:
            save_state(options.out / "state", model, optimizer.optimizer, done)
        if ends:
            break
    notes.add(event="ended", step=done.step, best=done.best)


class Pace:
    """What was seen since the last report, and how fast."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._rows = self._tokens = self._steps = 0
        self._loss = 0.0

    def add(self, pack: Pack, loss: float) -> None:
        self._rows += pack.rows
        self._tokens += pack.length
        self._steps += 1
        self._loss += loss

    def take(self, processes: int) -> dict[str, float]:
        """`loss` (mean of the steps), `rows_per_s` and `tokens_per_s` (of all processes); counting begins anew."""
        seconds = time.monotonic() - self._began
        facts = {
            "loss": round(self._loss / max(1, self._steps), 4),
            "rows_per_s": round(self._rows * processes / seconds, 2),
            "tokens_per_s": round(self._tokens * processes / seconds),
        }
        self.__init__()
        return facts


if __name__ == "__main__":
    main()
