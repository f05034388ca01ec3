"""A small transformer of Llama's shape in TVM's own neural-network language.

Knows layers and the functions that web-llm calls on a model (read from its npm bundle: embed, prefill, decode, the KV
cache, and how probabilities are sorted and sampled). Knows nothing of weights' values or of how it is compiled.
"""

from tvm import relax, te, tirx
from tvm.relax.frontend import nn
from tvm.relax.frontend.nn import spec
from tvm.relax.frontend.nn.llm.kv_cache import PagedKVCache, RopeMode, TIRPagedKVCache
from tvm.target import Target

from sampling_kernels import draw, sort_by_rank
from shape import (
    FEED_FORWARD,
    HEAD_SIZE,
    HEADS,
    HIDDEN,
    KV_HEADS,
    LAYERS,
    NORM_EPSILON,
    ROPE_BASE,
    VOCABULARY,
)

FLOAT = "float32"  # SwiftShader has no 16-bit floats


# Of the arguments that build a KV cache: attention over a sliding window, over trees of guesses, and another kind of
# keys and values. None is ever called, and every kernel is compiled anew whenever the model is loaded.
UNUSED_TUPLES = (18, 19, 20, 21)
UNUSED_FUNCTIONS = (14,)


def without_unused_kernels(full: PagedKVCache) -> PagedKVCache:
    builder = relax.BlockBuilder.current()
    call = builder.lookup_binding(full._expr)
    function, *arguments = call.args
    for index in UNUSED_TUPLES:
        arguments[index] = relax.Tuple([])
    for index in UNUSED_FUNCTIONS:
        arguments[index] = relax.prim_value(0)
    lean = relax.Call(call.op, [function, *arguments], call.attrs, call.ty_args)
    return PagedKVCache(_expr=lean, _name="lean_kv_cache")


class Layer(nn.Module):
    def __init__(self, index: int):
        self.index = index
        self.attention_norm = nn.RMSNorm(HIDDEN, -1, NORM_EPSILON, bias=False)
        self.qkv = nn.Linear(HIDDEN, (HEADS + 2 * KV_HEADS) * HEAD_SIZE, bias=False)
        self.out = nn.Linear(HEADS * HEAD_SIZE, HIDDEN, bias=False)
        self.feed_forward_norm = nn.RMSNorm(HIDDEN, -1, NORM_EPSILON, bias=False)
        self.gate_up = nn.Linear(HIDDEN, 2 * FEED_FORWARD, bias=False)
        self.down = nn.Linear(FEED_FORWARD, HIDDEN, bias=False)

    def forward(self, states: nn.Tensor, cache: PagedKVCache) -> nn.Tensor:
        batch, length, _ = states.shape
        qkv = self.qkv(self.attention_norm(states)).reshape(batch, length, HEADS + 2 * KV_HEADS, HEAD_SIZE)
        attended = cache.attention_with_fused_qkv(self.index, qkv, HEADS, HEAD_SIZE**-0.5)
        states = states + self.out(attended.reshape(batch, length, HEADS * HEAD_SIZE))
        gate, up = nn.op.split(self.gate_up(self.feed_forward_norm(states)), 2, axis=-1)
        return states + self.down(nn.op.silu(gate) * up)


class TinyModel(nn.Module):
    def __init__(self, target: Target):
        self.target = target
        self.embedding = nn.Embedding(VOCABULARY, HIDDEN)
        self.layers = nn.ModuleList([Layer(index) for index in range(LAYERS)])
        self.norm = nn.RMSNorm(HIDDEN, -1, NORM_EPSILON, bias=False)
        self.head = nn.Linear(HIDDEN, VOCABULARY, bias=False)

    def _logits(self, states: nn.Tensor) -> nn.Tensor:
        return self.head(self.norm(states))

    def _run(self, states: nn.Tensor, cache: PagedKVCache) -> nn.Tensor:
        for layer in self.layers:
            states = layer(states, cache)
        return states

    def embed(self, input_ids: nn.Tensor):
        return self.embedding(input_ids)

    def prefill(self, input_embed: nn.Tensor, paged_kv_cache: PagedKVCache):
        states = self._run(input_embed, paged_kv_cache)

        def take_last(rows: te.Tensor):
            batch, length, width = rows.shape
            return te.compute((batch, 1, width), lambda b, _, w: rows[b, length - 1, w], name="last")

        last = nn.op.tensor_expr_op(take_last, "take_last", [states])
        return self._logits(last), paged_kv_cache

    def decode(self, input_embed: nn.Tensor, paged_kv_cache: PagedKVCache):
        return self._logits(self._run(input_embed, paged_kv_cache)), paged_kv_cache

    def softmax_with_temperature(self, logits: nn.Tensor, temperature: nn.Tensor):
        return nn.op.softmax(logits / temperature.reshape(temperature.shape[0], 1, 1), axis=-1)

    def argsort_probs(self, probs: nn.Tensor):
        row = [1, VOCABULARY]
        outputs = [nn.Tensor.placeholder(row, FLOAT), nn.Tensor.placeholder(row, "int32")]
        return nn.op.tensor_ir_op(sort_by_rank, "sort_by_rank", [probs], out=outputs)

    def sample_with_top_p(
        self,
        sorted_probs: nn.Tensor,
        sorted_indices: nn.Tensor,
        uniform_samples: nn.Tensor,
        sample_indices: nn.Tensor,
        top_p: nn.Tensor,
    ):
        # `sample_indices` says which row each number draws from; there is one row.
        inputs = [sorted_probs, sorted_indices, uniform_samples, top_p]
        return nn.op.tensor_ir_op(draw, "draw", inputs, out=nn.Tensor.placeholder([1], "int32"))

    def create_tir_paged_kv_cache(
        self,
        max_batch_size: tirx.Var,
        max_total_seq_len: tirx.Var,
        prefill_chunk_size: tirx.Var,
        page_size: tirx.Var,
        support_sliding_window: tirx.Var,
    ) -> PagedKVCache:
        full = TIRPagedKVCache(
            attn_kind="mha",
            max_batch_size=max_batch_size,
            max_total_seq_len=max_total_seq_len,
            prefill_chunk_size=prefill_chunk_size,
            page_size=page_size,
            support_sliding_window=support_sliding_window,
            layer_partition=relax.ShapeExpr([0, LAYERS]),
            num_hidden_layers=LAYERS,
            num_attention_heads=HEADS,
            num_key_value_heads=KV_HEADS,
            qk_head_dim=HEAD_SIZE,
            v_head_dim=HEAD_SIZE,
            mla_original_qk_head_dim=0,
            mla_original_v_head_dim=0,
            rope_mode=RopeMode.NORMAL,
            rope_scale=1,
            rope_theta=ROPE_BASE,
            rope_scaling={},
            rope_ext_factors=relax.prim_value(0),
            rotary_dim=HEAD_SIZE,
            enable_disaggregation=False,
            dtype=FLOAT,
            target=self.target,
        )
        return without_unused_kernels(full)

    def interface(self) -> spec.ModuleSpec:
        """Every function's arguments; weights come last, as one tuple, where a function needs them."""
        row = [1, "length", HIDDEN]
        cache = spec.Object(object_type=PagedKVCache)
        with_weights = {"param_mode": "packed", "effect_mode": "none"}
        alone = {"param_mode": "none", "effect_mode": "none"}
        probs = spec.Tensor([1, VOCABULARY], FLOAT)
        one_float = spec.Tensor([1], FLOAT)
        one_int = spec.Tensor([1], "int32")
        return spec.ModuleSpec.from_raw(
            {
                "embed": {"input_ids": spec.Tensor(["length"], "int32"), "$": with_weights},
                "prefill": {
                    "input_embed": spec.Tensor(row, FLOAT),
                    "paged_kv_cache": cache,
                    "$": with_weights,
                },
                "decode": {
                    "input_embed": spec.Tensor([1, 1, HIDDEN], FLOAT),
                    "paged_kv_cache": cache,
                    "$": with_weights,
                },
                "softmax_with_temperature": {
                    "logits": spec.Tensor([1, 1, VOCABULARY], FLOAT),
                    "temperature": one_float,
                    "$": alone,
                },
                "argsort_probs": {"probs": probs, "$": alone},
                "sample_with_top_p": {
                    "sorted_probs": probs,
                    "sorted_indices": spec.Tensor([1, VOCABULARY], "int32"),
                    "uniform_samples": one_float,
                    "sample_indices": one_int,
                    "top_p": one_float,
                    "$": alone,
                },
                "create_tir_paged_kv_cache": {
                    "max_batch_size": int,
                    "max_total_seq_len": int,
                    "prefill_chunk_size": int,
                    "page_size": int,
                    "support_sliding_window": int,
                    "$": alone,
                },
            },
            self,
        )
