"""The Wyoming port of `allears serve`: its options, and what is put together for them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli import _grammar, _session
from allears.cli._types import comma_list

if TYPE_CHECKING:
    from allears.server.app import Service
    from allears.wyoming.mind import Mind

__all__ = ["add_arguments", "check", "services"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the group "Home Assistant"."""
    home = parser.add_argument_group("Home Assistant (docs/wyoming.md)")
    home.add_argument(
        "--wyoming", metavar="URI", help="speak the Wyoming protocol there, too: tcp://0.0.0.0:10300, unix:///FILE"
    )
    home.add_argument("--mdns", action="store_true", help="tell the local network of it, so that it is found")
    home.add_argument("--no-http", action="store_true", help="speak the Wyoming protocol alone (also at stdio://)")
    home.add_argument(
        "--wyoming-end", type=float, default=0.8, metavar="S",
        help="silence that ends a command (%(default)g); 0: the client says when it is over",
    )  # fmt: skip
    home.add_argument("--wyoming-names", action="store_true", help="begin transcripts with who speaks: [Ann] ...")
    home.add_argument("--skill", action="extend", type=comma_list, metavar="NAME", help="that answer; clock,lists,"
                      "talk,home if left out; none: no skill")  # fmt: skip
    home.add_argument(
        "--commands", action="append", default=[], type=Path, metavar="FILE",
        help="commands of yours that the client is to do: YAML or JSON, or a folder of them",
    )  # fmt: skip
    home.add_argument(
        "--list", action="append", default=[], type=_grammar.named_list, dest="lists", metavar="NAME=A,B",
        help="values of a list of the commands; may be given again",
    )  # fmt: skip


def check(args: argparse.Namespace) -> None:
    """Options that do not go together are said before anything is loaded.

    Raises:
        ValueError: two such.
    """
    if args.wyoming is None:
        given = {"--mdns": args.mdns, "--no-http": args.no_http, "--skill": args.skill, "--commands": args.commands,
                 "--wyoming-names": args.wyoming_names}  # fmt: skip
        if wrong := [name for name, is_given in given.items() if is_given]:
            raise ValueError(f"{wrong[0]} is of the Wyoming port: add --wyoming tcp://0.0.0.0:10300, or leave it out")
    elif args.wyoming.startswith("stdio:") and not args.no_http:
        raise ValueError("--wyoming stdio:// speaks on standard input and output: add --no-http")


def services(args: argparse.Namespace) -> list[Service]:
    """What answers beside HTTP; the port is bound, nothing is loaded.

    Raises:
        ValueError: an address, a skill or a file that cannot be used.
        OSError: the address cannot be listened at.
    """
    if args.wyoming is None:
        return []
    from allears.wyoming.address import bind, read_address
    from allears.wyoming.mdns import Announcement, check_reachable
    from allears.wyoming.options import WyomingOptions
    from allears.wyoming.service import WyomingService

    address = read_address(args.wyoming)
    options = WyomingOptions(end_s=args.wyoming_end or None, has_names=args.wyoming_names)
    if args.mdns:
        check_reachable(address)
    mind, model = _mind(args), _session.open_folder(args).spec
    bound = bind(address)
    port = bound.getsockname()[1] if bound is not None and address.kind == "tcp" else 0
    service = WyomingService(options, address, bound, model=model, mind=mind)
    if address.kind != "stdio":
        where = f"tcp://{address.host}:{port}" if port else address
        print(f"allears serve: {where} (Wyoming; whoever reaches it may use it)", file=sys.stderr, flush=True)
    return [service, Announcement(address, port)] if args.mdns else [service]


def _mind(args: argparse.Namespace) -> Mind | None:
    """What understands; None with `--skill none` and no commands."""
    from allears.assistant.settings import Settings, settings_path
    from allears.assistant.skill import Tools
    from allears.assistant.store import Store, store_path
    from allears.wyoming.mind import open_mind

    names = None if args.skill is None else [name for name in args.skill if name != "none"]
    if names == [] and not args.commands:
        return None
    tools = Tools(Store(store_path()), Settings.load(settings_path()))
    return open_mind(tools, names=names, commands=args.commands, lists=dict(args.lists), reader=_session.reader(args))
