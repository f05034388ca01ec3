"""Learning rate over time: warm-up, level, then down to zero (WSD, arXiv:2404.06395), so that a run may be prolonged."""

from __future__ import annotations


def rate_at(step: int, steps: int, warmup: int, decay: int) -> float:
    """The factor of the learning rate at `step` (from 0) of `steps`: linear up, level, linear down in the last `decay`."""
    if step < warmup:
        return (step + 1) / warmup
    left = steps - step
    return min(1.0, max(0.0, left / decay)) if decay > 0 else 1.0
