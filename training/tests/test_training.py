"""Kernel, loss, schedule and score, each against the plain way of saying the same."""

import math

import gguf
import pytest
import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file
from smallworks_training.dataset import DatasetError
from smallworks_training.gguf_lora import interleave_halves, peft_tensors, write_adapter
from smallworks_training.lora_kernel import use_fast_lora
from smallworks_training.loss import completion_loss, top_candidates_divergence
from smallworks_training.measure import wilson, with_what_was_said
from smallworks_training.methods import LINEARS, MethodError, trainable_model
from smallworks_training.packs import Row, make_pack, predicted_logits
from smallworks_training.schedule import rate_at
from smallworks_training.score import score_rows

PACK = make_pack([[Row((5, 6, 7, 2, 9), (10, 11, 2)), Row((5, 6, 7, 2, 12, 13), (14, 2))]])


def adapted(model):
    torch.manual_seed(1)
    tuned = get_peft_model(model, LoraConfig(r=4, lora_alpha=8, target_modules=LINEARS))
    for name, weight in tuned.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.1)
    return tuned


def run(model):
    loss = completion_loss(predicted_logits(model, PACK), PACK, 0.0)
    loss.backward()
    return loss.detach(), {name: weight.grad.clone() for name, weight in model.named_parameters() if weight.requires_grad}


def test_the_fast_layers_compute_what_peft_computes(tiny_llama):
    model = adapted(tiny_llama)
    loss, gradients = run(model)
    model.zero_grad()
    assert use_fast_lora(model) == 2 * len(LINEARS)
    fast_loss, fast = run(model)
    assert torch.allclose(loss, fast_loss, atol=1e-6)
    for name, gradient in gradients.items():
        assert torch.allclose(gradient, fast[name], atol=1e-5), name


def test_a_teacher_that_is_the_student_costs_nothing():
    logits = torch.randn(5, 64)
    logprobs, tokens = logits.log_softmax(-1).topk(6)
    assert torch.allclose(top_candidates_divergence(logits, tokens, logprobs), torch.zeros(5), atol=1e-5)
    other = top_candidates_divergence(torch.randn(5, 64), tokens, logprobs)
    assert (other > 0.01).all()


def test_a_teacher_with_the_whole_vocabulary_is_the_plain_divergence():
    student, teacher = torch.randn(4, 16), torch.randn(4, 16)
    tokens = torch.arange(16).expand(4, 16)
    plain = torch.nn.functional.kl_div(
        student.log_softmax(-1), teacher.log_softmax(-1), log_target=True, reduction="none"
    ).sum(1)
    assert torch.allclose(top_candidates_divergence(student, tokens, teacher.log_softmax(-1)), plain, atol=1e-3)


def test_rows_without_a_teacher_keep_their_own_loss():
    row = Row((5, 6, 2), (7, 8))
    taught = Row((5, 6, 2), (7, 8), teacher=(((7, 9), (math.log(0.6), math.log(0.3))), ((8, 3), (math.log(0.5), math.log(0.4)))))
    pack = make_pack([[row, taught]])
    logits = torch.randn(4, 64)
    loss = completion_loss(logits, pack, 0.5)
    surprise = torch.nn.functional.cross_entropy(logits, pack.targets, reduction="none")
    distance = top_candidates_divergence(logits, pack.taught, pack.taught_logprobs)
    assert distance[:2].isnan().all()
    expected = (surprise[:2].sum() + 0.5 * surprise[2:].sum() + 0.5 * distance[2:].sum()) / 4
    assert torch.allclose(loss, expected)


def test_the_rate_rises_stays_and_falls_to_nothing():
    rates = [rate_at(step, 100, 10, 20) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9:81] == [1.0] * 72
    assert rates[90] == pytest.approx(0.5)
    assert rates[100] == 0


def test_halves_are_interleaved_as_rope_wants_them():
    rows = torch.arange(16.0).reshape(16, 1)
    assert interleave_halves(rows, 2).flatten().tolist() == [0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15]


@pytest.fixture
def gguf_lora(tiny_llama, tmp_path):
    """An adapter of rank 4 and alpha 8 as PEFT's folder and as GGUF."""
    tuned = adapted(tiny_llama)
    with torch.no_grad():
        for weight in tuned.parameters():
            # What 16 bits hold.
            weight.copy_(weight.half().float())
    tuned.save_pretrained(tmp_path / "peft")
    base = gguf.GGUFWriter(tmp_path / "base.gguf", "llama")
    base.add_head_count(6)
    base.add_head_count_kv(2)
    base.write_header_to_file()
    base.write_kv_data_to_file()
    base.close()
    write_adapter(
        folder=tmp_path / "peft",
        base=tmp_path / "base.gguf",
        name="tiny",
        card={"base": "tiny", "base_sha256": "0" * 64},
        prompt_version=1,
        out=tmp_path / "lora.gguf",
    )
    return tmp_path / "peft", tmp_path / "lora.gguf"


def test_an_adapter_comes_back_from_gguf_as_it_went(gguf_lora):
    folder, file = gguf_lora
    tensors, alpha = peft_tensors(file, 6, 2)
    before = load_file(folder / "adapter_model.safetensors")
    assert alpha == 8
    assert tensors.keys() == before.keys()
    assert all(torch.equal(tensors[key], before[key]) for key in before)


def test_training_goes_on_from_either_form_with_another_alpha(gguf_lora, tiny_base):
    def weights(start, rank=4, alpha=8.0):
        model, _ = trainable_model(method="lora", base=str(tiny_base), rank=rank, alpha=alpha, dropout=0, start=start)
        return {name: weight for name, weight in model.named_parameters() if "lora_B" in name}

    folder, file = gguf_lora
    plain = weights(folder)
    assert any(weight.abs().max() > 0 for weight in plain.values())
    for start in gguf_lora:
        for name, weight in weights(start, alpha=16.0).items():
            assert torch.equal(2 * weight, plain[name])
    with pytest.raises(MethodError, match="rank 4, and --rank is 8"):
        weights(file, rank=8)


def test_a_row_is_exact_when_greedy_decoding_would_write_it(tiny_llama):
    prompt = (5, 6, 7, 2, 9)
    written = tiny_llama_greedy(tiny_llama, prompt, 3)
    wrong = (*written[:-1], (written[-1] + 1) % 64)
    scores = score_rows(tiny_llama, [Row(prompt, written, set="right"), Row(prompt, wrong, set="wrong")], 2, 100, None)
    assert scores["right"]["exact"] == 1
    assert scores["wrong"]["exact"] == 0
    assert scores["right"]["loss"] < scores["wrong"]["loss"]


@torch.no_grad()
def tiny_llama_greedy(model, prompt, count):
    model.set_attn_implementation("eager")
    ids = list(prompt)
    for _ in range(count):
        ids.append(int(model(input_ids=torch.tensor([ids]), use_cache=False).logits[0, -1].argmax()))
    model.set_attn_implementation("tree")
    return tuple(ids[len(prompt) :])


def test_what_an_engine_wrote_stands_for_the_completion_of_its_row():
    lines = [{"id": "a", "prompt": "p", "completion": "x"}, {"id": "b", "prompt": "q", "completion": "y"}]
    assert with_what_was_said(lines, [{"id": "b", "text": "z"}]) == [{"id": "b", "prompt": "q", "completion": "z<|im_end|>"}]
    with pytest.raises(DatasetError, match="id of a row"):
        with_what_was_said(lines, [{"id": "c", "text": "z"}])


@pytest.mark.parametrize("right, of, low, high", [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)])
def test_the_interval_of_a_share_is_wilsons(right, of, low, high):
    # 81 of 263: Newcombe 1998, table I.
    assert wilson(right, of) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
