"""Rows of prompt and completion as packs: sequences in which rows with the same beginning share it.

Tool calling rows repeat one long list of tools. A pack reads it once: a shared prefix, then one branch a row, each of
which sees the prefix and itself. Positions go on from the prefix in every branch, so that a row's loss is the one it
has alone. Knows tokens; nothing of models.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterable, Iterator, Sequence

import torch


@dataclass(frozen=True)
class Row:
    """Token ids of one example; the loss is on the completion only."""

    prompt: tuple[int, ...]
    completion: tuple[int, ...]
    # What the completion was held to when it was written, as GBNF; '' where the row does not say.
    grammar: str = ""
    # The name of the figures that it counts for.
    set: str = ""
    # For each token of the completion, a teacher's likeliest tokens with their log-probabilities; () where there is none.
    teacher: tuple[tuple[tuple[int, ...], tuple[float, ...]], ...] = ()

    @property
    def tokens(self) -> tuple[int, ...]:
        return self.prompt + self.completion


@dataclass(frozen=True)
class Branches:
    """Branches of about the same length, so that few places are padding."""

    # (rows, longest branch): the place of each branch token in the pack; padding points at the group's start.
    index: torch.Tensor
    # (rows, longest branch): True where there is a token.
    filled: torch.Tensor

    def to(self, device: torch.device) -> Branches:
        return Branches(self.index.to(device), self.filled.to(device))


@dataclass(frozen=True)
class Group:
    """Rows with one shared beginning, and where they stand in their pack."""

    start: int
    prefix: int
    branches: tuple[Branches, ...]


@dataclass(frozen=True)
class Pack:
    """One sequence for one forward pass."""

    # (1, length)
    ids: torch.Tensor
    # (1, length)
    positions: torch.Tensor
    groups: tuple[Group, ...]
    # (length,): where each token stands when every group's prefix and then its branches follow each other.
    order: torch.Tensor
    # (predicted tokens,): where a completion token is predicted, and which it is.
    predicted_at: torch.Tensor
    targets: torch.Tensor
    # (predicted tokens,): which row of the pack each belongs to.
    row_of: torch.Tensor
    rows: int
    # (predicted tokens, candidates): a teacher's tokens and log-probabilities, which are NaN where there is none.
    taught: torch.Tensor
    taught_logprobs: torch.Tensor

    @property
    def length(self) -> int:
        return self.ids.shape[1]

    def to(self, device: torch.device) -> Pack:
        """The same pack on another device."""
        groups = tuple(
            replace(group, branches=tuple(branches.to(device) for branches in group.branches)) for group in self.groups
        )
        return replace(
            self,
            ids=self.ids.to(device),
            positions=self.positions.to(device),
            groups=groups,
            order=self.order.to(device),
            predicted_at=self.predicted_at.to(device),
            targets=self.targets.to(device),
            row_of=self.row_of.to(device),
            taught=self.taught.to(device),
            taught_logprobs=self.taught_logprobs.to(device),
        )


def shared_prefix(rows: Sequence[Row]) -> int:
    """How many tokens all prompts have in common; the last token of a prompt is never shared."""
    shortest = min(len(row.prompt) for row in rows) - 1
    first = rows[0].prompt
    for at in range(shortest):
        if any(row.prompt[at] != first[at] for row in rows):
            return at
    return shortest


def group_rows(rows: Iterable[Row], turn_end: int) -> Iterator[list[Row]]:
    """Neighbours with the same first turn, up to the token that ends it, form a group."""
    group: list[Row] = []
    first_turn: tuple[int, ...] = ()
    for row in rows:
        own = row.prompt[: row.prompt.index(turn_end) + 1] if turn_end in row.prompt else row.prompt
        if group and own == first_turn:
            group.append(row)
            continue
        if group:
            yield group
        group, first_turn = [row], own
    if group:
        yield group


# Padding that is cheaper than one more product: a third of the places.
_MOST_PADDING = 1 / 3


def _branches(spans: Sequence[tuple[int, int]], start: int) -> Iterator[Branches]:
    """Spans (first place, length) as tables, the longest first; one ends where a third of it would be padding."""
    waiting: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: -span[1]):
        places = (len(waiting) + 1) * max(1, waiting[0][1]) if waiting else 0
        if waiting and places - sum(length for _, length in waiting) - span[1] > places * _MOST_PADDING:
            yield _table(waiting, start)
            waiting = []
        waiting.append(span)
    if waiting:
        yield _table(waiting, start)


def _places(group: Group) -> Iterator[torch.Tensor]:
    yield torch.arange(group.start, group.start + group.prefix)
    for branches in group.branches:
        yield branches.index[branches.filled]


def _table(spans: Sequence[tuple[int, int]], start: int) -> Branches:
    index = torch.full((len(spans), spans[0][1]), start, dtype=torch.long)
    filled = torch.zeros(index.shape, dtype=torch.bool)
    for number, (at, length) in enumerate(spans):
        index[number, :length] = torch.arange(at, at + length)
        filled[number, :length] = True
    return Branches(index, filled)


def make_pack(groups: Sequence[Sequence[Row]]) -> Pack:
    """One pack of these groups."""
    ids: list[int] = []
    positions: list[int] = []
    placed: list[Group] = []
    predicted_at: list[int] = []
    targets: list[int] = []
    row_of: list[int] = []
    teacher: list[tuple[tuple[int, ...], tuple[float, ...]]] = []
    count = 0
    for rows in groups:
        prefix = shared_prefix(rows)
        start = len(ids)
        ids.extend(rows[0].prompt[:prefix])
        positions.extend(range(prefix))
        spans: list[tuple[int, int]] = []
        for row in rows:
            at = len(ids)
            # The last token of a completion predicts nothing.
            branch = row.tokens[prefix:-1]
            ids.extend(branch)
            positions.extend(range(prefix, prefix + len(branch)))
            spans.append((at, len(branch)))
            first = at + len(row.prompt) - prefix - 1
            predicted_at.extend(range(first, first + len(row.completion)))
            targets.extend(row.completion)
            row_of.extend([count] * len(row.completion))
            teacher.extend(row.teacher or [((), ())] * len(row.completion))
            count += 1
        placed.append(Group(start, prefix, tuple(_branches(spans, start))))
    candidates = max((len(tokens) for tokens, _ in teacher), default=0)
    return Pack(
        ids=torch.tensor([ids]),
        positions=torch.tensor([positions]),
        groups=tuple(placed),
        order=torch.cat([places for group in placed for places in _places(group)]).argsort(),
        predicted_at=torch.tensor(predicted_at),
        targets=torch.tensor(targets),
        row_of=torch.tensor(row_of),
        rows=count,
        taught=torch.tensor([[*tokens, *[0] * (candidates - len(tokens))] for tokens, _ in teacher], dtype=torch.long),
        taught_logprobs=torch.tensor(
            [[*logprobs, *[float("nan")] * (candidates - len(logprobs))] for _, logprobs in teacher]
        ),
    )


def packs_of(groups: Iterable[Sequence[Row]], tokens: int) -> Iterator[Pack]:
    """Packs of about this many tokens; a group is never divided."""
    waiting: list[Sequence[Row]] = []
    length = 0
    for group in groups:
        prefix = shared_prefix(group)
        size = prefix + sum(len(row.tokens) - prefix for row in group)
        if waiting and length + size > tokens:
            yield make_pack(waiting)
            waiting, length = [], 0
        waiting.append(group)
        length += size
    if waiting:
        yield make_pack(waiting)


def predicted_logits(model: torch.nn.Module, pack: Pack) -> torch.Tensor:
    """(predicted tokens, vocabulary): what a model with the attention `tree` expects at each place of a completion."""
    return model(
        input_ids=pack.ids,
        position_ids=pack.positions,
        pack=pack,
        logits_to_keep=pack.predicted_at,
        use_cache=False,
    ).logits[0]
