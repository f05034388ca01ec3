"""What a step is to make small: the surprise at the right completion, mixed with the distance to a teacher where one spoke.
"""

from __future__ import annotations

import torch
from torch.nn.functional import cross_entropy

from .packs import Pack


def completion_loss(logits: torch.Tensor, pack: Pack, teacher_weight: float) -> torch.Tensor:
    """logits (predicted tokens, vocabulary) -> a number, natural logarithm, mean over the completion tokens.

    `teacher_weight`, 0 to 1, is the share of the teacher where it spoke (distillation, arXiv:1503.02531).
    """
    logits = logits.float()
    surprise = cross_entropy(logits, pack.targets, reduction="none")
    if teacher_weight == 0 or pack.taught.shape[1] == 0:
        return surprise.mean()
    distance = top_candidates_divergence(logits, pack.taught, pack.taught_logprobs)
    spoke = ~distance.isnan()
    weight = teacher_weight * spoke
    return ((1 - weight) * surprise + weight * distance.nan_to_num()).mean()


def top_candidates_divergence(logits: torch.Tensor, tokens: torch.Tensor, logprobs: torch.Tensor) -> torch.Tensor:
    """Kullback-Leibler divergence of the student from a teacher of which only the likeliest tokens are known; all other
    tokens count as one. (n, vocabulary), (n, k), (n, k) -> (n,); NaN where the teacher said nothing.
    """
    silent = logprobs.isnan()
    known = logprobs.exp().masked_fill(silent, 0)
    student = logits.log_softmax(-1).gather(1, tokens)
    rest = (1 - known.sum(1)).clamp_min(1e-6)
    student_rest = (1 - student.exp().masked_fill(silent, 0).sum(1)).clamp_min(1e-6)
    divergence = (known * (logprobs.nan_to_num() - student)).sum(1) + rest * (rest.log() - student_rest.log())
    return divergence.masked_fill(silent.all(1), torch.nan)
