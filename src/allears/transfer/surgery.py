"""Load part of a checkpoint into a module and account for every key.

In: a safetensors folder and a key prefix. Out: the module, filled. Nothing is left unfilled or dropped in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from safetensors import safe_open
from torch import nn

__all__ = ["load_prefixed"]


def load_prefixed(module: nn.Module, folder: Path, prefix: str, rename: Mapping[str, str] | None = None) -> int:
    """Copy the tensors named `prefix...` of `folder/model.safetensors` into `module`. Returns how many.

    Raises:
        ValueError: a parameter of the module is not in the file, or one of the file's is not in the module.
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
    wanted = set(module.state_dict())
    missing, extra = sorted(wanted - set(state)), sorted(set(state) - wanted)
    if missing or extra:
        raise ValueError(f"{path} does not fit: missing {missing[:5]}, left over {extra[:5]} (prefix {prefix!r})")
    module.load_state_dict(state)
    return len(state)
