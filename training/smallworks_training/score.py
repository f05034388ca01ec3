"""How many rows a model answers exactly under the constrained decoder. Greedy decoding writes the completion if and only if
every one of its tokens is the likeliest that the grammar allows after those before it, so one forward pass over the right
text tells, without decoding. Knows packs and models only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Sequence

import torch

from .constrained import Constraints
from .packs import Row, group_rows, packs_of, predicted_logits


@dataclass(frozen=True)
class Scored:
    """One row: whether it is written without a fault, whether it is without the grammar, and the surprise at its tokens."""

    exact: bool
    free: bool
    # Natural logarithm, summed over the completion.
    loss: float
    # The first place of the completion where another token is written, and which; None where none is, or where the
    # grammar refuses the completion.
    fault: tuple[int, int] | None


@torch.no_grad()
def each_row(
    model, rows: Sequence[Row], turn_end: int, tokens: int, constraints: Constraints | None
) -> Iterator[tuple[Row, Scored]]:
    """Rows with the same beginning are read together, in packs of about `tokens`."""
    following = iter(rows)
    device = next(model.parameters()).device
    for pack in packs_of(group_rows(rows, turn_end), tokens):
        pack = pack.to(device)
        logits = predicted_logits(model, pack).float()
        losses = torch.nn.functional.cross_entropy(logits, pack.targets, reduction="none")
        for number in range(pack.rows):
            row = next(following)
            own = pack.row_of == number
            mine, targets = logits[own].cpu(), pack.targets[own].cpu()
            free = torch.equal(mine.argmax(-1), targets)
            held = constraints is not None and row.grammar
            allowed = constraints.mask_(mine, row.completion, row.grammar) if held else True
            written = mine.argmax(-1)
            wrong = (written != targets).nonzero().flatten().tolist()
            fault = (wrong[0], int(written[wrong[0]])) if allowed and wrong else None
            yield row, Scored(allowed and not wrong, free, float(losses[own].sum()), fault)


def score_rows(
    model, rows: Sequence[Row], turn_end: int, tokens: int, constraints: Constraints | None
) -> dict[str, dict[str, float]]:
    """By the rows' sets: `n`, `exact` (rows written without a fault; `free`: without the grammar) and `loss` (mean of all
    completion tokens, natural logarithm)."""
    was_training = model.training
    model.eval()
    sets: dict[str, list[tuple[Row, Scored]]] = {}
    for row, scored in each_row(model, rows, turn_end, tokens, constraints):
        sets.setdefault(row.set, []).append((row, scored))
    model.train(was_training)
    return {
        name: {
            "n": len(own),
            "exact": sum(scored.exact for _, scored in own),
            "free": sum(scored.free for _, scored in own),
            "loss": round(sum(scored.loss for _, scored in own) / sum(len(row.completion) for row, _ in own), 4),
        }
        for name, own in sets.items()
    }
