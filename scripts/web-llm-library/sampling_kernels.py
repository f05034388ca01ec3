"""Two kernels that turn probabilities into a token: a sort, and a draw from the likeliest.

TVM's own sort does not lower to WebGPU, and 512 numbers need none: each one's rank is the count of those before it.
Knows probabilities; nothing of the model or of who calls.
"""

from tvm.script import tirx as T

from shape import VOCABULARY

THREADS = 256


@T.prim_func(s_tir=True)
def sort_by_rank(var_probs: T.handle, var_sorted: T.handle, var_tokens: T.handle):
    """Probabilities from the largest to the smallest, and their tokens; of equals the smaller token comes first."""
    T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
    probs = T.match_buffer(var_probs, (1, VOCABULARY), "float32")
    ordered = T.match_buffer(var_sorted, (1, VOCABULARY), "float32")
    tokens = T.match_buffer(var_tokens, (1, VOCABULARY), "int32")
    with T.sblock("root"):
        rank = T.sblock_alloc_buffer((1,), "int32", scope="local")
        for block in T.thread_binding(VOCABULARY // THREADS, thread="blockIdx.x"):
            for thread in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("place"):
                    token = T.axis.spatial(VOCABULARY, block * THREADS + thread)
                    T.reads(probs[0, 0:VOCABULARY])
                    T.writes(ordered[0, 0:VOCABULARY], tokens[0, 0:VOCABULARY])
                    rank[0] = 0
                    for other in T.serial(VOCABULARY):
                        if probs[0, other] > probs[0, token] or (
                            probs[0, other] == probs[0, token] and other < token
                        ):
                            rank[0] += 1
                    ordered[0, rank[0]] = probs[0, token]
                    tokens[0, rank[0]] = token


@T.prim_func(s_tir=True)
def draw(
    var_sorted: T.handle,
    var_tokens: T.handle,
    var_uniform: T.handle,
    var_top_p: T.handle,
    var_chosen: T.handle,
):
    """Of the likeliest tokens that together reach `top_p`, the one under which the uniform number in [0, 1) falls."""
    T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
    ordered = T.match_buffer(var_sorted, (1, VOCABULARY), "float32")
    tokens = T.match_buffer(var_tokens, (1, VOCABULARY), "int32")
    uniform = T.match_buffer(var_uniform, (1,), "float32")
    top_p = T.match_buffer(var_top_p, (1,), "float32")
    chosen = T.match_buffer(var_chosen, (1,), "int32")
    with T.sblock("root"):
        mass = T.sblock_alloc_buffer((1,), "float32", scope="local")
        below = T.sblock_alloc_buffer((1,), "float32", scope="local")
        for block in T.thread_binding(1, thread="blockIdx.x"):
            for thread in T.thread_binding(1, thread="threadIdx.x"):
                with T.sblock("draw"):
                    item = T.axis.spatial(1, block + thread)
                    T.reads(ordered[0, 0:VOCABULARY], tokens[0, 0:VOCABULARY], uniform[item], top_p[item])
                    T.writes(chosen[item])
                    mass[0] = T.float32(0)
                    for rank in T.serial(VOCABULARY):
                        if mass[0] < top_p[item]:
                            mass[0] += ordered[0, rank]
                    below[0] = T.float32(0)
                    chosen[item] = tokens[0, 0]
                    for rank in T.serial(VOCABULARY):
                        if below[0] <= uniform[item] * mass[0] and ordered[0, rank] > T.float32(0):
                            chosen[item] = tokens[0, rank]
                        below[0] += ordered[0, rank]
