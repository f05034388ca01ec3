"""The training recipe of smallworks."""

import os
from pathlib import Path


def _choose_products() -> None:
    """MKL, which PyTorch multiplies with, takes a slow path on AMD's processors unless told what they can do: AVX2
    products there are a fifth to a quarter faster for it. Has to stand before PyTorch is loaded."""
    facts = Path("/proc/cpuinfo")
    if facts.is_file() and "AuthenticAMD" in facts.read_text(encoding="utf-8"):
        os.environ.setdefault("MKL_ENABLE_INSTRUCTIONS", "AVX2")


_choose_products()
