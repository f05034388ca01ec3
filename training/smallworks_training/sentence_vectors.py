"""Writes the vectors that our sentence encoder is held to: a few sentences, their token ids, and what the reference gives.

The reference is the encoder of the `transformers` library with mean pooling over the tokens and length 1, as the model's
card describes it (sentence-transformers/all-MiniLM-L6-v2). Floats of 32 bits on a CPU.

    python -m smallworks_training.sentence_vectors --model FOLDER --out tests/fixtures/embedding/all-minilm-l6-v2.json
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer

MAX_TOKENS = 256

TEXTS = [
    "wake me up at five am this week",
    "Add the song \"Für Elise\" to my playlist, please!",
    "What's the weather like in São Paulo tomorrow?",
    "",
    "play jazz",
    "今天天气怎么样? 🌦️",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "please tell the kitchen that table four wants the bill, two more glasses of water and the number of a taxi " * 20,
]


def embed(folder: Path, texts: list[str]) -> list[dict[str, object]]:
    """One row a text: the text, its token ids (shape (tokens,)) and its vector (shape (hidden,))."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    rows: list[dict[str, object]] = []
    with torch.no_grad():
        for text in texts:
            batch = tokenizer([text], truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
            states = model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1).float()
            pooled = (states * mask).sum(1) / mask.sum(1)
            vector = torch.nn.functional.normalize(pooled, dim=1)[0]
            rows.append(
                {
                    "text": text,
                    "tokens": batch["input_ids"][0].tolist(),
                    "vector": [round(value, 6) for value in vector.tolist()],
                }
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder with config.json, tokenizer.json and weights")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rows = embed(options.model, TEXTS)
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    options.out.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    print(f"{options.out}: {len(rows)} sentences")


if __name__ == "__main__":
    main()
