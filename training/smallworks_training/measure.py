"""What a model makes of the rows of a test, without a browser: the same rows exact as `npm run eval`, in a tenth of the time.

    python -m smallworks_training.measure --rows MIX/test/NAME.rendered.jsonl --base MODEL.gguf [--adapter FOLDER]
    python -m smallworks_training.measure --rows … --base … --adapter FOLDER --said EVAL.jsonl

With --said (a file that `npm run eval -- toolcall NAME.jsonl --no-search --out EVAL.jsonl` wrote) the question is whether this model, in
32-bit floats and greedily, writes what an engine wrote: how far engines agree. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from peft import PeftModel
from transformers import PreTrainedTokenizerBase

from . import tree_attention as _tree_attention  # registers the attention implementation
from .base_model import load_base
from .constrained import Constraints
from .dataset import DatasetError, as_rows, read_lines
from .packs import Row
from .score import Scored, each_row

TURN_END = "<|im_end|>"


def with_what_was_said(lines: list[dict], said: list[dict]) -> list[dict]:
    """The rows of `lines` that an engine answered, with its answer as the completion. Raises DatasetError if there are none."""
    texts = {row["id"]: row["text"] for row in said}
    answered = [{**line, "completion": texts[line["id"]] + TURN_END} for line in lines if line.get("id") in texts]
    if not answered:
        raise DatasetError("No row of --said has the id of a row of --rows. Take both of one test file.")
    return answered


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z = 1.959964
    share, spread = right / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * (share * (1 - share) / of + spread / (4 * of)) ** 0.5
    return round(middle - half, 4), round(middle + half, 4)


def described(line: dict, row: Row, scored: Scored, tokenizer: PreTrainedTokenizerBase) -> dict:
    """One row of --out: where it first goes wrong, `after` which text, what would be right there and what is written."""
    found = {"id": line.get("id"), "exact": scored.exact}
    if scored.fault is None:
        return found
    place, written = scored.fault
    after, right = row.completion[:place], row.completion[place]
    return {**found, "after": tokenizer.decode(after), "right": tokenizer.decode(right), "written": tokenizer.decode(written)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True, help="rows of prompt, completion and grammar")
    parser.add_argument("--base", required=True, help="GGUF file, folder or hub name of the base model")
    parser.add_argument("--adapter", type=Path, help="folder of a PEFT adapter")
    parser.add_argument("--said", type=Path, help="what an engine wrote to the same rows")
    parser.add_argument("--limit", type=int, help="at most this many rows")
    parser.add_argument("--out", type=Path, help="file for one object a row: whether it is exact, and where not")
    options = parser.parse_args()
    lines = read_lines(options.rows)[: options.limit]
    if options.said is not None:
        lines = with_what_was_said(lines, read_lines(options.said, fields=("id", "text")))
    model, tokenizer = load_base(options.base, attention="tree", dtype=torch.float32)
    if options.adapter is not None:
        model = PeftModel.from_pretrained(model, options.adapter)
    rows = as_rows(lines, tokenizer, str(options.rows), longest=model.config.max_position_embeddings)
    if len(rows) < len(lines):
        raise DatasetError(f"{len(lines) - len(rows)} rows of {options.rows} are empty, or longer than the model's context.")
    constraints = Constraints(tokenizer, model.config.vocab_size)
    scored = list(each_row(model.eval(), rows, tokenizer.eos_token_id, 2000, constraints))
    if options.out is not None:
        with options.out.open("w", encoding="utf-8") as file:
            for line, (row, one) in zip(lines, scored):
                print(json.dumps(described(line, row, one, tokenizer)), file=file)
    exact = sum(one.exact for _, one in scored)
    print(json.dumps({"n": len(rows), "exact": exact, "exact_ci": wilson(exact, len(rows))}))


if __name__ == "__main__":
    main()
