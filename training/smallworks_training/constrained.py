"""Which tokens the grammar of a row leaves at each place of its completion, so that a score is the constrained decoder's.

xgrammar (arXiv:2411.15100) reads the same grammar as the runtime. Bounds of long repetitions are dropped: they cost
seconds to compile, and a right completion is far below them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Sequence

import torch
import xgrammar
from transformers import PreTrainedTokenizerBase

_LONG_REPETITION = re.compile(r"\{(\d+),(\d+)\}")


def widen(grammar: str, longest: int = 16) -> str:
    """The grammar with `x{0,400}` as `x*` and `x{1,400}` as `x+`."""

    def replace(match: re.Match[str]) -> str:
        least, most = int(match[1]), int(match[2])
        if most <= longest or least > 1:
            return match[0]
        return "*" if least == 0 else "+"

    return _LONG_REPETITION.sub(replace, grammar)


class Constraints:
    """Compiled grammars of one tokenizer."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, vocabulary: int) -> None:
        self._info = xgrammar.TokenizerInfo.from_huggingface(tokenizer, vocab_size=vocabulary)
        self._compiler = xgrammar.GrammarCompiler(self._info, max_threads=1)
        self._vocabulary = vocabulary
        self._compile = lru_cache(maxsize=64)(self._compiler.compile_grammar)

    def mask_(self, logits: torch.Tensor, completion: Sequence[int], grammar: str) -> bool:
        """logits (tokens of the completion, vocabulary): minus infinity, in place, where the grammar forbids a token.

        False where the grammar refuses the completion itself; the rest of `logits` is then left as it is.
        """
        matcher = xgrammar.GrammarMatcher(self._compile(widen(grammar)))
        bitmask = xgrammar.allocate_token_bitmask(1, self._vocabulary)
        for place, token in enumerate(completion):
            matcher.fill_next_token_bitmask(bitmask)
            xgrammar.apply_token_bitmask_inplace(logits[place : place + 1], bitmask, backend="cpu")
            if not matcher.accept_token(token):
                return False
        return True
