"""Music: files of a local folder through mpv, or those of a Music Player Daemon; each person their own playlist."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from allears.assistant.clients.folder import MusicFolder
from allears.assistant.clients.mpd import Mpd
from allears.assistant.clients.mpv import Mpv, PlayerError
from allears.assistant.skill import Ask, Reply, Request, Skill, Tools
from allears.assistant.skills import SKILLS

__all__ = ["music"]

log = logging.getLogger(__name__)

_GRAMMAR = """
intents:
  HassMediaSearchAndPlay:
    data:
      - sentences:
          - "(play|put on) [some] {genre:search_query} [music]"
          - "(play|put on) [some|the|the (song|album|artist)|(songs|music) by] {query:search_query}"
      - sentences: ["(play|put on) [some|the] music", "(play|put on) my (music|playlist)", "play something"]
        slots: {search_query: ""}
  HassMediaPause:
    data:
      - sentences: ["(pause|stop|halt) [the] (music|song|player)", "pause"]
  HassMediaUnpause:
    data:
      - sentences: ["(resume|continue|unpause) [the] [music|song]", "go on playing"]
  HassMediaNext:
    data:
      - sentences: ["(next|skip [this|the]) (song|track)", "[play] [the] next (song|track)", "skip"]
  HassMediaPrevious:
    data:
      - sentences: ["[play] [the] (previous|last) (song|track)", "go back [to the (previous|last) (song|track)]"]
  AllearsMediaTitle:
    data:
      - sentences: ["what (is|song is) (playing|this) [now]", "what's playing", "(which|what) song is this"]
lists:
  query: {wildcard: true}
  genre: {values: [jazz, rock, classical, country, blues, techno, folk, reggae, pop, hip hop, metal, soul, christmas]}
"""


class _Player(Protocol):
    """What mpv and MPD both do."""

    is_playing: bool

    def pause(self, is_paused: bool = True) -> None: ...

    def skip(self, by: int) -> None: ...

    def title(self) -> str: ...

    def duck(self, is_on: bool) -> None: ...

    def close(self) -> None: ...


@SKILLS.register
def music(tools: Tools) -> Skill:
    """Music. Settings: `folder`; or `mpd` (host:port); `mpv` and `mpv_socket` (a program, a socket that is there)."""
    text = tools.settings.text
    folder, mpd = text("music", "folder"), text("music", "mpd")
    program, path = text("music", "mpv", "mpv"), text("music", "mpv_socket")
    if mpd:
        host, _, port = mpd.partition(":")
        if port and not port.isdecimal():
            raise ValueError(f"[music] mpd must be host or host:port, got {mpd!r}: change it in assistant.toml")
        daemon = Mpd(host, int(port or 6600))
        return _skill(_Music(daemon, lambda query, who: _of_mpd(daemon, query, who)), (mpd,))
    mpv = Mpv("" if path else program, path or None)
    files = MusicFolder(Path(folder).expanduser()) if folder else None
    return _skill(_Music(mpv, lambda query, who: _of_folder(mpv, files, query, who)), ())


def _skill(do: _Music, hosts: tuple[str, ...]) -> Skill:
    handlers = {
        "HassMediaSearchAndPlay": do.play,
        "HassMediaPause": lambda r: do.told(lambda p: p.pause(), ""),
        "HassMediaUnpause": lambda r: do.told(lambda p: p.pause(False), ""),
        "HassMediaNext": lambda r: do.told(lambda p: p.skip(1), ""),
        "HassMediaPrevious": lambda r: do.told(lambda p: p.skip(-1), ""),
        "AllearsMediaTitle": do.title,
    }
    meanings = {
        "PlayMusic": ("HassMediaSearchAndPlay", {"search_query": "artist"}),
        "play_music": ("HassMediaSearchAndPlay", {"search_query": "artist_name"}),
    }
    return Skill(
        "music", _GRAMMAR, handlers, ("play some jazz", "next song"), hosts,
        stop=do.stop, duck=do.duck, meanings=meanings, close=do.close,
    )  # fmt: skip


class _Music:
    def __init__(self, player: _Player, start: Callable[[str, str | None], str]) -> None:
        self._player, self._start = player, start

    def play(self, request: Request) -> Reply:
        query = str(request.values.get("search_query", "")).strip(" .,!?")
        try:
            return Reply(self._start(query, request.who))
        except PlayerError as error:
            return Reply("I cannot play music here.", note=f"music: {error}")
        except LookupError:
            return Reply(f"I found nothing for {query}. What shall I play?", ask=Ask("search_query"))

    def told(self, do: Callable[[_Player], None], said: str) -> Reply:
        try:
            do(self._player)
        except PlayerError as error:
            return Reply("The player does not answer.", note=f"music: {error}")
        return Reply(said)

    def title(self, request: Request) -> Reply:
        try:
            name = self._player.title()
        except PlayerError as error:
            return Reply("The player does not answer.", note=f"music: {error}")
        return Reply(f"This is {name}." if name else "Nothing is playing.")

    def stop(self) -> bool:
        """Pause what plays."""
        if not self._player.is_playing:
            return False
        self.told(lambda player: player.pause(), "")
        return True

    def duck(self, is_on: bool) -> None:
        try:
            self._player.duck(is_on)
        except PlayerError as error:
            log.warning("the music stays as loud as it is: %s", error)

    def close(self) -> None:
        self._player.close()


def _of_folder(mpv: Mpv, files: MusicFolder | None, query: str, who: str | None) -> str:
    if files is None:
        raise PlayerError("no folder is set: put folder under [music] in assistant.toml")
    found = files.search(query) if query else (files.play_list(who) if who else []) or files.search("")
    if not found:
        raise LookupError(query)
    mpv.play(found)
    return f"Playing {query}." if query else f"Playing your music, {who}." if who else "Playing music."


def _of_mpd(mpd: Mpd, query: str, who: str | None) -> str:
    if not query:
        if who and mpd.play_list(who):
            return f"Playing your music, {who}."
        mpd.pause(False)
        return "Playing music."
    if not mpd.search_and_play(query):
        raise LookupError(query)
    return f"Playing {query}."
