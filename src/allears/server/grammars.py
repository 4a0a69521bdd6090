"""Commands that come with a request: looked through in a process of their own, and only then used in this one."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from allears.server.errors import ApiError
from allears.server.serving import Serving

if TYPE_CHECKING:
    from allears.commands.grammar import Grammar

__all__ = ["Grammars", "check_commands", "refuse_large"]

_KEPT = 16  # grammars; whoever tries one does so again and again


def refuse_large(num_bytes: int) -> None:
    """Raises: ApiError: 413, commands of so many bytes are too many."""
    from allears.commands.apart import MAX_BYTES

    if num_bytes > MAX_BYTES:
        raise ApiError(413, "the commands are too large", given=f"{num_bytes} bytes or more", param="commands",
                       allowed=f"{MAX_BYTES} bytes", code="too_large",
                       todo="leave sentences out, or use allears hear --commands")  # fmt: skip


async def check_commands(serving: Serving, client: str, text: str, said: str = "") -> dict[str, Any]:
    """The report of `commands/apart.py`, made when it is the client's turn.

    Raises:
        ApiError: 501, the library for commands is not installed; 413, there are too many.
    """
    refuse_large(len(text.encode("utf-8", errors="replace")))
    _need_library()
    from allears.commands.apart import check_apart

    letters = _letters(serving)
    return await serving.queue.run(client, lambda _: check_apart(text, letters=letters, said=said))


class Grammars:
    """Grammars that were found to be good, the last ones asked for.

    Args:
        serving: whose requests bring them.
    """

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._kept: OrderedDict[bytes, Grammar] = OrderedDict()

    async def read(self, client: str, text: str) -> Grammar:
        """The grammar of a YAML text.

        Raises:
            ApiError: 400, there is something wrong with it, with the line; as `check_commands`.
        """
        key = hashlib.sha256(text.encode("utf-8", errors="replace")).digest()
        if key not in self._kept:
            report = await check_commands(self._serving, client, text)
            wrong = [each for each in report["findings"] if each["level"] == "error"]
            if wrong:
                first = wrong[0]
                place = f"line {first['line']}: " if first["line"] else ""
                raise ApiError(
                    400, f"the commands cannot be used: {place}{first['message']}", param="commands",
                    code="invalid_commands", todo="POST /v1/commands/check shows all that is wrong",
                )  # fmt: skip
            self._kept[key] = await self._serving.queue.run(client, lambda _: _grammar(text))
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]


def _grammar(text: str) -> Grammar:
    from allears.commands.grammar import Grammar
    from allears.commands.reading import read_text

    return Grammar(read_text(text, "commands"))


def _need_library() -> None:
    import importlib.util

    if importlib.util.find_spec("hassil") is None:
        raise ApiError(501, "this server knows no commands", code="no_commands",
                       todo="pip install 'allears[commands]' where it runs")  # fmt: skip


def _letters(serving: Serving) -> str:
    """What the model's CTC head spells; nothing if it has none, or is not loaded yet."""
    if serving.engine.state != "ready":
        return ""
    heads = (task for task in serving.engine.session.spec.tasks if task.decode["kind"] == "ctc")
    return "".join(name for task in heads for name in task.classes if len(name) == 1)
