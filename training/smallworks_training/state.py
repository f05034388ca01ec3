"""The state of a run on disk: weights, optimiser and step, whole or not at all."""

from __future__ import annotations

import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from peft import PeftModel, set_peft_model_state_dict
from safetensors.torch import load_file


@dataclass
class Progress:
    """How far a run is."""

    step: int = 0
    # Validation rows exact, the most so far; scores without a gain since.
    best: int = -1
    waited: int = 0


def save_weights(folder: Path, model: torch.nn.Module, **more: object) -> None:
    """A PEFT adapter, or all weights, into `folder`, which takes the place of one that was there; `more` becomes NAME.pt."""
    fresh, old = folder.with_name(f"{folder.name}.new"), folder.with_name(f"{folder.name}.old")
    shutil.rmtree(fresh, ignore_errors=True)
    model.save_pretrained(fresh)
    for name, value in more.items():
        torch.save(value, fresh / f"{name}.pt")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.replace(folder, old)
    os.replace(fresh, folder)
    shutil.rmtree(old, ignore_errors=True)


def save_state(folder: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer, progress: Progress) -> None:
    """Everything a run needs to go on."""
    save_weights(folder, model, optimizer={"progress": asdict(progress), "optimizer": optimizer.state_dict()})


def load_state(folder: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
    """Puts the saved state into model and optimiser; a fresh progress where nothing was saved."""
    old = folder.with_name(f"{folder.name}.old")
    if not folder.exists() and old.exists():
        # The run ended between the two renames.
        os.replace(old, folder)
    if not folder.exists():
        return Progress()
    if isinstance(model, PeftModel):
        set_peft_model_state_dict(model, load_file(folder / "adapter_model.safetensors"))
    else:
        model.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
    saved = torch.load(folder / "optimizer.pt", weights_only=True)
    optimizer.load_state_dict(saved["optimizer"])
    return Progress(**saved["progress"])
