"""A pack is a way of computing, not another computation: every row's loss and gradient are those it has alone."""

import random
from collections import Counter

import pytest
import torch
from smallworks_training.packs import Row, group_rows, make_pack, packs_of, predicted_logits, shared_prefix
from smallworks_training.train import packs_forever

END = 2


def some_rows(seed: int, count: int = 9) -> list[Row]:
    """Rows of two or three first turns, with prompts and completions of different lengths."""
    dice = random.Random(seed)

    def words(least: int, most: int) -> tuple[int, ...]:
        return tuple(dice.randrange(3, 64) for _ in range(dice.randint(least, most)))

    rows = []
    while len(rows) < count:
        first_turn = (*words(5, 20), END)
        for _ in range(dice.randint(1, 4)):
            rows.append(Row((*first_turn, *words(1, 12)), (*words(1, 6), END)))
    return rows


@pytest.mark.parametrize("seed", range(12))
def test_rows_of_a_pack_compute_what_they_compute_alone(tiny_llama, seed):
    rows = some_rows(seed)
    pack = make_pack(list(group_rows(rows, END)))
    together = torch.nn.functional.cross_entropy(predicted_logits(tiny_llama, pack), pack.targets, reduction="none")
    together.sum().backward()
    gradient = tiny_llama.model.layers[0].self_attn.q_proj.weight.grad.clone()
    tiny_llama.zero_grad()

    tiny_llama.set_attn_implementation("eager")
    alone = []
    for row in rows:
        logits = tiny_llama(input_ids=torch.tensor([row.tokens]), use_cache=False).logits[0, len(row.prompt) - 1 : -1]
        alone.append(torch.nn.functional.cross_entropy(logits, torch.tensor(row.completion), reduction="none"))
    losses = torch.cat(alone)
    losses.sum().backward()
    assert torch.allclose(together, losses, atol=1e-5)
    assert torch.allclose(gradient, tiny_llama.model.layers[0].self_attn.q_proj.weight.grad, atol=1e-4)


@pytest.mark.parametrize("seed", range(20))
def test_every_row_stands_in_one_pack(seed):
    rows = some_rows(seed, count=30)
    packs = list(packs_of(group_rows(rows, END), 120))
    assert sum(pack.rows for pack in packs) == len(rows)
    targets = [token for pack in packs for token in pack.targets.tolist()]
    assert targets == [token for row in rows for token in row.completion]


def test_a_prefix_never_takes_a_prompt_whole():
    row = Row((5, 6, END), (7, END))
    assert shared_prefix([row, row]) == 2
    assert make_pack([[row, row]]).rows == 2


@pytest.mark.parametrize("shares", [1, 2, 3])
def test_processes_get_every_row_once_an_epoch_and_packs_of_about_the_same_length(shares):
    rows = some_rows(7, count=400)
    in_all = sum(1 for _ in packs_of(group_rows(rows, END), 120))
    streams = [packs_forever(rows, END, 120, seed=3, share=share, shares=shares) for share in range(shares)]
    seen: Counter[tuple[int, ...]] = Counter()
    waited = longest = 0
    while sum(seen.values()) < len(rows):
        packs = [next(stream) for stream in streams]
        waited += max(pack.length for pack in packs) - min(pack.length for pack in packs)
        longest += max(pack.length for pack in packs)
        for pack in {id(pack): pack for pack in packs}.values():
            for row in range(pack.rows):
                seen[tuple(pack.targets[pack.row_of == row].tolist())] += 1
    assert in_all > 16 * shares
    assert seen.keys() == {row.completion for row in rows}
    assert waited < 0.1 * longest
    again = packs_forever(rows, END, 120, seed=3, share=0, shares=shares)
    first = packs_forever(rows, END, 120, seed=3, share=0, shares=shares)
    assert all(torch.equal(next(again).ids, next(first).ids) for _ in range(5))
