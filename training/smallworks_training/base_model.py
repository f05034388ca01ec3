"""The base model: the catalogue's GGUF file, dequantised, or a model of the hub. Knows how to load; nothing of training."""

from __future__ import annotations

import time
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


def fastest_dtype() -> torch.dtype:
    """bfloat16 on a GPU; on a processor, the type in which a product of a layer's size takes less time here.

    Processors with bfloat16 products take half the time in it; those without take six times as long.
    """
    if torch.cuda.is_available():
        return torch.bfloat16
    sides = {dtype: _product(dtype) for dtype in (torch.bfloat16, torch.float32)}
    # In turn and often: other work on the machine must not decide.
    times = [{dtype: _seconds(*side) for dtype, side in sides.items()} for _ in range(20)]
    return min(sides, key=lambda dtype: min(round[dtype] for round in times))


def _product(dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.ones(1024, 576, dtype=dtype), torch.ones(576, 1536, dtype=dtype)


def _seconds(states: torch.Tensor, weight: torch.Tensor) -> float:
    began = time.perf_counter()
    states @ weight
    return time.perf_counter() - began
