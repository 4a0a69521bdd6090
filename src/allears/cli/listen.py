"""Listen while somebody speaks: words as they come, and the result of each utterance once it is over.

FILE is an audio file, or `-` for raw 16-bit PCM (little endian) on standard input, at --rate. With --mic the computer's
microphone is heard until Ctrl-C; that needs the extra: pip install 'allears[mic]'. On a terminal the words so far are
shown in place; finished utterances go to stdout, a line each. --json gives every event as one JSON object a line.

examples:
  allears listen --mic --language en
  arecord -q -t raw -f S16_LE -r 16000 | allears listen - --json
  allears listen talk.wav --realtime
  allears listen --mic --language en --commands commands.yaml
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from allears.cli import _exit, _grammar, _heard, _session
from allears.cli._chunks import CHUNK_S, chunks_of_file
from allears.cli._paths import STDIN
from allears.cli._types import whole_number

if TYPE_CHECKING:
    import numpy as np

    from allears.cli._live import Live
    from allears.commands.grammar import Grammar
    from allears.runtime.result import Result
    from allears.runtime.session import Session
    from allears.runtime.stream import Stream
    from allears.runtime.stream_events import Event, Final

__all__ = ["add_arguments", "run"]

_BYTES = 2  # a sample of 16 bits


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears listen`."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="audio file, or - for raw 16-bit PCM")
    source = parser.add_argument_group("what is listened to")
    source.add_argument("--mic", action="store_true", help="the microphone, until Ctrl-C")
    source.add_argument("--device", metavar="NAME", help="which microphone: its name or number")
    source.add_argument("--rate", type=whole_number, metavar="HZ", help="of - or --mic; 16000 if left out")
    source.add_argument("--channels", type=whole_number, metavar="C", help="of -; 1 if left out")
    source.add_argument("--realtime", action="store_true", help="read FILE as slowly as it was recorded")
    out = parser.add_argument_group("what comes out")
    out.add_argument("--json", action="store_true", help="every event as one JSON object a line")
    out.add_argument("-q", "--quiet", action="store_true", help="do not show the words so far")
    _heard.add_arguments(parser)
    when = parser.add_argument_group("when an utterance is over")
    when.add_argument("--silence", type=float, metavar="S", help="after so much silence, seconds; 0.8 if left out")
    when.add_argument("--longest", type=float, metavar="S", help="at the latest, seconds; 25 if left out")
    how = parser.add_argument_group("how")
    how.add_argument("--threads", type=whole_number, metavar="N", help="threads to compute with")
    _session.add_model_argument(how)


def run(args: argparse.Namespace) -> int:
    """Listen to the end, or to Ctrl-C."""
    from allears.cli._live import Live

    _check(args)
    grammar = _grammar.load(args.commands, args) if args.commands else None
    stream = _open_stream(_session.open_session(args), args, grammar)
    with Live(is_quiet=args.quiet or args.json) as live:
        try:
            for chunk in _chunks(args):
                _tell(stream.feed(chunk), live, args)
        except KeyboardInterrupt:
            if not args.mic:  # which has no other end
                raise
        _tell(stream.finish(), live, args)
    return _exit.OK


def _check(args: argparse.Namespace) -> None:
    """Options that do not go together are said before the model is loaded."""
    if args.mic == bool(args.file):
        raise ValueError("listen to one thing: give FILE, - (raw 16-bit PCM from standard input), or --mic")
    is_raw = args.file == STDIN
    if args.rate and not (is_raw or args.mic):
        raise ValueError(f"--rate is for - and --mic, {args.file} states its own: leave it out")
    if args.channels and not is_raw:
        raise ValueError("--channels is for -: leave it out")
    if args.device is not None and not args.mic:
        raise ValueError("--device is for --mic: leave it out, or add --mic")
    if args.realtime and (is_raw or args.mic):
        raise ValueError("--realtime is for a file, what is live has its own pace: leave it out")


def _open_stream(session: Session, args: argparse.Namespace, grammar: Grammar | None) -> Stream:
    from allears.runtime.endpoint import EndpointOptions
    from allears.runtime.stream_options import StreamOptions

    given = {"min_silence_s": args.silence, "max_utterance_s": args.longest}
    endpoint = EndpointOptions(**{name: value for name, value in given.items() if value is not None})
    options = StreamOptions(endpoint=endpoint, **({"partial_every_s": 0.0} if args.quiet and not args.json else {}))
    more: dict[str, Any] = {} if grammar is None else {"commands": grammar}
    return session.stream(language=args.language, sample_rate=args.rate or 16_000, options=options, **more)


def _chunks(args: argparse.Namespace) -> Iterator[np.ndarray]:
    if args.mic:
        from allears.cli._microphone import microphone

        return microphone(args.rate or 16_000, args.device)
    if args.file == STDIN:
        return _raw(args.rate or 16_000, args.channels or 1)
    return chunks_of_file(args.file, is_realtime=args.realtime)


def _raw(rate: int, channels: int) -> Iterator[np.ndarray]:
    """Chunks (N, C) of standard input, as they come."""
    import numpy as np

    size, rest = max(1, int(rate * CHUNK_S)) * channels * _BYTES, b""
    read = getattr(sys.stdin.buffer, "read1", sys.stdin.buffer.read)  # what there is, rather than wait for all of it
    while data := read(size):
        data = rest + data
        whole = len(data) // (channels * _BYTES) * channels * _BYTES
        rest = data[whole:]
        yield np.frombuffer(data[:whole], "<i2").reshape(-1, channels)
    if rest:
        print(f"allears listen: the last {len(rest)} bytes are no whole sample and were not heard", file=sys.stderr)


def _tell(events: list[Event], live: Live, args: argparse.Namespace) -> None:
    from allears.runtime.stream_events import Final, KeywordHeard, Partial

    for event in events:
        if args.json:
            from allears.formats.events import event_as_json

            print(json.dumps(event_as_json(event), ensure_ascii=False), flush=True)
        elif isinstance(event, Partial):
            live.show([word.text for word in event.stable], [word.text for word in event.tentative])
        elif isinstance(event, KeywordHeard):
            live.clear()
            print(f"{event.hit.start_s:.2f}-{event.hit.end_s:.2f}\t[{event.hit.keyword}]", flush=True)
        elif isinstance(event, Final):
            live.clear()
            _print_final(event)


def _print_final(event: Final) -> None:
    """The text of an utterance; a table where text was not asked for. Nothing for a sound without words."""
    title = f"{event.start_s:.2f}-{event.end_s:.2f}"
    if event.result.transcript is None:
        from allears.cli._rows import result_rows
        from allears.cli._table import print_table

        print_table(title, result_rows(event.result))
    elif event.result.text:
        print(f"{title}\t{event.result.text}{_command(event.result)}{_meaning(event.result)}")
    sys.stdout.flush()


def _command(result: Result) -> str:
    """What was commanded, after a tab; nothing if no commands were given."""
    if result.command is None:
        return ""
    from allears.cli._rows import command_text

    return f"\t{command_text(result.command)}"


def _meaning(result: Result) -> str:
    """What the words want, after a tab; nothing if it was not asked for."""
    if result.meaning is None:
        return ""
    from allears.cli._rows import meaning_text

    return f"\t{meaning_text(result.meaning)}"
