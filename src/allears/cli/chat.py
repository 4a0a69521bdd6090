"""Talk with the assistant: ask for the weather, music, timers, lists, the time, or your home.

It hears the microphone until Ctrl-C; with --in a file; with --text, or lines of standard input (`--text -`), it reads.
It listens always, with --wake only after one of your keywords (allears keyword), with --push while you hold the floor:
Enter begins, Enter ends. Replies are shown, and spoken if there is a voice; speaking into a reply stops it, and "stop"
always does. Settings of the skills are in assistant.toml, what they keep beside it (docs/assistant.md).
Needs pip install 'allears[commands]', and for microphone and loudspeaker 'allears[mic]'.

examples:
  allears chat --text "set a timer for ten minutes" --text "how much time is left"
  allears chat --voice-command "espeak-ng --stdin -w {out}"
  allears chat --wake
  allears chat --in order.wav --out reply.wav --voice-command "espeak-ng --stdin -w {out}" --json
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli import _exit, _session
from allears.cli._types import comma_list, whole_number

if TYPE_CHECKING:
    import numpy as np

    from allears.assistant.assistant import Assistant
    from allears.assistant.store import Store
    from allears.cli._chat_show import Show

__all__ = ["EXTRA", "add_arguments", "run"]

EXTRA = "commands"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears chat`."""
    source = parser.add_argument_group("what is heard")
    source.add_argument("--in", dest="file", metavar="FILE", help="an audio file in place of the microphone")
    source.add_argument("--text", action="append", metavar="TEXT", help="what is said, or - for lines of stdin")
    source.add_argument("--who", metavar="NAME", help="who says it, for --text")
    source.add_argument("--device", metavar="NAME", help="which microphone: its name or number")
    source.add_argument("--realtime", action="store_true", help="read the file as slowly as it was recorded")
    when = parser.add_argument_group("when it listens")
    which = when.add_mutually_exclusive_group()
    which.add_argument(
        "--wake", dest="keywords", nargs="?", const=True, metavar="FOLDER",
        help="after one of your keywords, or those of a folder",
    )  # fmt: skip
    which.add_argument("--push", action="store_true", help="between two presses of Enter")
    when.add_argument("--silence", type=float, default=0.5, metavar="S", help="that ends an utterance (default: 0.5)")
    when.add_argument(
        "--barge-in", choices=("words", "speech", "off"), default="words",
        help="what stops a reply: words that are not its own, any speech (for a headset), or only stop",
    )  # fmt: skip
    _add_reply_arguments(parser)
    how = parser.add_argument_group("how")
    how.add_argument("--skill", action="extend", type=comma_list, metavar="NAME", help="only these skills")
    how.add_argument("--unclear", choices=("ask", "silent"), default="ask", help="about words nothing understands")
    how.add_argument("--no-enrol", action="store_true", help="do not ask strangers whether to remember their voice")
    how.add_argument("--threads", type=whole_number, metavar="N", help="threads to compute with")
    _session.add_understand_argument(how)
    _session.add_model_argument(how)


def _add_reply_arguments(parser: argparse.ArgumentParser) -> None:
    out = parser.add_argument_group("what comes out")
    out.add_argument("--voice-command", metavar="CMD", help="program that reads a text and writes {out}, to speak")
    out.add_argument("--voice-model", metavar="DIR", help="folder of a voice that speaks; the one that ships if any")
    out.add_argument("--voice", metavar="NAME", help="which of its voices (allears say --list)")
    out.add_argument("--out", type=Path, metavar="FILE", help="write what is spoken (.wav, .flac); nothing is played")
    out.add_argument("--json", action="store_true", help="every event as one JSON object a line")
    out.add_argument("-q", "--quiet", action="store_true", help="neither the words so far nor what it took")


def run(args: argparse.Namespace) -> int:
    """Talk until the end of what is heard, or Ctrl-C."""
    _check(args)
    from allears.cli._chat_parts import open_store
    from allears.cli._chat_show import Show

    with closing(open_store()) as store, Show(is_json=args.json, is_quiet=args.quiet) as show:
        if args.text:
            _by_text(args, store, show)
        else:
            _by_sound(args, store, show)
    return _exit.OK


def _check(args: argparse.Namespace) -> None:
    """Options that do not go together are said before anything is loaded."""
    if args.text and (args.file or args.keywords or args.push):
        raise ValueError("--text is not heard: leave --in, --wake and --push out")
    if args.file and (args.push or args.device):
        raise ValueError("--push and --device are for the microphone: leave them out, or leave --in out")
    if args.realtime and not args.file:
        raise ValueError("--realtime is for --in FILE: leave it out")
    if args.who and not args.text:
        raise ValueError("--who is for --text, a voice is known by itself (allears enroll): leave it out")
    if args.voice_command and (args.voice_model or args.voice):
        raise ValueError("--voice-command is a voice of its own: leave it out, or --voice-model and --voice")
    if args.out and not args.voice_command:
        _need_voice(args)
    if args.out and args.out.suffix.lower() not in (".wav", ".flac"):
        raise ValueError(f"--out must end in .wav or .flac, got {args.out.name!r}: rename it")
    if not 0.2 <= args.silence <= 5:
        raise ValueError(f"--silence must be 0.2 to 5 s, got {args.silence}: 0.5 is usual")


def _need_voice(args: argparse.Namespace) -> None:
    from allears.speaking.folder import find_voice

    if find_voice(args.voice_model) is None:
        raise ValueError("--out holds what is spoken, and nothing speaks: add --voice-command or --voice-model")


def _by_text(args: argparse.Namespace, store: Store, show: Show) -> None:
    from allears.assistant.written import converse_by_text
    from allears.cli._chat_parts import open_assistant, open_mouth, texts_of

    reader = _session.reader(args)
    with closing(open_assistant(args, store)) as assistant, closing(open_mouth(args)) as mouth:
        for event in converse_by_text(texts_of(args.text), assistant, mouth.mouth, args.who, reader=reader):
            show.tell(event)


def _by_sound(args: argparse.Namespace, store: Store, show: Show) -> None:
    from allears.assistant.converse import Conversation
    from allears.assistant.gate import Gate
    from allears.cli._chat_parts import ear_of, open_assistant, open_mouth

    session = _session.open_session(args)
    with closing(open_assistant(args, store, session)) as assistant, closing(open_mouth(args)) as mouth:
        stream = ear_of(session, assistant, args)
        gate = Gate(is_always=not args.keywords)
        talk = Conversation(stream, assistant, mouth.mouth, gate, barge_in=args.barge_in)
        try:
            for event in talk.run(_chunks(args, assistant)):
                show.tell(event)
        except KeyboardInterrupt:
            if args.file:  # the microphone has no other end
                raise


def _chunks(args: argparse.Namespace, assistant: Assistant) -> Iterator[np.ndarray]:
    from allears.audio import SAMPLE_RATE
    from allears.cli._chat_parts import pushed
    from allears.cli._chunks import chunks_of_file
    from allears.cli._microphone import microphone

    if args.file:
        return chunks_of_file(args.file, is_realtime=args.realtime)
    heard = microphone(SAMPLE_RATE, args.device)
    return pushed(heard, assistant) if args.push else heard
