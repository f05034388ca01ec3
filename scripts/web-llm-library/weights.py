"""Weights from a fixed seed, and what a model with them says, computed in numpy.

Random weights speak noise; these are bent a little, so that the model prefers words to bytes, never ends by itself and
looks at the whole prompt. Knows the model's arithmetic (it is written down a second time here, which is the point: the
GPU's answer is compared with it) and nothing of TVM.
"""

import numpy as np

from shape import (
    FEED_FORWARD,
    HEAD_SIZE,
    HEADS,
    KV_HEADS,
    LAYERS,
    NORM_EPSILON,
    ROPE_BASE,
)
from tokenizer import Tokenizer

Weights = dict[str, np.ndarray]

# Every hidden state has this much in its first place, and the output reads it: so a token can have a bias.
CONSTANT = 4.0
WORD_BIAS = 3.0

LAYER_PARTS = ("attention_norm", "qkv", "out", "feed_forward_norm", "gate_up", "down")


def is_word(token: str) -> bool:
    """A space and at least two letters."""
    return token.startswith("Ġ") and token[1:].isalpha() and len(token) > 2


def make_weights(tokenizer: Tokenizer, shapes: list[tuple[str, tuple[int, ...]]]) -> Weights:
    random = np.random.default_rng(20_24)
    weights: Weights = {}
    for name, shape in shapes:
        if name.endswith("norm.weight"):
            weights[name] = np.ones(shape, np.float32)
        else:
            weights[name] = (random.standard_normal(shape) * scale_of(name, shape)).astype(np.float32)
    weights["embedding.weight"][:, 0] = CONSTANT
    for name, matrix in weights.items():
        # Nothing but the embedding writes to the first place.
        if name.endswith(("out.weight", "down.weight")):
            matrix[0] = 0
    weights["head.weight"][:, 0] = [WORD_BIAS if is_word(token) else -WORD_BIAS for token in tokenizer.tokens]
    return weights


def scale_of(name: str, shape: tuple[int, ...]) -> float:
    if name == "embedding.weight":
        return 1.0
    # Attention that is sharp and weighs more than the token itself, so that the prompt matters.
    gain = 2.5 if "qkv" in name else 1.5 if "out" in name else 3.0 if "head" in name else 1.0
    return gain / float(np.sqrt(shape[-1]))


def _norm(states: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return states / np.sqrt((states**2).mean(-1, keepdims=True) + NORM_EPSILON) * weight


def _rotate(states: np.ndarray) -> np.ndarray:
    """Rotary positions on (length, heads, head size), halves rotated against each other."""
    half = HEAD_SIZE // 2
    angles = np.arange(states.shape[0])[:, None] / ROPE_BASE ** (np.arange(half) / half)
    cosine, sine = np.cos(angles)[:, None], np.sin(angles)[:, None]
    first, second = states[..., :half], states[..., half:]
    return np.concatenate([first * cosine - second * sine, second * cosine + first * sine], -1)


def _attend(qkv: np.ndarray) -> np.ndarray:
    length = qkv.shape[0]
    heads = qkv.reshape(length, HEADS + 2 * KV_HEADS, HEAD_SIZE)
    queries, keys = _rotate(heads[:, :HEADS]), _rotate(heads[:, HEADS : HEADS + KV_HEADS])
    values = heads[:, HEADS + KV_HEADS :]
    group = HEADS // KV_HEADS
    mask = np.triu(np.full((length, length), -np.inf), 1)
    rows = []
    for head in range(HEADS):
        scores = queries[:, head] @ keys[:, head // group].T * HEAD_SIZE**-0.5 + mask
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        rows.append(shares / shares.sum(-1, keepdims=True) @ values[:, head // group])
    return np.concatenate(rows, -1)


def logits_of(weights: Weights, tokens: list[int]) -> np.ndarray:
    """Scores of the next token after `tokens` (vocabulary)."""
    states = weights["embedding.weight"][tokens].astype(np.float64)
    for layer in range(LAYERS):
        attention_norm, qkv, out, feed_forward_norm, gate_up, down = (
            weights[f"layers.{layer}.{name}.weight"] for name in LAYER_PARTS
        )
        states = states + _attend(_norm(states, attention_norm) @ qkv.T) @ out.T
        gates = _norm(states, feed_forward_norm) @ gate_up.T
        gate, up = gates[:, :FEED_FORWARD], gates[:, FEED_FORWARD:]
        states = states + gate / (1 + np.exp(-gate)) * up @ down.T
    return _norm(states[-1], weights["norm.weight"]) @ weights["head.weight"].T


def known_answer(weights: Weights, tokenizer: Tokenizer, prompt: str, steps: int, candidates: int) -> dict:
    """Greedy continuation of a prompt, with the likeliest candidates of each step."""
    tokens = tokenizer.encode(prompt)
    found = []
    for _ in range(steps):
        logits = logits_of(weights, tokens)
        logprobs = logits - logits.max() - np.log(np.exp(logits - logits.max()).sum())
        best = np.argsort(-logprobs, kind="stable")[:candidates]
        found.append([{"token": int(token), "logprob": float(logprobs[token])} for token in best])
        tokens.append(int(best[0]))
    return {"prompt": prompt, "steps": found}
