"""The recipe's commands from end to end on a tiny model: each method, going on after an end, a teacher, and corrections."""

import hashlib
import json
import sys
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from smallworks_training import finish, measure, prefer, teach, train
from transformers import AutoModelForCausalLM, AutoTokenizer

ROWS = [("ab?", "xy"), ("abc?", "yx"), ("cab?", "xx"), ("ba?", "yy")]


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("train", "valid"):
        rows = [row_of(prompt, said) for prompt, said in ROWS]
        (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return folder


def command(monkeypatch, module, *typed):
    monkeypatch.setattr(sys, "argv", [module.__name__, *map(str, typed)])
    module.main()


def row_of(prompt, said):
    return {"prompt": prompt, "completion": f"{said}<|im_end|>", "set": "tiny"}


def events(run):
    return [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]


def hashes(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.parametrize(("method", "rate"), [("lora", 0.1), ("dora", 0.1), ("full", 0.02)])
def test_a_run_learns_its_rows_and_goes_on_where_it_ended(monkeypatch, tmp_path, tiny_base, data, method, rate):
    run = tmp_path / "run"
    plain = ["--data", data, "--base", tiny_base, "--out", run, "--method", method, "--rate", rate, "--warmup", 1]
    command(monkeypatch, train, *plain, "--rank", 4, "--steps", 40, "--score-every", 20)
    first = events(run)
    losses = [entry["loss"] for entry in first if entry["event"] == "trained"]
    # An adapter leaves the random embeddings as they are, which bounds what it can say.
    assert losses[-1] < losses[0] - 0.1
    best = first[-1]["best"]
    kept = hashes(run / "best")
    command(monkeypatch, train, *plain, "--rank", 4, "--steps", 42, "--score-every", 1)
    second = events(run)[len(first) :]
    assert second[0] == {"event": "started", "step": 40, "rows": 4, "valid": 4, "processes": 1}
    exact = [entry["exact"] for entry in second if entry["event"] == "scored"]
    assert len(exact) == 2
    assert second[-1]["best"] == max(best, *exact)
    # What was best stays until something is better.
    assert (hashes(run / "best") == kept) == (max(exact) <= best)


def test_a_measure_is_the_runs_own_score_and_says_whether_an_engine_wrote_the_same(monkeypatch, tmp_path, tiny_base, data, capsys):
    run = tmp_path / "run"
    plain = ["--data", data, "--base", tiny_base, "--out", run, "--method", "full", "--rate", 0.02, "--warmup", 1]
    command(monkeypatch, train, *plain, "--steps", 60, "--score-every", 60)
    exact = [entry["exact"] for entry in events(run) if entry["event"] == "scored"][-1]
    assert exact > 0
    rows, said = tmp_path / "rows.jsonl", tmp_path / "said.jsonl"
    rows.write_text("".join(f"{json.dumps({'id': prompt, **row_of(prompt, right)})}\n" for prompt, right in ROWS))

    def measured(*more, base=run / "best"):
        command(monkeypatch, measure, "--rows", rows, "--base", base, "--out", tmp_path / "each.jsonl", *more)
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    assert measured() == {"n": 4, "exact": exact, "exact_ci": list(measure.wilson(exact, 4))}
    each = [json.loads(line) for line in (tmp_path / "each.jsonl").read_text().splitlines()]
    assert [row["id"] for row in each] == [prompt for prompt, _ in ROWS]
    right = next(prompt for prompt, row in zip(dict(ROWS), each) if row["exact"])
    for text, agreed in ((dict(ROWS)[right], 1), (dict(ROWS)[right] + "x", 0)):
        said.write_text(json.dumps({"id": right, "text": text}))
        assert measured("--said", said)["exact"] == agreed

    # Untrained, it says where it goes wrong.
    measured(base=tiny_base)
    untrained = [json.loads(line) for line in (tmp_path / "each.jsonl").read_text().splitlines()]
    wrong = [row for row in untrained if "after" in row]
    assert wrong and all(not row["exact"] and row["written"] != row["right"] for row in wrong)
    assert all(f"{dict(ROWS)[row['id']]}<|im_end|>".startswith(row["after"] + row["right"]) for row in wrong)


def test_patience_ends_a_run_that_gains_nothing(monkeypatch, tmp_path, tiny_base, data):
    run = tmp_path / "run"
    plain = ["--data", data, "--base", tiny_base, "--out", run, "--rate", 0, "--score-every", 1]
    command(monkeypatch, train, *plain, "--steps", 9, "--patience", 2)
    assert events(run)[-1] == {"event": "ended", "step": 3, "best": 0}


def test_a_dora_run_is_merged_and_not_written_as_what_it_is_not(monkeypatch, tmp_path, tiny_base, data):
    run = tmp_path / "run"
    plain = ["--data", data, "--base", tiny_base, "--out", run, "--rate", 0.02, "--warmup", 1, "--rank", 4]
    command(monkeypatch, train, *plain, "--method", "dora", "--steps", 10, "--score-every", 10)
    typed = ["--run", run, "--data", data, "--base", tiny_base, "--id", "tiny", "--licence", "CC0-1.0", "--out", tmp_path / "out"]
    with pytest.raises(SystemExit, match="take --merged as well"):
        command(monkeypatch, finish, *typed)
    merged = tmp_path / "merged"
    finish.write_merged(base=str(tiny_base), adapter=run / "best", out=merged)
    ids = AutoTokenizer.from_pretrained(tiny_base)("abc?", return_tensors="pt").input_ids
    adapted = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(tiny_base), run / "best")
    with torch.no_grad():
        expected = adapted(ids).logits
        assert torch.allclose(AutoModelForCausalLM.from_pretrained(merged)(ids).logits, expected, atol=1e-4)
        with adapted.disable_adapter():
            assert not torch.allclose(adapted(ids).logits, expected, atol=1e-2)


def test_a_whole_model_is_ready_as_it_is(monkeypatch, tmp_path, data):
    (tmp_path / "best").mkdir()
    typed = ["--run", tmp_path, "--data", data, "--base", tmp_path, "--id", "tiny", "--licence", "CC0-1.0", "--out", tmp_path]
    with pytest.raises(SystemExit, match="ready as it is"):
        command(monkeypatch, finish, *typed)


def test_a_teacher_is_asked_and_learnt_from(monkeypatch, tmp_path, tiny_base, data):
    taught = tmp_path / "taught"
    command(monkeypatch, teach, "--data", data, "--teacher", tiny_base, "--candidates", 4, "--out", taught)
    rows = [json.loads(line) for line in (taught / "train.jsonl").read_text().splitlines()]
    assert [row["completion"] for row in rows] == [f"{said}<|im_end|>" for _, said in ROWS]
    assert all(len(row["teacher"]) == 3 and len(row["teacher"][0][0]) == 4 for row in rows)
    # The student is its own teacher: whoever follows the teacher alone has nothing to learn.
    losses = {}
    for share in (0, 1):
        run = tmp_path / f"run{share}"
        plain = ["--data", taught, "--base", tiny_base, "--out", run, "--rate", 0, "--steps", 10, "--score-every", 10]
        command(monkeypatch, train, *plain, "--teacher", share)
        losses[share] = next(entry["loss"] for entry in events(run) if entry["event"] == "trained")
    assert losses[1] < 0.05 < losses[0]


@torch.no_grad()
def said_rather(model, tokenizer, row):
    """log P(chosen) - log P(rejected)."""
    scores = []
    for side in ("chosen", "rejected"):
        prompt = tokenizer(row["prompt"]).input_ids
        ids = torch.tensor([prompt + tokenizer(row[side]).input_ids])
        logprobs = model(ids).logits.log_softmax(-1)[0, len(prompt) - 1 : -1]
        scores.append(float(logprobs.gather(1, ids[0, len(prompt) :, None]).sum()))
    return scores[0] - scores[1]


def test_corrections_are_preferred(monkeypatch, tmp_path, tiny_base, data):
    run, out = tmp_path / "run", tmp_path / "preferred"
    plain = ["--data", data, "--base", tiny_base, "--out", run, "--rate", 0.01, "--warmup", 1, "--rank", 4]
    command(monkeypatch, train, *plain, "--steps", 4, "--score-every", 4)
    pairs = [{"prompt": prompt, "chosen": said, "rejected": said[::-1] + "z"} for prompt, said in ROWS]
    file = tmp_path / "pairs.jsonl"
    file.write_text("".join(f"{json.dumps(pair)}\n" for pair in pairs))
    typed = ["--data", file, "--base", tiny_base, "--adapter", run / "best", "--out", out, "--rate", 0.01, "--steps", 20]
    command(monkeypatch, prefer, *typed)
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    base = AutoModelForCausalLM.from_pretrained(tiny_base)
    before = [said_rather(PeftModel.from_pretrained(base, run / "best"), tokenizer, pair) for pair in pairs]
    base = AutoModelForCausalLM.from_pretrained(tiny_base)
    after = [said_rather(PeftModel.from_pretrained(base, Path(out) / "best"), tokenizer, pair) for pair in pairs]
    assert all(now > then for now, then in zip(after, before))
