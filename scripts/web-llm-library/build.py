"""Builds everything that web-llm needs to run a tiny model: `python build.py FOLDER`.

FOLDER gets the model library (.wasm), the weights, web-llm's two lists, a tokenizer, and `entry.json`: the catalogue
entry with every file's hash and a known answer computed on the CPU. Needs the packages of requirements.txt and `emcc`.
The same input gives the same files. Knows the order of the steps and web-llm's file formats.
"""

import hashlib
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from build_runtime import build_runtime, link
from compile_model import compile_model
from shape import CONTEXT, PREFILL_CHUNK, VOCABULARY
from tokenizer import Tokenizer
from weights import Weights, known_answer, make_weights

SHARD = "params_shard_0.bin"
LIBRARY = "tiny-llama.wasm"
PROMPT = "<|im_start|>user\nWhat is the capital of the country?<|im_end|>\n<|im_start|>assistant\n"


def write_weights(folder: Path, weights: Weights) -> None:
    """One shard of raw bytes and the list of what lies where in it."""
    records = []
    offset = 0
    with (folder / SHARD).open("wb") as shard:
        for name, matrix in weights.items():
            shard.write(matrix.astype("<f4").tobytes())
            records.append(
                {
                    "name": name,
                    "shape": list(matrix.shape),
                    "dtype": "float32",
                    "format": "raw",
                    "nbytes": matrix.nbytes,
                    "byteOffset": offset,
                }
            )
            offset += matrix.nbytes
    shard_record = {"dataPath": SHARD, "format": "raw-shard", "nbytes": offset, "records": records}
    cache = {"metadata": {"ParamSize": len(records), "ParamBytes": offset}, "records": [shard_record]}
    (folder / "tensor-cache.json").write_text(json.dumps(cache))


def write_config(folder: Path, tokenizer: Tokenizer) -> None:
    """mlc-chat-config.json: what web-llm has to know beside the library's own metadata."""
    turn_end = tokenizer.ids["<|im_end|>"]
    config = {
        "version": "0.1.0",
        "model_type": "llama",
        "quantization": "q0f32",
        "vocab_size": VOCABULARY,
        "context_window_size": CONTEXT,
        "sliding_window_size": -1,
        "attention_sink_size": -1,
        "prefill_chunk_size": PREFILL_CHUNK,
        "temperature": 1.0,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "repetition_penalty": 1.0,
        "top_p": 1.0,
        "tokenizer_files": ["tokenizer.json"],
        "tokenizer_info": {
            "token_postproc_method": "byte_level",
            "prepend_space_in_encode": False,
            "strip_space_in_decode": False,
        },
        "bos_token_id": 0,
        "eos_token_id": turn_end,
        "conv_template": {
            "name": "chatml",
            "system_template": "<|im_start|>system\n{system_message}<|im_end|>\n",
            "system_message": "",
            "roles": {
                "user": "<|im_start|>user",
                "assistant": "<|im_start|>assistant",
                "tool": "<|im_start|>tool",
            },
            "role_templates": {
                "user": "{user_message}",
                "assistant": "{assistant_message}",
                "tool": "{tool_message}",
            },
            "seps": ["<|im_end|>\n"],
            "role_content_sep": "\n",
            "role_empty_sep": "\n",
            "stop_str": [],
            "stop_token_ids": [tokenizer.ids["<|endoftext|>"], turn_end],
        },
    }
    (folder / "mlc-chat-config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer.to_json()))


def describe(path: Path) -> dict:
    content = path.read_bytes()
    return {
        "name": path.name,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "sources": [],
    }


def write_entry(folder: Path, weights: Weights, tokenizer: Tokenizer) -> None:
    """The catalogue entry, in the form of public/models.json."""
    names = ["mlc-chat-config.json", "tokenizer.json", "tensor-cache.json", SHARD, LIBRARY]
    files = [describe(folder / name) for name in names]
    entry = {
        "id": "tiny-llama-web-llm",
        "title": "Tiny Llama for tests of web-llm",
        "parameters": sum(matrix.size for matrix in weights.values()),
        "contextWindow": CONTEXT,
        "licence": "Apache-2.0",
        "quantisation": "F32",
        "chatTemplate": "chatml",
        "engines": ["web-llm"],
        "file": next(file for file in files if file["name"] == SHARD),
        "builds": [{"engine": "web-llm", "files": files}],
        "knownAnswer": known_answer(weights, tokenizer, PROMPT, steps=8, candidates=5),
    }
    (folder / "entry.json").write_text(json.dumps(entry))


def build(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()

    def report(step: str) -> None:
        print(f"{step}: {time.monotonic() - started:.0f} s", flush=True)

    with tempfile.TemporaryDirectory(prefix="web-llm-library-") as scratch, ThreadPoolExecutor(1) as pool:
        runtime = pool.submit(build_runtime, Path(scratch) / "runtime")
        objects, shapes = compile_model(Path(scratch) / "model")
        report("model compiled")
        tokenizer = Tokenizer()
        weights = make_weights(tokenizer, shapes)
        write_weights(folder, weights)
        write_config(folder, tokenizer)
        runtime_objects = runtime.result()
        report("runtime compiled")
        link([*runtime_objects, *objects], folder / LIBRARY)
        report("linked")
    write_entry(folder, weights, tokenizer)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
