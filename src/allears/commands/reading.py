"""Files of commands -> one dictionary, each text with its line and column.

In: YAML or JSON in Home Assistant's layout; folders stand for the files in them; later files add to earlier ones.
`on`, `off`, `yes` and `no` stay words, as nobody who lists the states of a lamp means truth values.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import yaml

__all__ = ["Placed", "read_files", "read_text"]

_SUFFIXES = (".yaml", ".yml", ".json")
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is ten times faster


class Placed(str):
    """A text that knows where it stands."""

    file: str
    line: int
    column: int


class _Loader(_Base):  # type: ignore[misc]  # CSafeLoader has no stub of its own
    """Texts are `Placed`; only `true` and `false` are truth values."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        letter: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:bool" or letter in "tTfF"]
        for letter, pairs in _Base.yaml_implicit_resolvers.items()
    }


def _placed(loader: Any, node: yaml.ScalarNode) -> Placed:
    text = Placed(node.value)
    text.file, text.line = str(loader.name), node.start_mark.line + 1
    text.column = node.start_mark.column + (2 if node.style in ("'", '"') else 1)
    return text


_Loader.add_constructor("tag:yaml.org,2002:str", _placed)


def read_files(paths: Iterable[str | Path]) -> dict[str, Any]:
    """All files as one dictionary.

    Raises:
        ValueError: a file that is not there, cannot be parsed (with line and column), or is no mapping.
    """
    from hassil.util import merge_dict

    whole: dict[str, Any] = {}
    for path in _files(paths):
        data = _read(path)
        if not isinstance(data, dict):
            raise ValueError(f"{path}: a file of commands is a mapping with `intents:`, got {type(data).__name__}")
        merge_dict(whole, data)
    return whole


def _files(paths: Iterable[str | Path]) -> Iterator[Path]:
    for path in map(Path, paths):
        if not path.is_dir():
            yield path
            continue
        found = sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES)
        if not found:
            raise ValueError(f"{path}: no file in it ends with {', '.join(_SUFFIXES)}: name a file of commands")
        yield from found


def _read(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: cannot be read ({error}): name a YAML or JSON file of commands") from error
    return _parse(text, str(path), is_json=path.suffix == ".json")


def read_text(text: str, name: str) -> dict[str, Any]:
    """One YAML text as a dictionary. `name`: of where it is from, for messages.

    Raises:
        ValueError: it cannot be parsed (with line and column), or is no mapping.
    """
    data = _parse(text, name, is_json=False)
    if not isinstance(data, dict):
        raise ValueError(f"{name}: commands are a mapping with `intents:`, got {type(data).__name__}")
    return data


def _parse(text: str, path: str, *, is_json: bool) -> Any:
    try:
        if is_json:
            return json.loads(text)
        loader = _Loader(text)
        loader.name = path
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}:{error.lineno}:{error.colno}: {error.msg}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        hint = ": put a sentence that begins with [, {, <, * or & in quotes" if text else ""
        raise ValueError(f"{path}{place}: {error.problem or error.context}{hint}") from error
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: {error}") from error
