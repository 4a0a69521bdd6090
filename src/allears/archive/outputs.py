"""The folder of what was heard: a file a clip, whole or not there; an index; what failed, and why.

```text
OUT/run.json                 what it was heard with; another run of other settings is refused
OUT/clips/ab/ab12....json    what was heard of a clip; its file being there is what "done" means
OUT/failed/cd/cd34....json   why a clip could not be heard
OUT/index.jsonl              a line a clip that was heard, in the order of the archive
OUT/errors.jsonl             a line a clip that was not
```

Files can be read by their owner alone: voices are in them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from allears.archive.items import Item
from allears.user_data import private_file

__all__ = ["Outputs"]

_CLIPS, _FAILED = "clips", "failed"


class Outputs:
    """See the module.

    Args:
        folder: that holds it all; made when something is written.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def is_heard(self, item: Item) -> bool:
        """Whether what was heard of it is there."""
        return self._path(_CLIPS, item).is_file()

    def is_failed(self, item: Item) -> bool:
        """Whether it could not be heard."""
        return self._path(_FAILED, item).is_file()

    def keep(self, item: Item, heard: Mapping[str, Any]) -> None:
        """Write what was heard.

        Raises:
            OSError: it cannot be written.
        """
        _write(self._path(_CLIPS, item), {"id": item.id, "source": item.audio, "start_s": item.start_s} | dict(heard))
        self.forget_failure(item)

    def keep_failure(self, item: Item, reason: str) -> None:
        """Write why it could not be heard.

        Raises:
            OSError: it cannot be written.
        """
        _write(self._path(_FAILED, item), {"id": item.id, "source": item.audio, "reason": reason})

    def forget_failure(self, item: Item) -> None:
        """So that it is tried again."""
        self._path(_FAILED, item).unlink(missing_ok=True)

    def check_settings(self, settings: Mapping[str, Any]) -> None:
        """Write down what it is heard with, or compare with what was written down.

        Raises:
            ValueError: the folder holds what was heard with other settings.
        """
        path, given = self.folder / "run.json", json.loads(json.dumps(settings))
        try:
            before = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            _write(path, given)
            return
        except ValueError as error:
            raise ValueError(f"{path} cannot be read ({error}): give another folder with --out") from error
        changed = sorted(name for name in {*before, *given} if before.get(name) != given.get(name))
        if changed:
            was = ", ".join(f"{name} {before.get(name)!r} (now {given.get(name)!r})" for name in changed)
            raise ValueError(f"{self.folder} was heard with {was}: give the same, or another folder with --out")

    def write_lists(self, items: Sequence[Item]) -> None:
        """Write the index and the errors anew, from the files that are there."""
        _write_lines(self.folder / "index.jsonl", (self._line(item) for item in items if self.is_heard(item)))
        failed = (item for item in items if self.is_failed(item) and not self.is_heard(item))
        _write_lines(self.folder / "errors.jsonl", (_read(self._path(_FAILED, item)) for item in failed))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other runs out of the folder, and clear what killed writers left in it.

        Raises:
            ValueError: another run writes there.
            OSError: the folder cannot be made.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if sys.platform == "win32":
            yield
            return
        import fcntl

        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for part in self.folder.rglob("*.partial"):
                part.unlink(missing_ok=True)
            yield
        except BlockingIOError as error:
            raise ValueError(f"another run writes to {self.folder}: wait for it, or give another --out") from error
        finally:
            os.close(handle)

    def _path(self, kind: str, item: Item) -> Path:
        return self.folder / kind / item.key[:2] / f"{item.key}.json"

    def _line(self, item: Item) -> dict[str, Any]:
        path = self._path(_CLIPS, item)
        heard = _read(path)
        return {
            "id": item.id,
            "source": item.audio,
            "start_s": item.start_s,
            "duration_s": heard.get("duration"),
            "file": path.relative_to(self.folder).as_posix(),
        }


def _write(path: Path, data: Mapping[str, Any]) -> None:
    with private_file(path) as file:
        file.write((json.dumps(data, ensure_ascii=False) + "\n").encode(errors="surrogateescape"))


def _write_lines(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    with private_file(path) as file:
        for row in rows:
            file.write((json.dumps(row, ensure_ascii=False) + "\n").encode(errors="surrogateescape"))


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8", errors="surrogateescape"))
    return found
