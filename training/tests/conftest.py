"""A Llama of two layers with random weights and a fixed seed: small enough for seconds, shaped like the real one."""

import sys
from pathlib import Path

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

sys.path.insert(0, str(Path(__file__).parents[1]))

from smallworks_training import tree_attention  # noqa: E402, F401  (registers the attention implementation)


@pytest.fixture
def tiny_llama():
    torch.manual_seed(7)
    torch.set_num_threads(1)
    config = LlamaConfig(
        vocab_size=64,
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
