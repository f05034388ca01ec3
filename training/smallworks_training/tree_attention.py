"""Attention over a pack (packs.py): causal within a shared prefix, and from each branch to the prefix and itself.

Registered with transformers as the attention implementation `tree`, so the model itself stays the library's. Written
as batched products: on a processor they are several times faster than the library's fused kernel, whose backward pass
is slow there and which would read a dense mask over branches that never meet.
"""

from __future__ import annotations

import torch
from transformers import AttentionInterface
from transformers.masking_utils import AttentionMaskInterface

from .packs import Pack


def _attend(query, key, value, prefix: int, scale: float):
    """query (rows, heads, length, size); key, value (rows, key heads, prefix + length, size) -> as the query.

    A token sees the whole prefix, and of what follows all up to itself. The query heads that share a key head stand as
    more rows of one product.
    """
    rows, heads, length, size = query.shape
    shared = key.shape[1]
    folded = (query * scale).reshape(rows * shared, heads // shared * length, size)
    flat_key = key.reshape(rows * shared, -1, size)
    bias = torch.full((length, length), -torch.inf, dtype=query.dtype, device=query.device).triu(1)
    bias = torch.cat([bias.new_zeros(length, prefix), bias], dim=1).repeat(heads // shared, 1)
    scores = torch.baddbmm(bias.unsqueeze(0), folded, flat_key.transpose(1, 2))
    output = torch.softmax(scores, dim=-1) @ value.reshape(rows * shared, -1, size)
    return output.reshape(rows, heads, length, size)


def _tree_attention(module, query, key, value, attention_mask, scaling, dropout=0.0, pack: Pack | None = None, **_):
    """query (1, heads, length, size), key and value (1, key heads, length, size) -> (1, length, heads, size)."""
    if pack is None:
        raise ValueError("The attention implementation 'tree' needs the argument `pack` of the model's call.")
    pieces = []
    for group in pack.groups:
        end = group.start + group.prefix
        shared_key, shared_value = key[:, :, group.start : end], value[:, :, group.start : end]
        prefix = _attend(query[:, :, group.start : end], shared_key, shared_value, 0, scaling)
        pieces.append(prefix[0].transpose(0, 1))
        for branches in group.branches:
            rows, longest = branches.index.shape
            flat = branches.index.reshape(-1)

            def own(states):
                return states[0].index_select(1, flat).unflatten(1, (rows, longest)).transpose(0, 1)

            branch = _attend(
                own(query),
                torch.cat([shared_key.expand(rows, -1, -1, -1), own(key)], dim=2),
                torch.cat([shared_value.expand(rows, -1, -1, -1), own(value)], dim=2),
                group.prefix,
                scaling,
            )
            # (rows, heads, longest, size) -> (tokens, heads, size)
            pieces.append(branch.transpose(1, 2)[branches.filled])
    return torch.cat(pieces).index_select(0, pack.order).unsqueeze(0), None


def _no_mask(*_, **__):
    return None


AttentionInterface.register("tree", _tree_attention)
AttentionMaskInterface.register("tree", _no_mask)
