"""The size of the tiny model that web-llm is tested with. Everything else is derived from these numbers."""

VOCABULARY = 512
HIDDEN = 64
LAYERS = 2
HEADS = 4
KV_HEADS = 2
HEAD_SIZE = HIDDEN // HEADS
FEED_FORWARD = 128
CONTEXT = 1024
PREFILL_CHUNK = 256
NORM_EPSILON = 1e-5
ROPE_BASE = 10_000
