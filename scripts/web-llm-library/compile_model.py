"""Compiles the tiny model for WebGPU, with a WebAssembly host part that the runtime's objects are linked to.

Knows TVM's build; nothing of weights' values. The metadata is what web-llm reads to learn the model's parameters.
"""

import json
from pathlib import Path

import tvm
from tvm import relax
from tvm.relax.backend import gpu_generic
from tvm.s_tir import dlight
from tvm.target import Target

from logit_kernels import KERNELS
from model import TinyModel
from shape import CONTEXT, PREFILL_CHUNK

# 256 is what every WebGPU device must offer; 32-bit because WebAssembly's addresses are.
TARGET = Target(
    {"kind": "webgpu", "max_num_threads": 256},
    host={"kind": "llvm", "mtriple": "wasm32-unknown-unknown-wasm"},
)


def _with_metadata(module: tvm.IRModule, params: list) -> tvm.IRModule:
    metadata = json.dumps(
        {
            "model_type": "llama",
            "quantization": "q0f32",
            "context_window_size": CONTEXT,
            "sliding_window_size": -1,
            "attention_sink_size": -1,
            "prefill_chunk_size": PREFILL_CHUNK,
            "tensor_parallel_shards": 1,
            "kv_state_kind": "kv_cache",
            "params": [
                {"name": name, "shape": [int(size) for size in param.shape], "dtype": param.dtype}
                for name, param in params
            ],
        }
    )
    builder = relax.BlockBuilder(module)
    with builder.function("_metadata", params=[]):
        builder.emit_func_output(tvm.ir.StringImm(metadata))
    return builder.finalize()


def _pipeline(module: tvm.IRModule) -> tvm.IRModule:
    """TVM's passes for any GPU, but for the schedule of large matrices.

    It unrolls them into tens of kilobytes of shader, which a browser without a GPU takes seconds to compile, and which
    matrices of 64 columns do not repay.
    """
    passes = [
        *gpu_generic.library_dispatch_passes(TARGET),
        relax.transform.LegalizeOps(),
        relax.transform.AnnotateTIROpPattern(),
        relax.transform.FoldConstant(),
        relax.transform.FuseOps(),
        relax.transform.FuseTIR(),
        dlight.ApplyDefaultSchedule(
            dlight.gpu.GEMV(), dlight.gpu.Reduction(), dlight.gpu.GeneralReduction(), dlight.gpu.Fallback()
        ),
        *gpu_generic.dataflow_lower_passes(TARGET),
        *gpu_generic.finalize_passes(TARGET),
    ]
    with TARGET:
        return tvm.transform.Sequential(passes)(module)


def _without_unused(module: tvm.IRModule) -> tvm.IRModule:
    """Only kernels that some function still names: `without_unused_kernels` leaves others behind."""
    entries = {
        var: function for var, function in module.functions.items() if isinstance(function, relax.Function)
    }
    module = relax.transform.DeadCodeElimination([var.name_hint for var in entries])(module)
    functions = [module[var.name_hint] for var in entries]
    named = {var.name_hint for function in functions for var in relax.analysis.all_global_vars(function)}
    for var, function in module.functions.items():
        if not isinstance(function, relax.Function) and var.name_hint not in named:
            del module[var]
    return module


def compile_model(folder: Path) -> tuple[list[Path], list[tuple[str, tuple[int, ...]]]]:
    """Objects to link, and every parameter's name and shape in the order of the model's metadata."""
    with TARGET:
        model = TinyModel(TARGET)
        module, params = model.export_tvm(spec=model.interface())
    module = _without_unused(module)
    for kernel in KERNELS:
        module[kernel.attrs["global_symbol"]] = kernel
    module = _with_metadata(module, params)
    built = relax.build(_pipeline(module), target=TARGET, relax_pipeline=None)
    objects: list[Path] = []

    def keep(_target: str, files: list[str], **_options) -> None:
        objects.extend(Path(file) for file in files)

    folder.mkdir(parents=True, exist_ok=True)
    built.export_library("model.wasm", fcompile=keep, workspace_dir=str(folder))
    return objects, [(name, tuple(int(size) for size in param.shape)) for name, param in params]
