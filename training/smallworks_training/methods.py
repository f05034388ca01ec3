"""The ways to fine-tune: LoRA (arXiv:2106.09685), DoRA (arXiv:2402.09353), QLoRA (arXiv:2305.14314) and all weights.
Knows how a base model becomes one that can be trained and saved; nothing of data or steps.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training, set_peft_model_state_dict
from safetensors.torch import load_file
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from .base_model import fastest_dtype, load_base
from .gguf_lora import peft_tensors
from .lora_kernel import use_fast_lora

METHODS = ("lora", "dora", "qlora", "full")
LINEARS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


class MethodError(Exception):
    """A method that cannot be used here; the message says why and what to do."""


def trainable_model(
    *, method: str, base: str, rank: int, alpha: float, dropout: float, start: Path | None
) -> tuple[torch.nn.Module, PreTrainedTokenizerBase]:
    """The model of `base` with what `method` trains, from the adapter `start` (PEFT folder or GGUF) where one is given."""
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
        _begin_at(start, adapted, rank=rank, alpha=alpha)
    if method == "lora" and dropout == 0:
        use_fast_lora(adapted)
    return adapted, tokenizer


def _begin_at(start: Path, adapted: torch.nn.Module, *, rank: int, alpha: float) -> None:
    """Puts an adapter's weights into the model; one that was scaled by another alpha gets it into its B."""
    if start.suffix == ".gguf":
        config = adapted.config
        tensors, own_alpha = peft_tensors(start, config.num_attention_heads, config.num_key_value_heads)
    else:
        tensors = load_file(start / "adapter_model.safetensors")
        own_alpha = json.loads((start / "adapter_config.json").read_text(encoding="utf-8"))["lora_alpha"]
    wrong = [key for key, tensor in tensors.items() if "lora_A" in key and tensor.shape[0] != rank]
    if wrong:
        own_rank = tensors[wrong[0]].shape[0]
        raise MethodError(f"{start} is an adapter of rank {own_rank}, and --rank is {rank}: give --rank {own_rank}.")
    scaled = {key: tensor * (own_alpha / alpha) if "lora_B" in key else tensor for key, tensor in tensors.items()}
    missing = [key for key in set_peft_model_state_dict(adapted, scaled).missing_keys if "lora_" in key]
    if missing:
        raise MethodError(f"{start} is an adapter for other layers: {len(missing)} tensors are missing, {missing[0]} first.")


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
