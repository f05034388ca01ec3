"""The base model: the catalogue's GGUF file, dequantised, or a model of the hub. Knows how to load; nothing of training."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase


def load_base(source: str, attention: str, dtype: torch.dtype) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """`source`: the path of a GGUF file, a folder, or a name on the hub. Weights are those the runtime computes with."""
    path = Path(source)
    if path.suffix == ".gguf":
        if not path.is_file():
            raise FileNotFoundError(f"There is no model file {path}. `npm start` fetches it once into public/models/.")
        place, extra = str(path.parent), {"gguf_file": path.name}
    else:
        place, extra = source, {}
    tokenizer = AutoTokenizer.from_pretrained(place, **extra)
    model = AutoModelForCausalLM.from_pretrained(place, dtype=torch.float32, attn_implementation=attention, **extra)
    return model.to(dtype), tokenizer
