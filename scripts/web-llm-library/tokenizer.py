"""A byte-level BPE of 512 tokens, learnt from a few sentences, in the form of Hugging Face's tokenizer.json.

Knows tokenization; nothing of the model. The same sentences give the same file on every machine.
"""

import re
from collections import Counter
from itertools import pairwise

from shape import VOCABULARY

SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")

SENTENCES = """
The old fox went down to the river in the evening and looked at the water for a long time. There was a bear on the
other side, and the bear was looking for apples. What do you want to know about the weather in the city? It will rain
tomorrow morning, but the afternoon should be warm and bright. Please name three red fruits that grow in a garden, and
tell me which of them you like best. My sister reads a story to her children every night before they fall asleep. A
train leaves the station at nine, and another one follows an hour later. You can call your friend, send a message or
set a timer for the cake. The capital of the country has many bridges, a small harbour and a market where people sell
bread, fish and flowers. He said that nothing would change, yet everything was different when we came home.
"""

# Words with the space before them, numbers, signs, white space: a merge never crosses from one into the next.
PIECES = re.compile(r" ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+")


def byte_letters() -> dict[int, str]:
    """The printable letter that byte-level BPE writes for each byte (GPT-2's table)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {
        byte: chr(256 + rank) for rank, byte in enumerate(others)
    }


def learn_merges(count: int) -> list[tuple[str, str]]:
    """The `count` most frequent pairs, one after the other; of equals the alphabetically first."""
    letters = byte_letters()
    words = Counter(
        tuple(letters[byte] for byte in piece.encode())
        for piece in PIECES.findall(SENTENCES.replace("\n", " "))
    )
    merges: list[tuple[str, str]] = []
    while len(merges) < count:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, times in words.items():
            for pair in pairwise(word):
                pairs[pair] += times
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        words = Counter({merge(word, best): times for word, times in words.items()})
    return merges


def merge(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    merged: list[str] = []
    index = 0
    while index < len(word):
        if word[index : index + 2] == pair:
            merged.append(word[index] + word[index + 1])
            index += 2
        else:
            merged.append(word[index])
            index += 1
    return tuple(merged)


class Tokenizer:
    def __init__(self) -> None:
        letters = byte_letters()
        self.letters = letters
        self.merges = learn_merges(VOCABULARY - len(SPECIAL) - len(letters))
        self.tokens = [*SPECIAL, *letters.values(), *(left + right for left, right in self.merges)]
        self.ids = {token: index for index, token in enumerate(self.tokens)}

    def encode(self, text: str) -> list[int]:
        """Token ids of a text; a special token's text is that token."""
        ids: list[int] = []
        for part in re.split("(" + "|".join(map(re.escape, SPECIAL)) + ")", text):
            if part in SPECIAL:
                ids.append(self.ids[part])
                continue
            for piece in PIECES.findall(part):
                word = tuple(self.letters[byte] for byte in piece.encode())
                for pair in self.merges:
                    word = merge(word, pair)
                ids.extend(self.ids[token] for token in word)
        return ids

    def to_json(self) -> dict:
        return {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [
                {
                    "id": self.ids[token],
                    "content": token,
                    "single_word": False,
                    "lstrip": False,
                    "rstrip": False,
                    "normalized": False,
                    "special": True,
                }
                for token in SPECIAL
            ],
            "normalizer": None,
            "pre_tokenizer": {
                "type": "Sequence",
                "pretokenizers": [
                    {
                        "type": "Split",
                        "pattern": {"Regex": PIECES.pattern},
                        "behavior": "Isolated",
                        "invert": False,
                    },
                    {
                        "type": "ByteLevel",
                        "add_prefix_space": False,
                        "trim_offsets": True,
                        "use_regex": False,
                    },
                ],
            },
            "post_processor": None,
            "decoder": {
                "type": "ByteLevel",
                "add_prefix_space": True,
                "trim_offsets": True,
                "use_regex": True,
            },
            "model": {
                "type": "BPE",
                "dropout": None,
                "unk_token": None,
                "continuing_subword_prefix": None,
                "end_of_word_suffix": None,
                "fuse_unk": False,
                "byte_fallback": False,
                "vocab": self.ids,
                "merges": [f"{left} {right}" for left, right in self.merges],
            },
        }
