"""The Music Player Daemon, over its own text protocol.

In: a host, a port, commands. Out: pairs of its answers. Source: the MPD protocol's manual: a greeting `OK MPD version`,
a command a line, arguments in double quotes with `"` and `\\` escaped; the answer is `name: value` lines and then `OK`,
or `ACK [...] {command} what was wrong`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from allears.assistant.clients.mpv import PlayerError

__all__ = ["Mpd", "quoted"]

_ANSWER_S = 4.0
_QUIET = 20  # percent
Pairs = list[tuple[str, str]]


def quoted(text: str) -> str:
    """An argument as MPD reads it; a new line would begin another command, and becomes a space."""
    escaped = " ".join(text.splitlines()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class Mpd:
    """See the module. Each call is a connection of its own: MPD closes idle ones.

    Args:
        host, port: where it listens.
    """

    def __init__(self, host: str, port: int = 6600) -> None:
        self._host, self._port, self._volume = host, port, -1
        self.is_playing = False

    async def ask(self, *commands: Sequence[str]) -> list[Pairs]:
        """The answer to each command, in one connection.

        Raises:
            PlayerError: nobody answers, or a command is refused.
        """
        try:
            async with asyncio.timeout(_ANSWER_S):
                reader, writer = await asyncio.open_connection(self._host, self._port)
                try:
                    greeting = await reader.readline()
                    if not greeting.startswith(b"OK MPD"):
                        raise PlayerError(f"{self._host}:{self._port} is no MPD: it said {greeting[:40]!r}")
                    return [await _one(reader, writer, command) for command in commands]
                finally:
                    writer.close()
                    with contextlib.suppress(OSError):
                        await writer.wait_closed()
        except (OSError, TimeoutError, ValueError) as error:
            raise PlayerError(
                f"MPD at {self._host}:{self._port} gave no answer ({str(error) or 'too late'})"
            ) from error

    def tell(self, *commands: Sequence[str]) -> list[Pairs]:
        """The same for who has no event loop."""
        return asyncio.run(self.ask(*commands))

    def search_and_play(self, query: str) -> int:
        """Play all that has the words of the query in a tag or its name; how many songs that is."""
        found = [value for name, value in self.tell(["search", "any", query])[0] if name == "file"]
        if found:
            self.tell(["clear"], *(["add", file] for file in found), ["play"])
            self.is_playing = True
        return len(found)

    def play_list(self, name: str) -> bool:
        """Play a stored playlist; whether there is one of that name, in any case."""
        names = [value for key, value in self.tell(["listplaylists"])[0] if key == "playlist"]
        match = next((one for one in names if one.casefold() == name.casefold()), None)
        if match is None:
            return False
        self.tell(["clear"], ["load", match], ["play"])
        self.is_playing = True
        return True

    def pause(self, is_paused: bool = True) -> None:
        """Pause, or go on."""
        self.tell(["pause", "1" if is_paused else "0"])
        self.is_playing = not is_paused

    def skip(self, by: int) -> None:
        """The next song (1), or the one before (-1)."""
        self.tell(["next" if by > 0 else "previous"])

    def title(self) -> str:
        """What plays; empty if nothing does."""
        song = dict(self.tell(["currentsong"])[0])
        return " by ".join(filter(None, [song.get("Title") or song.get("file", ""), song.get("Artist", "")]))

    def duck(self, is_on: bool) -> None:
        """Quieter, or as before; nothing where MPD has no mixer."""
        if not self.is_playing:
            return
        if is_on:
            self._volume = int(dict(self.tell(["status"])[0]).get("volume", -1))
        if self._volume >= 0:
            self.tell(["setvol", str(min(self._volume, _QUIET) if is_on else self._volume)])

    def close(self) -> None:
        """Nothing was started."""


async def _one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, command: Sequence[str]) -> Pairs:
    name, *rest = command
    writer.write((" ".join([name, *map(quoted, rest)]) + "\n").encode())
    await writer.drain()
    pairs: Pairs = []
    while True:
        line = (await reader.readline()).decode(errors="replace").rstrip("\n")
        if line.startswith("OK"):
            return pairs
        if line.startswith("ACK") or not line:
            raise PlayerError(f"MPD refused {name!r}: {line or 'it hung up'}")
        key, _, value = line.partition(": ")
        pairs.append((key, value))
