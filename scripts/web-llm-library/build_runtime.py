"""Compiles the part of TVM that runs in the page to WebAssembly objects.

The wheels of apache-tvm and apache-tvm-ffi ship the C++ sources; a few headers that they include are not there, and
`runtime/` holds own ones. Knows where the sources lie and how emscripten wants to be called; nothing of models.
"""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tvm
import tvm_ffi

OWN = Path(__file__).parent / "runtime"
TVM = Path(tvm.__file__).parent
FFI = Path(tvm_ffi.__file__).parent

# Remote procedure calls, sorting on the CPU and TVM's tests of itself: nothing that a page calls.
LEFT_OUT = ("src/runtime/rpc/", "src/runtime/extra/contrib/", "src/ffi/testing/")

# The work is on the GPU: that it is compiled soon counts for more.
OPTIMISE = "-O1"


def lay_out(folder: Path) -> None:
    """Puts sources and own headers where the sources look for each other."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(TVM / "src" / "runtime", folder / "src" / "runtime")
    shutil.copytree(TVM / "include", folder / "include")
    shutil.copytree(FFI / "include", folder / "include", dirs_exist_ok=True)
    shutil.copytree(TVM / "web" / "emcc", folder / "web" / "emcc")
    shutil.copytree(FFI / "src", folder / "3rdparty" / "tvm-ffi" / "src")
    shutil.copytree(OWN / "include", folder / "include", dirs_exist_ok=True)
    shutil.copytree(OWN / "support", folder / "src" / "support")
    shutil.copy(OWN / "web_support.cc", folder / "web" / "emcc")
    pack = folder / "web" / "emcc" / "wasm_runtime.cc"
    lines = pack.read_text().splitlines(keepends=True)
    pack.write_text("".join(line for line in lines if not any(name in line for name in LEFT_OUT)))


def build_runtime(folder: Path) -> list[Path]:
    """The runtime's objects in the order in which they are linked. Raises CalledProcessError."""
    lay_out(folder)
    flags = [OPTIMISE, "-std=c++17", "-Wno-ignored-attributes", "-I.", "-Iinclude"]

    def compile_one(name: str) -> Path:
        # Objects, not bitcode: the compiler of the model writes a bitcode that this linker is too old to read.
        # Relative paths, because they get into the messages of errors and with them into the file.
        command = ["emcc", *flags, "-c", "-o", f"{name}.o", f"web/emcc/{name}.cc"]
        subprocess.run(command, check=True, cwd=folder)
        return folder / f"{name}.o"

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(compile_one, ["wasm_runtime", "webgpu_runtime", "web_support"]))


def link(objects: list[Path], target: Path) -> None:
    """One WebAssembly file that web-llm instantiates; what its script provides stays an import."""
    settings = ["WASM_BIGINT=1", "ERROR_ON_UNDEFINED_SYMBOLS=0", "STANDALONE_WASM=1", "ALLOW_MEMORY_GROWTH=1"]
    subprocess.run(
        [
            "emcc",
            OPTIMISE,
            "--no-entry",
            *(f"-s{setting}" for setting in [*settings, "INITIAL_MEMORY=64MB"]),
            "-o",
            target,
            *objects,
        ],
        check=True,
    )
