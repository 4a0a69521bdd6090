"""Take over parts of another model's weights, and account for every tensor.

In: a module, another's state and names of parts. Out: the module, those parts filled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor, nn

__all__ = ["load_parts"]


def load_parts(module: nn.Module, state: Mapping[str, Tensor], parts: Sequence[str]) -> int:
    """Copy the tensors whose names start with one of `parts` (`encoder`, `heads.speech`). Returns how many.

    Raises:
        ValueError: a part that is not there, or a tensor that is missing, left over or of another shape.
    """
    own = module.state_dict()
    wanted = {name for name in own if _is_in(name, parts)}
    given = {name for name in state if _is_in(name, parts)}
    absent = [part for part in parts if not any(_is_in(name, [part]) for name in wanted | given) and part != "sharing"]
    if absent:
        there = sorted({name.split(".")[0] for name in own})
        raise ValueError(f"neither model has a part called {absent[0]!r}: name parts by their start, among {there}")
    bent = [name for name in wanted & given if own[name].shape != state[name].shape]
    if bent or wanted != given:
        raise ValueError(
            f"the weights do not fit: missing {sorted(wanted - given)[:5]}, left over {sorted(given - wanted)[:5]}, "
            f"of another shape {sorted(bent)[:5]}; name fewer parts in `init.parts`"
        )
    module.load_state_dict({name: state[name] for name in wanted}, strict=False)
    return len(wanted)


def _is_in(name: str, parts: Sequence[str]) -> bool:
    return any(name == part or name.startswith(part + ".") for part in parts)
