"""An export folder's rows as tokens. The rows hold the runtime's own text of prompt and output, so nothing is rendered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Sequence

from transformers import PreTrainedTokenizerBase

from .packs import Row


class DatasetError(Exception):
    """A file that is not what an export writes; the message says where and what to do."""


def read_lines(path: Path, fields: Sequence[str] = ("prompt", "completion")) -> list[dict]:
    """The objects of a JSONL file, each with these texts. Raises DatasetError."""
    if not path.is_file():
        raise DatasetError(f"There is no {path}. Export the dataset in the format 'rendered', or make one with `npm run mix`.")
    lines: list[dict] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            for field in fields:
                row[field] + ""
            lines.append(row)
        except (ValueError, KeyError, TypeError) as error:
            wanted = " and ".join(f"'{field}'" for field in fields)
            raise DatasetError(
                f"{path}, line {number}: not a row with {wanted} ({error}). Export in the format 'rendered'."
            ) from error
    if not lines:
        raise DatasetError(f"{path} has no rows.")
    return lines


def as_rows(lines: Sequence[dict], tokenizer: PreTrainedTokenizerBase, source: str, longest: int) -> list[Row]:
    """These lines as tokens, without those of more than `longest`. Raises DatasetError, which names `source`."""
    prompts = tokenizer([line["prompt"] for line in lines], add_special_tokens=False).input_ids
    completions = tokenizer([line["completion"] for line in lines], add_special_tokens=False).input_ids
    rows: list[Row] = []
    for line, prompt, completion in zip(lines, prompts, completions):
        if not prompt or not completion or len(prompt) + len(completion) > longest:
            continue
        teacher = tuple((tuple(tokens), tuple(logprobs)) for tokens, logprobs in line.get("teacher", []))
        if teacher and len(teacher) != len(completion):
            raise DatasetError(f"{source}: a row has {len(completion)} completion tokens, and a teacher's word on {len(teacher)}.")
        rows.append(Row(tuple(prompt), tuple(completion), line.get("grammar", ""), line.get("set", ""), teacher))
    return rows


def read_rows(path: Path, tokenizer: PreTrainedTokenizerBase, longest: int) -> list[Row]:
    """Rows of `path` with at most `longest` tokens. Raises DatasetError."""
    return as_rows(read_lines(path), tokenizer, str(path), longest)
