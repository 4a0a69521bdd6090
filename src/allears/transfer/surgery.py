"""Load part of a checkpoint into a module and account for every key.

In: a safetensors folder and a key prefix. Out: the module, filled. Nothing is left unfilled or dropped in silence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import safe_open
from torch import nn

__all__ = ["load_prefixed", "read_config"]


def read_config(folder: Path) -> dict[str, Any]:
    """`config.json` of a Hugging Face folder.

    Raises:
        ValueError: there is none.
    """
    path = folder / "config.json"
    if not path.is_file():
        raise ValueError(f"no {path}: give a Hugging Face folder, which holds config.json and model.safetensors")
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return config


def load_prefixed(module: nn.Module, folder: Path, prefix: str, rename: Mapping[str, str] | None = None) -> int:
    """Copy the tensors named `prefix...` of `folder/model.safetensors` into `module`. Returns how many.

    Raises:
        ValueError: a parameter of the module is not in the file, or one of the file's is not in the module, or has
            another shape.
    """
    path = folder / "model.safetensors"
    if not path.is_file():
        raise ValueError(f"no checkpoint at {path}: give a folder that holds model.safetensors")
    renames = dict(rename or {})
    state = {}
    with safe_open(path, framework="pt") as file:
        for key in file.keys():  # noqa: SIM118 (not a dict)
            if key.startswith(prefix):
                name = key.removeprefix(prefix)
                state[renames.get(name, name)] = file.get_tensor(key).float()
    own = module.state_dict()
    missing, extra = sorted(set(own) - set(state)), sorted(set(state) - set(own))
    bent = sorted(name for name in set(own) & set(state) if own[name].shape != state[name].shape)
    if missing or extra or bent:
        raise ValueError(
            f"{path} does not fit: missing {missing[:5]}, left over {extra[:5]}, of another shape {bent[:5]} (prefix "
            f"{prefix!r}): give the folder of a model of the same kind and size"
        )
    module.load_state_dict(state)
    return len(state)
