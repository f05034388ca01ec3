"""Losses and gradients of PyTorch and PEFT on a toy, as fixtures that the page's own training is held to.

    python -m smallworks_training.toy_reference --out ../tests/fixtures/train

`toy.gguf` is a Llama of two layers with random weights. `reference.safetensors` has an adapter, the gradients of its
matrices and the surprise at each completion token of `rows` (its `__metadata__`), all by GGUF's names and rows; and the loss of
each step of a training from there (`losses`), with the recipe's optimiser and clipping and the page's rate.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import gguf
import numpy
import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

from .gguf_lora import KEY, NAMES, interleave_halves
from .methods import LINEARS

HEADS, KEY_HEADS = 4, 2
RANK, ALPHA = 4, 8.0
# The first two share a beginning, as rows with one list of tools do.
ROWS = [
    {"prompt": [1, 5, 9, 12, 3, 40, 41], "completion": [17, 20, 21, 2]},
    {"prompt": [1, 5, 9, 12, 3, 50, 8], "completion": [30, 17, 2]},
    {"prompt": [1, 7, 7, 62, 33], "completion": [44, 45, 46, 47, 2]},
]


STEPS, WARMUP, RATE, CLIP = 60, 6, 0.02, 1.0


def page_rate_at(step: int) -> float:
    """The factor of the rate that the page takes: linear up, then a half cosine (arXiv:1608.03983)."""
    if step < WARMUP:
        return (step + 1) / WARMUP
    return (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP))) / 2


def surprises_of(adapted) -> torch.Tensor:
    """At each completion token of all rows, in their order."""
    found: list[torch.Tensor] = []
    for row in ROWS:
        tokens = torch.tensor([row["prompt"] + row["completion"]])
        logits = adapted(input_ids=tokens[:, :-1]).logits[0, len(row["prompt"]) - 1 :].float()
        found.append(torch.nn.functional.cross_entropy(logits, torch.tensor(row["completion"]), reduction="none"))
    return torch.cat(found)


def losses_of(adapted, weights: list[torch.nn.Parameter]) -> torch.Tensor:
    """The loss of each step, before it is taken."""
    optimizer = torch.optim.AdamW(weights, lr=RATE, weight_decay=0.0, betas=(0.9, 0.98))
    losses: list[float] = []
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = RATE * page_rate_at(step)
        optimizer.zero_grad()
        loss = surprises_of(adapted).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, CLIP)
        optimizer.step()
        losses.append(loss.item())
    return torch.tensor(losses)


def toy_model() -> LlamaForCausalLM:
    torch.manual_seed(11)
    config = LlamaConfig(
        vocab_size=64,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=HEADS,
        num_key_value_heads=KEY_HEADS,
        max_position_embeddings=64,
        rope_theta=10_000.0,
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        attn_implementation="eager",
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            # Far from the flat start that a fresh model has: every gradient must be of a size that shows a mistake.
            weight.normal_(1.0 if "norm" in name else 0.0, 0.2 if "norm" in name else 0.3)
    return model


def write_base(model: LlamaForCausalLM, out: Path) -> None:
    config = model.config
    writer = gguf.GGUFWriter(out, "llama")
    writer.add_name("Toy for training")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(config.hidden_size // HEADS)
    writer.add_rope_freq_base(10_000.0)
    state = model.state_dict()
    tensors = {"token_embd.weight": state["model.embed_tokens.weight"], "output_norm.weight": state["model.norm.weight"]}
    for layer in range(config.num_hidden_layers):
        before = f"model.layers.{layer}"
        tensors[f"blk.{layer}.attn_norm.weight"] = state[f"{before}.input_layernorm.weight"]
        tensors[f"blk.{layer}.ffn_norm.weight"] = state[f"{before}.post_attention_layernorm.weight"]
        for part, name in NAMES.items():
            block = "self_attn" if name.startswith("attn") else "mlp"
            weight = state[f"{before}.{block}.{part}.weight"]
            tensors[f"blk.{layer}.{name}.weight"] = in_file_order(weight, part)
    for name, tensor in tensors.items():
        writer.add_tensor(name, tensor.numpy().astype(numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def in_file_order(weight: torch.Tensor, part: str) -> torch.Tensor:
    """Rows of q and k, or of their B, as llama.cpp has them."""
    heads = {"q_proj": HEADS, "k_proj": KEY_HEADS}.get(part)
    return weight if heads is None else interleave_halves(weight, heads)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for the two files")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    model = toy_model()
    write_base(model, out / "toy.gguf")
    adapted = get_peft_model(
        model, LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, target_modules=LINEARS, task_type="CAUSAL_LM")
    )
    weights = {name: weight for name, weight in adapted.named_parameters() if weight.requires_grad}
    with torch.no_grad():
        for weight in weights.values():
            weight.normal_(0.0, 0.2)
    every = surprises_of(adapted)
    every.mean().backward()
    tensors: dict[str, torch.Tensor] = {"surprises": every.detach()}
    for name, weight in weights.items():
        match = KEY.match(name.replace(".default", ""))
        assert match is not None and weight.grad is not None, name
        layer, part, side = match.groups()
        for kind, tensor in (("adapter", weight.detach()), ("gradient", weight.grad)):
            rows = in_file_order(tensor, part) if side == "B" else tensor
            tensors[f"{kind}.blk.{layer}.{NAMES[part]}.weight.lora_{side.lower()}"] = rows.clone().contiguous()
    tensors["losses"] = losses_of(adapted, list(weights.values()))
    facts = {"rows": json.dumps(ROWS), "rank": str(RANK), "alpha": str(ALPHA), "torch": torch.__version__}
    facts["recipe"] = json.dumps({"steps": STEPS, "warmup": WARMUP, "rate": RATE, "clip": CLIP})
    save_file(tensors, out / "reference.safetensors", metadata=facts)
    for file in ("toy.gguf", "reference.safetensors"):
        print(f"{out / file}: {(out / file).stat().st_size} bytes")
    print(f"loss {every.mean().item():.6f}")


if __name__ == "__main__":
    main()
