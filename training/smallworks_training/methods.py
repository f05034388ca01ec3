"""The ways to fine-tune: LoRA (arXiv:2106.09685), DoRA (arXiv:2402.09353), QLoRA (arXiv:2305.14314) and all weights.
Knows how a base model becomes one that can be trained and saved; nothing of data or steps.
"""

from __future__ import annotations

from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training, set_peft_model_state_dict
from safetensors.torch import load_file
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from .base_model import fastest_dtype, load_base
from .lora_kernel import use_fast_lora

METHODS = ("lora", "dora", "qlora", "full")
LINEARS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


class MethodError(Exception):
    """A method that cannot be used here; the message says why and what to do."""


def trainable_model(
    *, method: str, base: str, rank: int, alpha: float, dropout: float, start: Path | None
) -> tuple[torch.nn.Module, PreTrainedTokenizerBase]:
    """The model of `base` with what `method` trains, from the adapter folder `start` where one is given."""
    model, tokenizer = _load(method, base)
    if method == "full":
        if start is not None:
            raise MethodError("All weights are trained from a model, not from an adapter: leave out --from, or merge it first.")
        return model.float(), tokenizer
    adapted = get_peft_model(
        model,
        LoraConfig(
            r=rank, lora_alpha=alpha, lora_dropout=dropout, target_modules=LINEARS, use_dora=method == "dora", task_type="CAUSAL_LM"
        ),
    )
    if start is not None:
        missing = set_peft_model_state_dict(adapted, load_file(start / "adapter_model.safetensors")).missing_keys
        if any("lora_" in key for key in missing):
            raise MethodError(f"{start} is an adapter of another rank or for other layers: {len(missing)} tensors are missing.")
    if method == "lora" and dropout == 0:
        use_fast_lora(adapted)
    return adapted, tokenizer


def _load(method: str, base: str) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    if method != "qlora":
        return load_base(base, attention="tree", dtype=fastest_dtype())
    if base.endswith(".gguf") or not torch.cuda.is_available():
        raise MethodError(
            "QLoRA keeps the base in 4 bits on an NVIDIA GPU and reads it from the hub or a folder. "
            "Without such a GPU, and for a GGUF base, take --method lora."
        )
    from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig

    quantisation = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )
    model = AutoModelForCausalLM.from_pretrained(
        base, quantization_config=quantisation, attn_implementation="tree", dtype=torch.bfloat16
    )
    prepared = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    return prepared, AutoTokenizer.from_pretrained(base)
