"""Answer over HTTP: OpenAI's audio interface, and everything else the model hears; and Home Assistant.

The model is loaded in the background; `/health` says when it is ready. Ctrl-C or SIGTERM stops: what was accepted is
finished first. Listens to this machine alone unless told otherwise; for others a key is needed (--key, or
$ALLEARS_API_KEY). docs/server.md has every address. With --wyoming it speaks Home Assistant's protocol, too
(docs/wyoming.md), which knows no keys. Needs the extra: pip install 'allears[server]', for --wyoming 'allears[wyoming]'

examples:
  allears serve
  allears serve --host 0.0.0.0 --key "$(openssl rand -hex 16)" --https
  allears serve --understand base
  allears serve --wyoming tcp://0.0.0.0:10300 --mdns
  curl -F file=@talk.wav http://127.0.0.1:8000/v1/audio/transcriptions
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from allears.cli import _exit, _session, _wyoming
from allears.cli._types import comma_list, language_list, whole_number

if TYPE_CHECKING:
    from allears.runtime.session import Session
    from allears.server.app import Service
    from allears.server.engine import Engine
    from allears.server.options import ServerOptions
    from allears.server.voice import Voice

__all__ = ["add_arguments", "run"]

_KEY = "ALLEARS_API_KEY"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears serve`."""
    where = parser.add_argument_group("where")
    where.add_argument("--host", default="127.0.0.1", help="address to listen at (%(default)s); 0.0.0.0 for all")
    where.add_argument("--port", type=int, default=8000, help="port (%(default)s); 0 for any that is free")
    where.add_argument("--https", action="store_true", help="with a certificate of its own, kept in your folder")
    where.add_argument(
        "--key", action="append", metavar="KEY", help=f"clients must send it; several may be given; or ${_KEY}"
    )
    where.add_argument("--no-page", action="store_true", help="show no page at /, only the addresses for programs")
    where.add_argument("--json", action="store_true", help="print where it listens as one JSON object")
    what = parser.add_argument_group("what is heard")
    what.add_argument("--task", action="extend", type=comma_list, metavar="NAME", help="answered by /v1/analyze")
    what.add_argument("--languages", type=language_list, metavar="XX,YY", help="detect among these languages only")
    _session.add_understand_argument(what)
    what.add_argument("--voice-command", metavar="COMMAND", help="a program that speaks: text in, WAV out")
    what.add_argument("--voice-model", metavar="DIR", help="folder of a voice that speaks; the one that ships if any")
    _wyoming.add_arguments(parser)
    much = parser.add_argument_group("how much")
    much.add_argument("--workers", type=whole_number, metavar="N", help="clips heard at the same time; half the cores")
    much.add_argument("--threads", type=whole_number, metavar="N", help="of each of them; the cores shared out")
    much.add_argument(
        "--queue", type=whole_number, default=64, metavar="N", help="requests that may wait (%(default)s)"
    )
    much.add_argument("--queue-per-client", type=whole_number, metavar="N", help="of one client; half the queue")
    much.add_argument("--realtime", type=whole_number, default=4, metavar="N", help="websocket sessions (%(default)s)")
    much.add_argument("--max-upload-mb", type=float, default=200.0, metavar="MB", help="a request (%(default)g)")
    much.add_argument("--max-audio-s", type=float, default=14_400.0, metavar="S", help="a recording (%(default)g)")
    much.add_argument("--shutdown-s", type=float, default=60.0, metavar="S", help="to finish in (%(default)g)")
    _session.add_model_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Serve until stopped; code 3 if the model cannot be loaded."""
    _wyoming.check(args)
    options = _options(args)
    from allears.server.engine import Engine
    from allears.server.voice import voice_for

    voice = voice_for(args.voice_command, args.voice_model)
    engine = Engine(lambda: _open(args, options))
    beside = _wyoming.services(args)
    if args.no_http:
        _serve_alone(options, engine, beside, voice)
    else:
        _serve_http(args, options, engine, beside, voice)
    return _exit.OK if engine.error is None else _exit.code_of(engine.error)


def _serve_http(
    args: argparse.Namespace, options: ServerOptions, engine: Engine, beside: list[Service], voice: Voice | None
) -> None:
    from allears.server.app import create_app
    from allears.server.certificate import own_certificate
    from allears.server.meetings import MeetingDiarizer
    from allears.server.run import listen, serve

    bound = listen(options)
    certificate = own_certificate(options.host) if args.https else None
    app = create_app(options, engine, voice=voice, diarizer=MeetingDiarizer(), services=beside)
    _tell(args, options, bound.getsockname()[1])
    with bound:
        serve(app, options, bound, certificate=certificate,
              on_server=lambda server: engine.on_failure(lambda: setattr(server, "should_exit", True)))  # fmt: skip


def _serve_alone(options: ServerOptions, engine: Engine, beside: list[Service], voice: Voice | None) -> None:
    import asyncio

    from allears.wyoming.alone import serve_alone

    asyncio.run(serve_alone(options, engine, beside, voice=voice))


def _options(args: argparse.Namespace) -> ServerOptions:
    from allears.server.options import ServerOptions

    keys = args.key or [key.strip() for key in os.environ.get(_KEY, "").split(",") if key.strip()]
    return ServerOptions(
        host=args.host,
        port=args.port,
        keys=tuple(keys),
        num_workers=args.workers or max(1, _cores() // 2),
        num_waiting=args.queue,
        num_per_client=args.queue_per_client or max(1, args.queue // 2),
        num_realtime=args.realtime,
        max_upload_mb=args.max_upload_mb,
        max_audio_s=args.max_audio_s,
        shutdown_s=args.shutdown_s,
        has_page=not args.no_page,
    )


def _open(args: argparse.Namespace, options: ServerOptions) -> Session:
    if args.threads is None:
        args.threads = max(1, _cores() // options.num_workers)
    return _session.open_session(args)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _tell(args: argparse.Namespace, options: ServerOptions, port: int) -> None:
    host = f"[{options.host}]" if ":" in options.host else options.host
    url = f"{'https' if args.https else 'http'}://{host}:{port}"
    if args.json:
        print(json.dumps({"url": url, "needs_key": bool(options.keys), "workers": options.num_workers}), flush=True)
    else:
        print(f"allears serve: {url} (the model is being loaded: {url}/health)", file=sys.stderr, flush=True)
