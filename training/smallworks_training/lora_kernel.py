"""The LoRA layers of PEFT with one autograd function for base and adapter, in the base's type.

The same sums as PEFT's (W x + scale B A x, arXiv:2106.09685) in six matrix products a layer, of which none needs a copy
of the states in another type.
"""

from __future__ import annotations

import torch
from peft.tuners.lora import Linear as LoraLinear


class _LoraProduct(torch.autograd.Function):
    @staticmethod
    def forward(context, states, weight, down, up, scale):
        shape = states.shape
        flat = states.reshape(-1, shape[-1])
        down16, up16 = down.to(flat.dtype), up.to(flat.dtype)
        low = flat @ down16.t()
        output = flat @ weight.t()
        output.addmm_(low, up16.t(), alpha=scale)
        context.save_for_backward(flat, weight, down16, up16, low)
        context.scale = scale
        return output.reshape(*shape[:-1], -1)

    @staticmethod
    def backward(context, gradient):
        flat, weight, down16, up16, low = context.saved_tensors
        shape = gradient.shape
        gradient = gradient.reshape(-1, shape[-1])
        pulled = (gradient @ up16).mul_(context.scale)
        of_states = None
        if context.needs_input_grad[0]:
            of_states = (gradient @ weight).addmm_(pulled, down16).reshape(*shape[:-1], -1)
        of_down = (pulled.t() @ flat).float()
        of_up = (gradient.t() @ low).mul_(context.scale).float()
        return of_states, None, of_down, of_up, None


def _forward(layer: LoraLinear, states: torch.Tensor, *_, **__) -> torch.Tensor:
    (name,) = layer.active_adapters
    return _LoraProduct.apply(
        states,
        layer.base_layer.weight,
        layer.lora_A[name].weight,
        layer.lora_B[name].weight,
        layer.scaling[name],
    )


def use_fast_lora(model: torch.nn.Module) -> int:
    """Lets every plain LoRA layer of a PEFT model compute by the function above. Returns how many layers there are."""
    count = 0
    for module in model.modules():
        if isinstance(module, LoraLinear):
            module.forward = _forward.__get__(module)
            count += 1
    return count
