"""How many rows a model answers exactly under the constrained decoder. Greedy decoding writes the completion if and only if
every one of its tokens is the likeliest that the grammar allows after those before it, so one forward pass over the right
text tells, without decoding. Knows packs and models only.
"""

from __future__ import annotations

from collections import Counter
from typing import Sequence

import torch

from .constrained import Constraints
from .packs import Row, group_rows, packs_of, predicted_logits


@torch.no_grad()
def score_rows(
    model, rows: Sequence[Row], turn_end: int, tokens: int, constraints: Constraints | None
) -> dict[str, dict[str, float]]:
    """By the rows' sets: `n`, `exact` (rows written without a fault; `free`: without the grammar) and `loss` (mean of all
    completion tokens, natural logarithm)."""
    was_training = model.training
    model.eval()
    following = iter(rows)
    count: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    free: Counter[str] = Counter()
    predicted: Counter[str] = Counter()
    loss: Counter[str] = Counter()
    device = next(model.parameters()).device
    for pack in packs_of(group_rows(rows, turn_end), tokens):
        pack = pack.to(device)
        logits = predicted_logits(model, pack).float()
        losses = torch.nn.functional.cross_entropy(logits, pack.targets, reduction="none")
        for number in range(pack.rows):
            row = next(following)
            own = pack.row_of == number
            mine, targets = logits[own].cpu(), pack.targets[own].cpu()
            count[row.set] += 1
            predicted[row.set] += len(targets)
            loss[row.set] += float(losses[own].sum())
            free[row.set] += int(torch.equal(mine.argmax(-1), targets))
            held = constraints is not None and row.grammar
            allowed = constraints.mask_(mine, row.completion, row.grammar) if held else True
            exact[row.set] += int(allowed and torch.equal(mine.argmax(-1), targets))
    model.train(was_training)
    return {
        name: {
            "n": count[name],
            "exact": exact[name],
            "free": free[name],
            "loss": round(loss[name] / predicted[name], 4),
        }
        for name in count
    }
