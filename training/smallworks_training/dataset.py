"""An export folder's rows as tokens. The rows hold the runtime's own text of prompt and output, so nothing is rendered."""

from __future__ import annotations

import json
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from .packs import Row


class DatasetError(Exception):
    """A file that is not what an export writes; the message says where and what to do."""


def read_rows(path: Path, tokenizer: PreTrainedTokenizerBase, longest: int) -> list[Row]:
    """Rows of `path` with at most `longest` tokens. Raises DatasetError."""
    if not path.is_file():
        raise DatasetError(f"There is no {path}. Export the dataset in the format 'rendered', or make one with `npm run mix`.")
    texts: list[dict] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            texts.append({"prompt": row["prompt"] + "", "completion": row["completion"] + "", "row": row})
        except (ValueError, KeyError, TypeError) as error:
            raise DatasetError(
                f"{path}, line {number}: not a row with 'prompt' and 'completion' ({error}). Export in the format 'rendered'."
            ) from error
    if not texts:
        raise DatasetError(f"{path} has no rows.")
    prompts = tokenizer([text["prompt"] for text in texts], add_special_tokens=False).input_ids
    completions = tokenizer([text["completion"] for text in texts], add_special_tokens=False).input_ids
    rows: list[Row] = []
    for text, prompt, completion in zip(texts, prompts, completions):
        if not prompt or not completion or len(prompt) + len(completion) > longest:
            continue
        row = text["row"]
        teacher = tuple((tuple(tokens), tuple(logprobs)) for tokens, logprobs in row.get("teacher", []))
        if teacher and len(teacher) != len(completion):
            raise DatasetError(f"{path}: a row has {len(completion)} completion tokens, and a teacher's word on {len(teacher)}.")
        rows.append(Row(tuple(prompt), tuple(completion), row.get("grammar", ""), row.get("set", ""), teacher))
    return rows
