"""An export folder's rows as tokens. The rows hold the runtime's own text of prompt and output, so nothing is rendered."""

from __future__ import annotations

import json
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from .packs import Row


class DatasetError(Exception):
    """A file that is not what an export writes; the message says where and what to do."""


def read_rows(path: Path, tokenizer: PreTrainedTokenizerBase, longest: int) -> tuple[list[Row], list[str]]:
    """Rows of `path` with at most `longest` tokens, and the name of the set that each belongs to ('' where none is said)."""
    if not path.is_file():
        raise DatasetError(f"There is no {path}. Export the dataset in the format 'rendered', or make one with `npm run mix`.")
    prompts: list[str] = []
    completions: list[str] = []
    sets: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            prompts.append(row["prompt"])
            completions.append(row["completion"])
            sets.append(row.get("set", ""))
        except (ValueError, KeyError, TypeError) as error:
            raise DatasetError(
                f"{path}, line {number}: not a row with 'prompt' and 'completion' ({error}). Export in the format 'rendered'."
            ) from error
    rows: list[Row] = []
    kept: list[str] = []
    if prompts:
        encoded = zip(
            tokenizer(prompts, add_special_tokens=False).input_ids,
            tokenizer(completions, add_special_tokens=False).input_ids,
        )
        for (prompt, completion), name in zip(encoded, sets):
            if prompt and completion and len(prompt) + len(completion) <= longest:
                rows.append(Row(tuple(prompt), tuple(completion)))
                kept.append(name)
    return rows, kept
