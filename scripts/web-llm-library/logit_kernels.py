"""The three kernels by which web-llm changes logits in place: a grammar's mask, a bias, penalties for repetition.

Each is one hand-written GPU kernel that web-llm calls by name. Knows the argument shapes that its npm bundle passes;
nothing of the model.
"""

from tvm.script import tirx as T

from shape import VOCABULARY

THREADS = 256


@T.prim_func(s_tir=True)
def apply_bitmask_inplace(var_logits: T.handle, var_seq_ids: T.handle, var_bitmask: T.handle):
    """Tokens whose bit is 0 become impossible. Row i of `logits` is that of sequence seq_ids[i]."""
    T.func_attr({"global_symbol": "apply_bitmask_inplace", "tirx.noalias": True, "tirx.is_scheduled": True})
    rows = T.int32()
    sequences = T.int32()
    logits = T.match_buffer(var_logits, (sequences, VOCABULARY), "float32")
    seq_ids = T.match_buffer(var_seq_ids, (rows,), "int32")
    bitmask = T.match_buffer(var_bitmask, (sequences, VOCABULARY // 32), "int32")
    for block in T.thread_binding((rows * VOCABULARY + THREADS - 1) // THREADS, thread="blockIdx.x"):
        for thread in T.thread_binding(THREADS, thread="threadIdx.x"):
            with T.sblock("mask"):
                row = T.axis.spatial(rows, (block * THREADS + thread) // VOCABULARY)
                token = T.axis.spatial(VOCABULARY, (block * THREADS + thread) % VOCABULARY)
                T.where(block * THREADS + thread < rows * VOCABULARY)
                logits[seq_ids[row], token] = T.if_then_else(
                    T.bitwise_and(T.shift_right(bitmask[seq_ids[row], token // 32], token % 32), 1) == 1,
                    logits[seq_ids[row], token],
                    T.float32(-3.4e38),
                )


@T.prim_func(s_tir=True)
def apply_logit_bias_inplace(
    var_logits: T.handle, var_pos2seq_id: T.handle, var_token_ids: T.handle, var_logit_bias: T.handle
):
    """Adds logit_bias[i] to token_ids[i] of sequence pos2seq_id[i]."""
    T.func_attr(
        {"global_symbol": "apply_logit_bias_inplace", "tirx.noalias": True, "tirx.is_scheduled": True}
    )
    sequences = T.int32()
    count = T.int32()
    logits = T.match_buffer(var_logits, (sequences, VOCABULARY), "float32")
    pos2seq_id = T.match_buffer(var_pos2seq_id, (count,), "int32")
    token_ids = T.match_buffer(var_token_ids, (count,), "int32")
    logit_bias = T.match_buffer(var_logit_bias, (count,), "float32")
    for block in T.thread_binding((count + THREADS - 1) // THREADS, thread="blockIdx.x"):
        for thread in T.thread_binding(THREADS, thread="threadIdx.x"):
            with T.sblock("bias"):
                item = T.axis.spatial(count, block * THREADS + thread)
                T.where(block * THREADS + thread < count)
                logits[pos2seq_id[item], token_ids[item]] += logit_bias[item]


@T.prim_func(s_tir=True)
def apply_penalty_inplace(
    var_logits: T.handle,
    var_seq_ids: T.handle,
    var_pos2seq_id: T.handle,
    var_token_ids: T.handle,
    var_token_cnt: T.handle,
    var_penalties: T.handle,
):
    """Makes tokens that were said before less likely; a row of `penalties` is presence, frequency, repetition."""
    T.func_attr({"global_symbol": "apply_penalty_inplace", "tirx.noalias": True, "tirx.is_scheduled": True})
    sequences = T.int32()
    rows = T.int32()
    count = T.int32()
    logits = T.match_buffer(var_logits, (sequences, VOCABULARY), "float32")
    seq_ids = T.match_buffer(var_seq_ids, (rows,), "int32")
    pos2seq_id = T.match_buffer(var_pos2seq_id, (count,), "int32")
    token_ids = T.match_buffer(var_token_ids, (count,), "int32")
    token_cnt = T.match_buffer(var_token_cnt, (count,), "int32")
    penalties = T.match_buffer(var_penalties, (rows, 3), "float32")
    for block in T.thread_binding((count + THREADS - 1) // THREADS, thread="blockIdx.x"):
        for thread in T.thread_binding(THREADS, thread="threadIdx.x"):
            with T.sblock("penalty"):
                item = T.axis.spatial(count, block * THREADS + thread)
                T.where(block * THREADS + thread < count)
                logits[seq_ids[pos2seq_id[item]], token_ids[item]] -= (
                    penalties[pos2seq_id[item], 0]
                    + T.cast(token_cnt[item], "float32") * penalties[pos2seq_id[item], 1]
                )
                logits[seq_ids[pos2seq_id[item]], token_ids[item]] = T.if_then_else(
                    logits[seq_ids[pos2seq_id[item]], token_ids[item]] > T.float32(0),
                    logits[seq_ids[pos2seq_id[item]], token_ids[item]] / penalties[pos2seq_id[item], 2],
                    logits[seq_ids[pos2seq_id[item]], token_ids[item]] * penalties[pos2seq_id[item], 2],
                )


KERNELS = (apply_bitmask_inplace, apply_logit_bias_inplace, apply_penalty_inplace)
