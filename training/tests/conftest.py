"""A Llama of two layers with random weights and a fixed seed: small enough for seconds, shaped like the real one.
`tiny_base` is the same with a tokenizer, as a folder that the recipe's commands read.
"""

import sys
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

sys.path.insert(0, str(Path(__file__).parents[1]))

from smallworks_training import tree_attention  # noqa: E402, F401  (registers the attention implementation)


def make_llama(vocabulary):
    torch.manual_seed(7)
    torch.set_num_threads(1)
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=48,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=6,
        num_key_value_heads=2,
        max_position_embeddings=256,
        eos_token_id=2,
        bos_token_id=1,
        tie_word_embeddings=True,
        attn_implementation="tree",
    )
    return LlamaForCausalLM(config).eval()


@pytest.fixture
def tiny_llama():
    return make_llama(64)


@pytest.fixture
def tiny_base(tmp_path):
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    letters = specials + sorted(pre_tokenizers.ByteLevel.alphabet())
    plain = Tokenizer(models.BPE(vocab={letter: number for number, letter in enumerate(letters)}, merges=[]))
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    plain.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=plain, eos_token="<|im_end|>", additional_special_tokens=specials)
    folder = tmp_path / "base"
    tokenizer.save_pretrained(folder)
    make_llama(len(letters)).save_pretrained(folder)
    return folder
