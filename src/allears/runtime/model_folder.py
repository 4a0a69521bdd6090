"""A model on disk: a folder with `encoder.onnx`, a file a head, and `SHA256SUMS` over all of them.

In: a path, or the name of a model that comes with allears (`base`, `small`). Out: its `ModelSpec` at once; each file
checked against its sum when it is used, so that a damaged file is never heard with.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from allears.runtime.checksums import check_sum, read_sums
from allears.runtime.onnx_file import ModelError, read_spec
from allears.spec import METADATA_KEY, ModelSpec, TaskSpec

__all__ = ["DEFAULT_MODEL", "ENCODER", "ModelFolder", "find_model", "model_or_run", "shipped_models"]

ENCODER = "encoder.onnx"
VARIABLE = "ALLEARS_MODEL"  # of the environment: a model folder to use when none is named
DEFAULT_MODEL = Path(__file__).resolve().parent.parent / "models" / "allears-base"
_PREFIX = "allears-"


def shipped_models() -> tuple[str, ...]:
    """Names of the models that come with allears and hear."""
    found = DEFAULT_MODEL.parent.glob(f"{_PREFIX}*/{ENCODER}")
    return tuple(sorted(path.parent.name.removeprefix(_PREFIX) for path in found))


def find_model(path: Path) -> Path:
    """That folder, or the model of that name where there is no such folder."""
    named = DEFAULT_MODEL.parent / f"{_PREFIX}{path.name.removeprefix(_PREFIX)}"
    return named if path.parent == Path() and not path.exists() and (named / ENCODER).is_file() else path


def model_or_run(given: str) -> str:
    """What somebody wants to train on: a path as it is, or the folder of the model of that name (`base`, `small`).

    `base` is `$ALLEARS_MODEL` where that is set.
    """
    return str(ModelFolder().path if given == DEFAULT_MODEL.name.removeprefix(_PREFIX) else find_model(Path(given)))


class ModelFolder:
    """A model folder.

    Args:
        path: the folder, or a name: `base`, `small`; None for `$ALLEARS_MODEL`, or `base`.

    Attributes:
        path: the folder.
        spec: what the model can do.

    Raises:
        ModelError: it is no model folder.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = find_model(Path(path or os.environ.get(VARIABLE) or DEFAULT_MODEL))
        if not self.path.is_dir():
            raise ModelError(
                f"there is no model folder {self.path}: give the folder that holds {ENCODER} (--model, or the "
                f"environment variable {VARIABLE}), the name of a model that comes with allears "
                f"({', '.join(shipped_models())}), or leave it out to use {DEFAULT_MODEL.name}"
            )
        self.spec = read_spec(
            self.path / ENCODER, METADATA_KEY, ModelSpec.from_json, "not an allears model",
            "give a folder made by allears export",
        )  # fmt: skip

    def files_of(self, task: TaskSpec) -> tuple[str, ...]:
        """Names of the files a task is made of: its own and those its decode options name."""
        named = [task.file, *(str(v) for k, v in task.decode.items() if k != "kind" and isinstance(v, str))]
        return tuple(
            dict.fromkeys(name for name in named if (name and (self.path / name).is_file()) or name == task.file)
        )

    def check(self, name: str) -> Path:
        """The path of a file whose content is what was exported.

        Raises:
            ModelError: the file is missing, or its content has changed.
        """
        path = self.path / name
        if not path.is_file():
            raise ModelError(f"{path} is missing: the model is incomplete, fetch or export it again")
        check_sum(
            path,
            self.sums,
            "install allears or fetch the model again (after changing a model yourself, write its sums anew with "
            "sha256sum)",
        )
        return path

    @cached_property
    def sums(self) -> dict[str, str]:
        """File name -> sha256 in hexadecimal, of `SHA256SUMS`; empty if there is no such file."""
        return read_sums(self.path)
