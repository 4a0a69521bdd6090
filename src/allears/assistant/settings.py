"""Settings of skills: `assistant.toml` in the user's folder, a table a skill; the environment goes before it.

In: `[weather]` with `city = "Oslo"`. Out: texts. What no skill asked for is a warning, with the nearest name.
"""

from __future__ import annotations

import difflib
import logging
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from allears.user_data import user_folder

__all__ = ["Settings", "settings_path"]

log = logging.getLogger(__name__)


def settings_path() -> Path:
    """`assistant.toml` beside the assistant's memory."""
    return user_folder("assistant") / "assistant.toml"


class Settings:
    """See the module.

    Args:
        tables: skill -> key -> value.
    """

    def __init__(self, tables: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self._tables, self._asked = tables or {}, set[tuple[str, str]]()

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Those of a file; none if it is not there.

        Raises:
            ValueError: it is no TOML, or has a value outside of a table.
        """
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"{path}: {error}: mend the line, or move the file away") from error
        loose = sorted(name for name, table in tables.items() if not isinstance(table, dict))
        if loose:
            raise ValueError(f"{path}: {loose[0]!r} stands in no table: write it under the skill's, such as [weather]")
        return cls(tables)

    def text(self, table: str, key: str, default: str = "", *, env: str = "") -> str:
        """A setting: of the environment's variable `env`, else of the file, else the default."""
        self._asked.add((table, key))
        if env and (given := os.environ.get(env)):
            return given
        return str(self._tables.get(table, {}).get(key, default))

    def warn_of_unused(self, skills: Iterable[str]) -> list[str]:
        """Log the settings of these skills, and of no skill at all, that nobody asked for; they are returned."""
        known = sorted(skills)
        unused = []
        for table, values in self._tables.items():
            for key in values:
                if (table, key) in self._asked:
                    continue
                names = [k for t, k in self._asked if t == table] if table in known else known
                near = difflib.get_close_matches(key if table in known else table, names, n=1)
                unused.append(f"[{table}] {key}" + (f" (did you mean {near[0]!r}?)" if near else ""))
        if unused:
            log.warning("%d settings are not used: %s", len(unused), ", ".join(unused))
        return unused
