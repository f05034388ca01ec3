"""A PEFT adapter as the GGUF LoRA that wllama and the ONNX engine of smallworks read, and back again.

    python -m smallworks_training.gguf_lora --adapter FOLDER --base MODEL.gguf --id NAME --out FILE.gguf

llama.cpp stores the rows of q and k in another order than transformers (halves of a head interleaved), so the rows of
`lora_B` of these two are put into that order.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from pathlib import Path

import gguf
import numpy
import torch
from safetensors.torch import load_file

KEY = re.compile(r"^base_model\.model\.model\.layers\.(\d+)\.(?:self_attn|mlp)\.(\w+)\.lora_([AB])\.weight$")
NAMES = {
    "q_proj": "attn_q",
    "k_proj": "attn_k",
    "v_proj": "attn_v",
    "o_proj": "attn_output",
    "gate_proj": "ffn_gate",
    "up_proj": "ffn_up",
    "down_proj": "ffn_down",
}


TENSOR = re.compile(r"^blk\.(\d+)\.(\w+)\.weight\.lora_([ab])$")
PARTS = {name: part for part, name in NAMES.items()}


class AdapterError(Exception):
    """An adapter that cannot be written as GGUF, or read from it; the message says why and what to do."""


def hash_file(path: Path) -> str:
    """SHA-256 in lower-case hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def interleave_halves(rows: torch.Tensor, heads: int) -> torch.Tensor:
    """(heads x size, width) in transformers' order -> the order of llama.cpp: (head, 2, half) becomes (head, half, 2)."""
    size = rows.shape[0] // heads
    return rows.reshape(heads, 2, size // 2, -1).transpose(1, 2).reshape(rows.shape)


def join_halves(rows: torch.Tensor, heads: int) -> torch.Tensor:
    """The inverse of `interleave_halves`."""
    size = rows.shape[0] // heads
    return rows.reshape(heads, size // 2, 2, -1).transpose(1, 2).reshape(rows.shape)


def adapter_tensors(folder: Path, heads: int, key_heads: int) -> dict[str, torch.Tensor]:
    """Tensors by their GGUF name: `blk.N.attn_q.weight.lora_a` (rank, in) and `.lora_b` (out, rank)."""
    config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    for setting, wanted in {"use_dora": False, "bias": "none", "use_rslora": False}.items():
        if config.get(setting, wanted) != wanted:
            raise AdapterError(f"{folder}: `{setting}` is {config[setting]!r}, which a GGUF LoRA cannot hold. Train without it, or merge it.")
    tensors: dict[str, torch.Tensor] = {}
    for key, tensor in load_file(folder / "adapter_model.safetensors").items():
        match = KEY.match(key)
        if match is None or match[2] not in NAMES:
            raise AdapterError(f"{folder}: the tensor {key} has no place in a GGUF LoRA of a Llama model.")
        layer, part, side = match.groups()
        if side == "B" and part in ("q_proj", "k_proj"):
            tensor = interleave_halves(tensor, heads if part == "q_proj" else key_heads)
        tensors[f"blk.{layer}.{NAMES[part]}.weight.lora_{side.lower()}"] = tensor.contiguous()
    return tensors


def peft_tensors(file: Path, heads: int, key_heads: int) -> tuple[dict[str, torch.Tensor], float]:
    """Tensors of a GGUF LoRA as 32-bit floats, by the names that PEFT has for them, and its alpha."""
    reader = gguf.GGUFReader(file)
    alpha = reader.get_field("adapter.lora.alpha")
    if alpha is None:
        raise AdapterError(f"{file} is no LoRA: it states no alpha. Take the GGUF of an adapter, not of a model.")
    tensors: dict[str, torch.Tensor] = {}
    for entry in reader.tensors:
        match = TENSOR.match(entry.name)
        if match is None or match[2] not in PARTS:
            raise AdapterError(f"{file}: nothing here trains the tensor {entry.name}.")
        layer, name, side = match.groups()
        part = PARTS[name]
        tensor = torch.tensor(numpy.array(entry.data, dtype=numpy.float32))
        if side == "b" and part in ("q_proj", "k_proj"):
            tensor = join_halves(tensor, heads if part == "q_proj" else key_heads)
        block = "self_attn" if name.startswith("attn") else "mlp"
        tensors[f"base_model.model.model.layers.{layer}.{block}.{part}.lora_{side.upper()}.weight"] = tensor.contiguous()
    return tensors, float(alpha.contents())


def write_adapter(*, folder: Path, base: Path, name: str, card: dict, prompt_version: int, out: Path) -> None:
    """Writes `out` with the adapter's tensors as float16, what base they are for, and the card."""
    reader = gguf.GGUFReader(base)
    architecture = reader.get_field("general.architecture").contents()
    heads = reader.get_field(f"{architecture}.attention.head_count").contents()
    key_heads = reader.get_field(f"{architecture}.attention.head_count_kv").contents()
    config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    writer = gguf.GGUFWriter(out, architecture)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(config["lora_alpha"]))
    writer.add_name(name)
    if "licence" in card:
        writer.add_license(card["licence"])
    writer.add_string("smallworks.adapter.base_id", card["base"])
    writer.add_string("smallworks.adapter.base_sha256", card["base_sha256"])
    writer.add_uint32("smallworks.adapter.prompt_version", prompt_version)
    writer.add_string("smallworks.adapter.card", json.dumps(card, sort_keys=True))
    for key, tensor in sorted(adapter_tensors(folder, heads, key_heads).items()):
        writer.add_tensor(key, tensor.to(torch.float16).numpy().astype(numpy.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--adapter", type=Path, required=True, help="folder of a PEFT adapter")
    parser.add_argument("--base", type=Path, required=True, help="GGUF file of the base model")
    parser.add_argument("--id", required=True, help="the adapter's name")
    parser.add_argument("--base-id", default="smollm2-135m-instruct-q4_1", help="the base model's id in the catalogue")
    parser.add_argument("--card", type=Path, help="JSON file with what is to be known about the adapter")
    parser.add_argument("--prompt-version", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    card = json.loads(options.card.read_text(encoding="utf-8")) if options.card else {}
    card.setdefault("base", options.base_id)
    card.setdefault("base_sha256", hash_file(options.base))
    write_adapter(
        folder=options.adapter,
        base=options.base,
        name=options.id,
        card=card,
        prompt_version=options.prompt_version,
        out=options.out,
    )
    print(f"{options.out}: {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
