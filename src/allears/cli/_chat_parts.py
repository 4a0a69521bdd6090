"""What `allears chat` is put together from: memory, skills, people, mouth, ear, and where the sound comes from."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from allears.assistant.assistant import Assistant
from allears.assistant.build import build_skills
from allears.assistant.mouth import Mouth
from allears.assistant.people import People
from allears.assistant.player import Loudspeaker, Recorder
from allears.assistant.settings import Settings, settings_path
from allears.assistant.skill import Tools
from allears.assistant.store import Store, store_path
from allears.assistant.voice import CommandVoice, OwnVoice, Voice
from allears.audio import SAMPLE_RATE
from allears.cli._paths import STDIN

if TYPE_CHECKING:
    from allears.assistant.enrolling import Enroller
    from allears.runtime.session import Session
    from allears.runtime.stream import Stream

__all__ = [
    "OpenMouth", "ear_of", "open_assistant", "open_mouth", "open_store", "pushed", "texts_of",
]  # fmt: skip

_END_S = 1.5  # of silence after the floor is given back, so that the utterance is over
_TASKS = ("transcribe", "speech", "speaker", "emotion")


def open_store() -> Store:
    """The assistant's memory, in the user's folder."""
    return Store(store_path())


def open_assistant(args: argparse.Namespace, store: Store, session: Session | None = None) -> Assistant:
    """The assistant with its skills; it knows who speaks if a session hears them.

    Raises:
        ValueError: a skill or its settings cannot be used.
    """
    skills = build_skills(Tools(store, Settings.load(settings_path())), args.skill)
    people = People(store, None if session is None or args.no_enrol else _enroller(session))
    return Assistant(skills, names=_wake_words(args, session), unclear=args.unclear, people=people)


def _enroller(session: Session) -> Enroller:
    from allears.assistant.enrolling import Enroller
    from allears.cli._voices import voices_of

    return Enroller(lambda: voices_of(session))


def _wake_words(args: argparse.Namespace, session: Session | None) -> Sequence[str]:
    """The names of the keywords that are listened for, which are not part of what is wanted.

    Raises:
        ValueError: there are none, so that nobody would ever be heard.
    """
    if session is None or not args.keywords:
        return ()
    from allears.runtime.keywording import keywords_of

    keywords = keywords_of(args.keywords, session.spec)
    if keywords is None or not keywords.keywords:
        raise ValueError("--wake has no keyword to wait for: add one with `allears keyword add`, or leave it out")
    return [keyword.name for keyword in keywords.keywords]


class OpenMouth:
    """A mouth, and what has to be closed or written once it is silent."""

    def __init__(self, mouth: Mouth, player: Loudspeaker | Recorder | None, out: Path | None) -> None:
        self.mouth, self._player, self._out = mouth, player, out

    def close(self) -> None:
        """Close the loudspeaker, or write the file."""
        if isinstance(self._player, Loudspeaker):
            self._player.close()
        elif self._player is not None and self._out is not None:
            _write(self._out, self._player)


def open_mouth(args: argparse.Namespace) -> OpenMouth:
    """What speaks; it is silent without a voice, and without a need for one.

    Raises:
        ValueError: a program or a voice that is not there; no loudspeaker.
    """
    voice = _voice_of(args)
    if voice is None:
        return OpenMouth(Mouth(None, Recorder()), None, None)
    if args.out or args.file or args.text:  # what is read faster than it was said cannot be spoken to
        recorder = Recorder()
        return OpenMouth(Mouth(voice, recorder, is_waiting=True), recorder, args.out)
    player = Loudspeaker(voice.sample_rate)
    return OpenMouth(Mouth(voice, player), player, None)


def _voice_of(args: argparse.Namespace) -> Voice | None:
    """The program that was named, the voice that was named, or the one that is found where somebody would hear it."""
    from allears.speaking.folder import find_voice

    if args.voice_command:
        return CommandVoice(args.voice_command)
    is_heard = bool(args.out or args.voice_model or args.voice or not (args.file or args.text))
    found = find_voice(args.voice_model) if is_heard else None
    if found is None and args.voice:
        raise ValueError("--voice is of a voice model, and none comes with this allears: add --voice-model")
    return None if found is None else OwnVoice(found, args.voice)


def _write(path: Path, recorder: Recorder) -> None:
    from allears.cli._audio_out import write_audio
    from allears.decode.answers import Audio

    pieces = [samples for samples, _ in recorder.pieces]
    samples = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
    write_audio(path, Audio(samples, next((rate for _, rate in recorder.pieces), SAMPLE_RATE)))


def ear_of(session: Session, assistant: Assistant, args: argparse.Namespace) -> Stream:
    """The stream that hears the assistant's sentences."""
    from allears.runtime.endpoint import EndpointOptions
    from allears.runtime.stream_options import StreamOptions

    have = [task.name for task in session.spec.tasks]
    options = StreamOptions(endpoint=EndpointOptions(min_silence_s=args.silence))
    tasks = [name for name in _TASKS if name in have]
    return session.stream(tasks=tasks, language="en", commands=assistant.grammar, options=options)


def texts_of(texts: Sequence[str]) -> Iterator[str]:
    """The texts, `-` among them standing for lines of standard input."""
    for text in texts:
        if text == STDIN:
            yield from (line.strip() for line in sys.stdin if line.strip())
        else:
            yield text


def pushed(chunks: Iterator[np.ndarray], assistant: Assistant) -> Iterator[np.ndarray]:
    """Chunks between two presses of Enter, and silence after the second."""
    is_on = threading.Event()
    threading.Thread(target=_read_presses, args=(is_on,), daemon=True).start()
    was_on = False
    for chunk in chunks:
        if is_on.is_set() != was_on:
            was_on = is_on.is_set()
            assistant.duck(was_on)
            print("listening" if was_on else "heard", file=sys.stderr)
            if not was_on:
                yield np.zeros(round(_END_S * SAMPLE_RATE), chunk.dtype)
        yield chunk if was_on else np.zeros_like(chunk)


def _read_presses(is_on: threading.Event) -> None:
    print("press Enter to speak, and again when you are done", file=sys.stderr)
    for _ in sys.stdin:
        if is_on.is_set():
            is_on.clear()
        else:
            is_on.set()
