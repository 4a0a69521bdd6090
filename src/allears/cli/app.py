"""`allears`: finds the verb's file, hands it its arguments, turns what goes wrong into one line and an exit code."""

from __future__ import annotations

import argparse
import difflib
import importlib
import logging
import os
import pkgutil
import sys
from collections.abc import Sequence
from types import ModuleType

import allears.cli
from allears.cli import _exit, _extras

__all__ = ["EPILOG", "build_parser", "main", "verbs"]

EPILOG = """\
exit codes:
  0  all is well
  1  part of the work failed (some files could not be heard, a check found errors)
  2  wrong usage, or input that cannot be used
  3  the model cannot be loaded
  4  refused: what was made breaks a limit you set, and nothing was kept
  130  stopped by Ctrl-C

Results go to stdout, progress and errors to stderr. Nothing is ever sent anywhere but by a skill that is used and says
to which host, and by `serve --mdns` and `hear --engine ray` (`allears doctor` lists every host).
`allears VERB --help` tells more about a verb.
"""


def verbs() -> dict[str, str]:
    """Verb -> dotted name of its module, in order of the alphabet."""
    modules = (info.name for info in pkgutil.iter_modules(allears.cli.__path__))
    return {
        name.replace("_", "-"): f"{allears.cli.__name__}.{name}"
        for name in sorted(modules)
        if not name.startswith("_") and name != "app"
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is returned (and is the process's, through the entry point).

    Args:
        argv: arguments without the program's name; those of the process if left out.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    logging.basicConfig(format="allears: %(message)s", level=logging.WARNING)
    verb = None
    try:
        args = build_parser(arguments).parse_args(arguments or ["--help"])
        verb = sys.modules.get(args.run.__module__)
        return int(args.run(args))
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return _exit.INTERRUPTED
    except BrokenPipeError:
        return _pipe_closed()
    except ModuleNotFoundError as error:
        print(f"allears: {_extras.missing(error, verb)}", file=sys.stderr)
        return _exit.USAGE
    except (ValueError, OSError) as error:
        print(f"allears: {_exit.words_of(error)}", file=sys.stderr)
        return _exit.code_of(error)


def build_parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser for these arguments; of the verbs, only the one asked for is imported, all of them if none is."""
    parser = argparse.ArgumentParser(
        prog="allears",
        description="One encoder hears everything: words, speech, language, voice, from one pass over the audio.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and end")
    known = verbs()
    asked = arguments[0] if arguments and not arguments[0].startswith("-") else None
    if asked is not None and asked not in known:
        near = difflib.get_close_matches(asked, known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"unknown verb {asked!r}.{hint} There are: {', '.join(known)} (see `allears --help`)")
    group = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    for name, module in known.items():
        if asked is None or name == asked:
            _add_verb(group, name, importlib.import_module(module))
    return parser


def _add_verb(group: argparse._SubParsersAction[argparse.ArgumentParser], name: str, module: ModuleType) -> None:
    summary, _, rest = (module.__doc__ or "").strip().partition("\n")
    parser = group.add_parser(
        name,
        help=summary,
        description=f"{summary}\n{rest}".strip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)


class _Version(argparse.Action):
    """Prints the version; it is looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from allears import __version__

        print(f"allears {__version__}")
        parser.exit()


def _pipe_closed() -> int:
    """Whoever read our output stopped (`| head`): end quietly, as the shell expects of a program hit by SIGPIPE."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _exit.PIPE_CLOSED
