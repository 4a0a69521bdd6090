"""Say a text: play it, or write it into a file.

Numbers, dates, money and the like are read as people say them; the first sentence sounds while the others are made.
`-` reads the text from standard input. With --ssml the text is SSML (docs/speaking.md). No voice comes with allears
yet: --model names the folder of one. To play needs pip install 'allears[mic]'.

examples:
  allears say "It is 7:30, and 20 degrees." --model voices/allears-voice
  allears say --dialect en-GB --speed 1.2 -o answer.mp3 "See you on 3/4/2027."
  cat chapter.txt | allears say - --json -o chapter.flac
  allears say --list
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli import _exit
from allears.cli._types import whole_number

if TYPE_CHECKING:
    from allears.speaking.speech import Speech
    from allears.speaking.voice import Voice
    from allears.voice_spec import VoiceSpec

__all__ = ["add_arguments", "run"]

_STDIN = "-"
_POLL_S = 0.02
_TAIL_S = 0.3  # of silence, which may be lost in the device when it is closed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears say`."""
    parser.add_argument("text", nargs="?", metavar="TEXT", help="what is said; - for standard input")
    how = parser.add_argument_group("how")
    how.add_argument("--dialect", metavar="TAG", help="such as en-US or en-GB; that of the voice if left out")
    how.add_argument("--voice", metavar="NAME", help="who says it; the first voice of the dialect if left out")
    how.add_argument("--speed", type=float, default=1.0, metavar="X", help="0.5 to 2 times as fast (%(default)g)")
    how.add_argument("--pitch", type=float, default=0.0, metavar="N", help="semitones higher, -12 to 12 (%(default)g)")
    how.add_argument("--ssml", action="store_true", help="the text is SSML")
    how.add_argument("--no-user-words", dest="user_words", action="store_false",
                     help="do not say your words (allears words) as they sound")  # fmt: skip
    how.add_argument("--threads", type=whole_number, default=2, metavar="N", help="to compute with (%(default)s)")
    out = parser.add_argument_group("what comes out")
    out.add_argument("-o", "--out", type=Path, metavar="FILE",
                     help="write it (.wav, .flac, .mp3, .ogg, .opus); nothing is played")  # fmt: skip
    out.add_argument("--json", action="store_true", help="when each word is said, as one JSON object")
    out.add_argument("--list", action="store_true", help="the voices and dialects there are")
    parser.add_argument("--model", metavar="DIR", help="folder of a voice (or $ALLEARS_VOICE_MODEL)")


def run(args: argparse.Namespace) -> int:
    """Say it."""
    if args.list:
        return _list(args)
    if args.text is None:
        raise ValueError("there is nothing to say: give a text, - for standard input, or --list")
    text = sys.stdin.read() if args.text == _STDIN else args.text
    if args.out:
        from allears.cli._sound_file import check_ending

        check_ending(args.out, "--out")
    voice = _open(args)
    begun = time.perf_counter()
    parts = voice.stream(text, speed=args.speed, pitch=args.pitch, is_ssml=args.ssml)
    timed = _Timed(parts, begun)
    said = _write(args.out, timed, voice) if args.out else _play(timed, voice)
    _tell(args, said, timed)
    return _exit.OK


class _Timed:
    """The parts of a speech, and when they were made. `first_s`: seconds until there was the first, None if none."""

    def __init__(self, parts: Iterable[Speech], begun: float) -> None:
        self._parts, self._begun = parts, begun
        self.first_s: float | None = None
        self.all_s = 0.0

    def __iter__(self) -> Iterator[Speech]:
        for part in self._parts:
            self.all_s = time.perf_counter() - self._begun
            self.first_s = self.all_s if self.first_s is None else self.first_s
            yield part


def _open(args: argparse.Namespace) -> Voice:
    from allears.speaking.voice import Voice

    return Voice(
        args.model, voice=args.voice, dialect=args.dialect, num_threads=args.threads, user_words=args.user_words
    )


def _write(path: Path, parts: Iterable[Speech], voice: Voice) -> Speech:
    from allears.cli._sound_file import write_sound
    from allears.speaking.speech import joined

    said = joined(list(parts), voice.sample_rate)
    write_sound(path, said.audio, said.sample_rate, "--out")
    return said


def _play(parts: Iterable[Speech], voice: Voice) -> Speech:
    """Through the loudspeaker, each sentence as soon as it is made; returns when the last one was heard."""
    import numpy as np

    from allears.assistant.player import Loudspeaker
    from allears.speaking.speech import joined

    said: list[Speech] = []
    player = Loudspeaker(voice.sample_rate)
    try:
        for part in parts:
            player.play(part.audio, part.sample_rate)
            said.append(part)
        player.play(np.zeros(round(_TAIL_S * voice.sample_rate), np.float32), voice.sample_rate)
        while player.is_playing:
            time.sleep(_POLL_S)
    finally:
        player.close()
    return joined(said, voice.sample_rate)


def _tell(args: argparse.Namespace, said: Speech, timed: _Timed) -> None:
    if args.json:
        words = [{"word": w.text, "start": round(w.start_s, 3), "end": round(w.end_s, 3)} for w in said.words]
        print(json.dumps({
            "text": said.text, "duration": round(said.duration_s, 3), "sample_rate": said.sample_rate,
            "file": str(args.out) if args.out else None, "words": words,
            "took_ms": {"first": round(1000 * (timed.first_s or 0.0), 1), "all": round(1000 * timed.all_s, 1)},
        }, ensure_ascii=False))  # fmt: skip
    elif args.out:
        print(args.out)


def _list(args: argparse.Namespace) -> int:
    from allears.speaking.folder import VoiceFolder

    spec = VoiceFolder(args.model).spec
    if args.json:
        print(json.dumps(_as_json(spec), ensure_ascii=False))
        return _exit.OK
    for voice in spec.voices:
        print(f"{voice.name:<16} {voice.dialect:<8} {voice.gender}".rstrip())
    print(f"dialects: {', '.join(spec.dialects)}")
    return _exit.OK


def _as_json(spec: VoiceSpec) -> dict[str, object]:
    voices = [{"name": each.name, "dialect": each.dialect, "gender": each.gender or None} for each in spec.voices]
    return {"model": spec.name, "version": spec.version, "dialects": list(spec.dialects), "voices": voices,
            "licences": list(spec.licences)}  # fmt: skip
