"""How many rows a model answers exactly. Greedy decoding writes the completion if and only if every one of its tokens is
the likeliest after those before it, so one forward pass over the right text tells, without decoding. Knows packs and models only.
"""

from __future__ import annotations

from collections import Counter
from typing import Sequence

import torch

from .packs import Row, group_rows, packs_of


@torch.no_grad()
def score_rows(model, rows: Sequence[Row], sets: Sequence[str], turn_end: int, tokens: int) -> dict[str, dict[str, float]]:
    """By set: `n`, `exact` (rows written without a fault) and `loss` (mean of all completion tokens)."""
    was_training = model.training
    model.eval()
    names = iter(sets)
    count: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    predicted: Counter[str] = Counter()
    loss: Counter[str] = Counter()
    for pack in packs_of(group_rows(rows, turn_end), tokens):
        logits = model(
            input_ids=pack.ids,
            position_ids=pack.positions,
            pack=pack,
            logits_to_keep=pack.predicted_at,
            use_cache=False,
        ).logits[0].float()
        right = logits.argmax(-1) == pack.targets
        losses = torch.nn.functional.cross_entropy(logits, pack.targets, reduction="none")
        for number in range(pack.rows):
            own = pack.row_of == number
            name = next(names)
            count[name] += 1
            exact[name] += int(bool(right[own].all()))
            predicted[name] += int(own.sum())
            loss[name] += float(losses[own].sum())
    model.train(was_training)
    return {
        name: {"n": count[name], "exact": exact[name], "loss": round(loss[name] / predicted[name], 4)} for name in count
    }
