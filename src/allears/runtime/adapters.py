"""Adapters: what a model learned for a language, a room or a person, one small file that is put on when it is loaded.

In: adapter files (or names in the user's folder) and the folder of the model they were made for. Out: what to change
when its networks are opened. An adapter is an `.npz`: weights that take the place of the model's, whole files that do,
and a text that says of what model.

    about                        JSON: format, name, model, digests of each file it changes, tasks as they are now
    weight/FILE/INITIALISER      array, as the file has it (int8 where it is)
    file/FILE                    bytes of a whole file: a head

onnxruntime takes the weights instead of those in the file, so that an adapted model is as fast as the model itself. The
files of the model stay as they are.

An adapter given as `cs=NAME` is worn for text in that language alone (`runtime/text_networks.py`).
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import onnxruntime

from allears.runtime.model_folder import ModelFolder
from allears.runtime.onnx_file import ModelError, graph_digest
from allears.spec import ModelSpec, TaskSpec
from allears.user_data import file_name, user_folder
from allears.vocabulary import LANGUAGES, base_language

__all__ = [
    "FORMAT",
    "SUFFIX",
    "Adapter",
    "AdapterSource",
    "Adapters",
    "Base",
    "check_fits",
    "find_adapter",
    "load_adapters",
    "read_adapter",
]

FORMAT = 1  # raised when an older allears could not read the file
SUFFIX = ".npz"

AdapterSource: TypeAlias = "str | Path"
"""Path of an adapter's file, or the name of one in the user's folder; `cs=NAME` to wear it for text in Czech alone."""


@dataclass(frozen=True)
class Base:
    """A file that an adapter was made for: `sha256`, and a digest of what it computes, whatever its metadata says
    (`graph_digest`)."""

    sha256: str
    graph: str


@dataclass(frozen=True, eq=False)
class Adapter:
    """One adapter file.

    Attributes:
        name: for people.
        model: it was made for.
        base: file of the model that it changes -> what it has to be.
        weights: file -> initialiser -> value.
        files: file -> its bytes.
        tasks: specs of the tasks whose files it brings.
        digest: sha256 of the adapter's own file.
    """

    name: str
    model: str
    base: Mapping[str, Base]
    weights: Mapping[str, Mapping[str, np.ndarray]]
    files: Mapping[str, bytes]
    tasks: tuple[TaskSpec, ...] = ()
    digest: str = ""

    @property
    def touched(self) -> set[str]:
        """What it changes: files, and weights as `FILE: INITIALISER`."""
        weights = {f"{file}: {name}" for file, values in self.weights.items() for name in values}
        return weights | set(self.files)


class Adapters:
    """Adapters that are worn together; none of them changes what another one changes.

    Args:
        adapters: any number.
        by_language: code of a language -> adapters that are worn besides, for text in it.

    Attributes:
        by_language: code -> what is worn for text in that language.

    Raises:
        ValueError: two that are worn together change the same; one for a language brings heads.
    """

    def __init__(
        self, adapters: Sequence[Adapter] = (), by_language: Mapping[str, Sequence[Adapter]] | None = None
    ) -> None:
        self._adapters = tuple(adapters)
        _check_apart(self._adapters)
        _check_texts(by_language or {})
        self.by_language: Mapping[str, Adapters] = {
            code: Adapters((*self._adapters, *own)) for code, own in (by_language or {}).items()
        }
        # onnxruntime reads these where they lie, so they have to stay as long as its sessions
        self._values: dict[str, dict[str, onnxruntime.OrtValue]] = {}
        for adapter in self._adapters:
            for file, values in adapter.weights.items():
                own = self._values.setdefault(file, {})
                own |= {n: onnxruntime.OrtValue.ortvalue_from_numpy(value) for n, value in values.items()}

    def change(self, file: str, options: onnxruntime.SessionOptions) -> None:
        """Make the session of that file of the model, that these options are for, take the adapters' weights."""
        for name, value in self._values.get(file, {}).items():
            options.add_initializer(name, value)

    def content(self, file: str) -> bytes | None:
        """The file that takes the place of the model's; None if it stays."""
        return next((adapter.files[file] for adapter in self._adapters if file in adapter.files), None)

    def spec(self, model: ModelSpec) -> ModelSpec:
        """What the model can do with the adapters on."""
        changed = {task.name: task for adapter in self._adapters for task in adapter.tasks}
        known = [changed.pop(task.name, task) for task in model.tasks]
        return replace(model, tasks=(*known, *changed.values()))

    def mark(self, files: Iterable[str]) -> str:
        """A digest of what is changed of those files; empty if nothing is. Embeddings of other marks are others."""
        wanted = set(files)
        found = [a.digest for a in self._adapters if wanted & (set(a.weights) | set(a.files))]
        return hashlib.sha256(" ".join(found).encode()).hexdigest() if found else ""


def load_adapters(sources: Sequence[AdapterSource], folder: ModelFolder) -> Adapters:
    """The adapters of these files or names, for that model.

    Raises:
        ValueError: no such adapter, two that change the same weights, a language that nobody knows.
        ModelError: a damaged one, one of a newer allears, or one that was made for another model.
    """
    always: list[Adapter] = []
    by_language: dict[str, list[Adapter]] = {}
    for source in sources:
        code, file = _language_of(source)
        adapter = read_adapter(find_adapter(file))
        check_fits(adapter, folder)
        (always if code is None else by_language.setdefault(code, [])).append(adapter)
    return Adapters(always, by_language)


def find_adapter(source: AdapterSource) -> Path:
    """The file of an adapter: the path that is given, or of the name in the user's folder.

    Raises:
        ValueError: there is none.
    """
    path, own = Path(source), user_folder("adapters")
    if path.is_file():
        return path
    kept = own / file_name(str(source), SUFFIX)
    if kept.is_file():
        return kept
    known = ", ".join(sorted(p.stem for p in own.glob(f"*{SUFFIX}"))) if own.is_dir() else ""
    raise ValueError(
        f"there is no adapter {str(source)!r}: give a file that `allears adapt` wrote, or the name of one in {own} "
        f"(there: {known or 'none'})"
    )


def read_adapter(path: Path) -> Adapter:
    """The adapter in a file.

    Raises:
        ModelError: it is no adapter, damaged, or of a newer allears.
    """
    try:
        with np.load(path, allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        about = dict(json.loads(arrays.pop("about").tobytes()))
        made_with = int(about["format"])
    except (KeyError, TypeError, ValueError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path} is no adapter, or damaged ({error!r}): make it again with allears adapt") from error
    if made_with > FORMAT:
        raise ModelError(f"{path} has format {made_with}, this allears reads up to {FORMAT}: upgrade allears")
    return _adapter(path, about, arrays)


def _adapter(path: Path, about: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Adapter:
    weights: dict[str, dict[str, np.ndarray]] = {}
    files: dict[str, bytes] = {}
    for key, value in arrays.items():
        kind, _, rest = key.partition("/")
        file, _, name = rest.partition("/")
        if kind == "weight":
            weights.setdefault(file, {})[name] = value
        elif kind == "file":
            files[file] = value.tobytes()
    with open(path, "rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    try:
        tasks = tuple(TaskSpec.from_dict(task) for task in about["tasks"])
        base = {file: Base(**digests) for file, digests in about["base"].items()}
        return Adapter(about["name"], about["model"], base, weights, files, tasks, digest)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} is no adapter ({error!r}): make it again with allears adapt") from error


def _language_of(source: AdapterSource) -> tuple[str | None, AdapterSource]:
    """`cs=NAME` -> cs and the name; no language where none is given."""
    tag, equals, name = str(source).partition("=")
    if not equals or Path(source).is_file():
        return None, source
    if not name or base_language(tag) not in LANGUAGES:
        raise ValueError(
            f"the adapter {str(source)!r} is no file, and {tag!r} no language to wear one for: write cs=NAME for text "
            "in Czech alone, or NAME to wear it always"
        )
    return base_language(tag), name


def _check_texts(by_language: Mapping[str, Sequence[Adapter]]) -> None:
    """Only text is written anew for a language: a head heard by then."""
    for code, adapters in by_language.items():
        if heads := [f"{adapter.name} ({', '.join(adapter.files)})" for adapter in adapters if adapter.files]:
            raise ValueError(
                f"adapters worn for {code} alone change how text is written, but {'; '.join(heads)} brings heads: wear "
                "it always (without LANGUAGE=)"
            )


def check_fits(adapter: Adapter, folder: ModelFolder) -> None:
    """Raise ModelError if the adapter was made for another model."""
    for file, base in adapter.base.items():
        if folder.sums.get(file) == base.sha256:  # the file itself is held against its sum when it is opened
            continue
        path = folder.path / file
        if not path.is_file() or graph_digest(path) != base.graph:
            raise ModelError(
                f"the adapter {adapter.name!r} was made for {adapter.model}, and {path} is another network: use it "
                "with that model, or adapt this one"
            )


def _check_apart(adapters: Sequence[Adapter]) -> None:
    for at, one in enumerate(adapters):
        for other in adapters[:at]:
            if both := sorted(one.touched & other.touched):
                raise ValueError(
                    f"the adapters {other.name!r} and {one.name!r} both change {len(both)} weights or files "
                    f"({both[0]} ...), and can only be worn one at a time: leave one out"
                )
