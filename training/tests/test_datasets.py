"""The folder that `npm run dataset` writes, loaded by what trainers use: `datasets`, TRL, pandas, DuckDB."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import torch
from datasets import load_dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

ROOT = Path(__file__).parents[2]

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "book_table",
            "description": "Book a table.",
            "parameters": {
                "type": "object",
                "properties": {
                    "city": {"type": "string"},
                    "people": {"type": "integer"},
                    "day": {"type": "string"},
                    "note": {"type": ["string", "number", "null"]},
                },
                "required": ["city", "people", "day"],
            },
        },
    }
]

CITIES = ["Oslo", "Bergen", "Quito", "Lyon", "Porto", "Tampere"]
OPENINGS = [
    "Book a table in {city} for {people} people on {day}",
    "We are {people} and want to eat in {city}, it should be {day}",
    "Could I have a table on {day} please, {city}, party of {people}",
    "Dinner reservation: {city}, {people} guests, {day}",
    "I need seats for {people} in a restaurant of {city} when it is {day}",
    "Get us a place to eat for {people} persons near {city} on the {day}",
]


def call(number, **rest):
    # Texts that look like dates and numbers, and one argument of several types: where loaders guess.
    note = [None, "5", 5, "2026-03-01"][number % 4]
    values = {"city": CITIES[number % 6], "people": 2 + number % 7, "day": f"2026-03-{1 + number % 28:02}", "note": note, **rest}
    function = {"name": "book_table", "arguments": json.dumps(values)}
    return values, {"role": "assistant", "content": None, "tool_calls": [{"id": "c", "type": "function", "function": function}]}


def rows():
    for number in range(60):
        values, message = call(number)
        request = {"role": "user", "content": OPENINGS[number % 6].format(**values)}
        if number % 5 == 3:
            _, wrong = call(number, people=99)
            yield {"input": {"messages": [request], "tools": TOOLS}, "preferred_output": [message], "non_preferred_output": [wrong]}
        elif number % 5 == 4:
            told = {"role": "tool", "tool_call_id": "c", "content": json.dumps({"booked": True, "table": number})}
            done = {"role": "assistant", "content": f"Table {number} is yours."}
            yield {"messages": [request, {**message, "weight": 0}, told, done], "tools": TOOLS}
        else:
            yield {"messages": [request, message], "tools": TOOLS}
    for number, question in enumerate(["Who wrote Faust", "Sing me a song", "Tell me of the sea", "What is love"]):
        reply = {"role": "assistant", "content": f"No tool here can do that; what shall I book, number {number}?"}
        yield {"messages": [{"role": "user", "content": f"{question} my dear friend"}, reply], "tools": TOOLS}


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    if shutil.which("node") is None or not (ROOT / "node_modules").exists():
        pytest.skip("Node and the packages of the repository make the folder.")
    place = tmp_path_factory.mktemp("dataset")
    log = place / "log.jsonl"
    log.write_text("".join(json.dumps(row) + "\n" for row in rows()))
    out = place / "set"
    command = ["node", "scripts/dataset.mjs", str(log), "--out", str(out), "--licence", "cc0-1.0", "--test", "20", "--validation", "20"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return out


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_checksums_hold(folder):
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        expected, path = line.split("  ")
        assert hashlib.sha256((folder / path).read_bytes()).hexdigest() == expected, path


@pytest.mark.parametrize("config", ["trl", "preference", "openai", "hermes", "data-flywheel", "parquet", "rendered"])
def test_every_format_loads_by_its_name(folder, tmp_path, config):
    if config == "parquet":
        parts = {path.stem: str(path) for path in (folder / "parquet").iterdir()}
        loaded = load_dataset("parquet", data_files=parts, cache_dir=str(tmp_path))
    else:
        loaded = load_dataset(str(folder), config, cache_dir=str(tmp_path))
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {file["split"]: file["rows"] for file in manifest["files"] if file["format"] == config}
    assert {split: len(part) for split, part in loaded.items()} == files


def test_the_arguments_are_what_they_were(folder, tmp_path):
    for split in ("train", "test"):
        written = lines(folder / "trl" / f"{split}.jsonl")
        loaded = load_dataset(str(folder), "trl", split=split, cache_dir=str(tmp_path))
        for before, after in zip(written, loaded, strict=True):
            assert after["completion"] == before["completion"]
            assert after["tools"] == before["tools"]


def test_no_row_of_the_test_is_learned(folder):
    said = {split: {json.dumps(row["prompt"]) for row in lines(folder / "trl" / f"{split}.jsonl")} for split in ("train", "test")}
    assert not said["train"] & said["test"]


def tiny_model():
    torch.manual_seed(7)
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    letters = specials + sorted(pre_tokenizers.ByteLevel.alphabet())
    plain = Tokenizer(models.BPE(vocab={letter: number for number, letter in enumerate(letters)}, merges=[]))
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    plain.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=plain, eos_token="<|im_end|>", pad_token="<|endoftext|>", additional_special_tokens=specials
    )
    tokenizer.chat_template = (
        "{% if tools %}<|im_start|>system\n{{ tools | tojson }}<|im_end|>\n{% endif %}"
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content or '' }}"
        "{% for call in message.tool_calls or [] %}<call>{{ call.function | tojson }}</call>{% endfor %}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    config = LlamaConfig(
        vocab_size=len(letters),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        eos_token_id=2,
        pad_token_id=0,
        tie_word_embeddings=True,
    )
    return LlamaForCausalLM(config), tokenizer


COMMON = {
    "max_steps": 1,
    "per_device_train_batch_size": 2,
    "report_to": [],
    "use_cpu": True,
    # TRL's default where a processor can, and accelerate keeps it for every run of the process after.
    "bf16": False,
    "logging_steps": 1,
    "save_strategy": "no",
}


def test_one_step_of_sft(folder, tmp_path):
    from trl import SFTConfig, SFTTrainer

    data = load_dataset(str(folder), "trl", split="train", cache_dir=str(tmp_path / "cache"))
    model, tokenizer = tiny_model()
    config = SFTConfig(output_dir=str(tmp_path), max_length=4096, **COMMON)
    trainer = SFTTrainer(model=model, args=config, train_dataset=data, processing_class=tokenizer)
    assert torch.isfinite(torch.tensor(trainer.train().training_loss))
    # Loss stands on the completion alone, and the completion is the call as it was written.
    batch = next(iter(trainer.get_train_dataloader()))
    learned = [tokenizer.decode(labels[labels >= 0]) for labels in batch["labels"]]
    assert all("<|im_start|>user" not in text for text in learned)
    assert any("book_table" in text or "No tool" in text or "Table" in text for text in learned)


def test_one_step_of_dpo(folder, tmp_path):
    from trl import DPOConfig, DPOTrainer

    data = load_dataset(str(folder), "preference", split="train", cache_dir=str(tmp_path / "cache"))
    model, tokenizer = tiny_model()
    reference, _ = tiny_model()
    config = DPOConfig(output_dir=str(tmp_path), max_length=4096, **COMMON)
    trainer = DPOTrainer(model=model, ref_model=reference, args=config, train_dataset=data, processing_class=tokenizer)
    assert torch.isfinite(torch.tensor(trainer.train().training_loss))


def test_the_openai_file_keeps_its_published_rules(folder):
    """https://platform.openai.com/docs/guides/supervised-fine-tuning and the reference of chat messages, as of 2026-11."""
    for split in ("train", "validation", "test"):
        for row in lines(folder / "openai" / f"{split}.jsonl"):
            assert set(row) <= {"messages", "tools", "parallel_tool_calls"}
            names = {tool["function"]["name"] for tool in row.get("tools", [])}
            assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in names)
            assert row.get("tools", [None]) != []
            open_calls = []
            for message in row["messages"]:
                assert message["role"] in {"system", "user", "assistant", "tool"}
                if message["role"] == "tool":
                    assert set(message) == {"role", "content", "tool_call_id"}
                    open_calls.remove(message["tool_call_id"])
                    continue
                assert not open_calls, "a result is missing"
                assert set(message) <= {"role", "content", "name", "tool_calls", "weight"}
                assert isinstance(message.get("content", ""), str)
                assert message.get("weight", 0) in (0, 1)
                assert message["role"] == "assistant" or ("weight" not in message and "tool_calls" not in message)
                for made in message.get("tool_calls", []):
                    assert set(made) == {"id", "type", "function"} and made["type"] == "function"
                    assert made["function"]["name"] in names
                    assert isinstance(json.loads(made["function"]["arguments"]), dict)
                    open_calls.append(made["id"])
            last = row["messages"][-1]
            assert last["role"] == "assistant" and last.get("weight", 1) == 1
            assert last.get("content") or last.get("tool_calls")


def test_parquet_opens_in_pandas(folder):
    import pandas

    frame = pandas.read_parquet(folder / "parquet" / "train.parquet")
    written = lines(folder / "records" / "train.jsonl")
    assert list(frame.columns) == ["id", "task", "class", "prompt", "completion", "tools"]
    assert list(frame["id"]) == [row["id"] for row in written]
    for completion, row in zip(frame["completion"], written, strict=True):
        if row["expected"]["type"] == "calls":
            made = completion[0]["tool_calls"][0]["function"]
            assert json.loads(made["arguments"]) == row["expected"]["calls"][0]["arguments"]
        else:
            assert completion[0]["content"] == row["expected"]["text"]


def test_parquet_opens_in_duckdb(folder):
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed.")
    pattern = str(folder / "parquet" / "*.parquet")
    query = "select class, count(*), count(completion[1].tool_calls[1].function.arguments) from read_parquet(?) group by class order by class"
    counted = duckdb.execute(query, [pattern]).fetchall()
    assert [(kind, calls) for kind, _, calls in counted if kind != "calls"] == [("answer", 0), ("refusal", 0)]
    (calls,) = [(total, made) for kind, total, made in counted if kind == "calls"]
    assert calls[0] == calls[1] > 0
