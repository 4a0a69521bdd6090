"""What `hear` and `listen` are asked for: tasks, languages, and what is expected to be said."""

from __future__ import annotations

import argparse
from pathlib import Path

from allears.cli import _grammar, _session
from allears.cli._types import comma_list, language, language_list

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the group "what is heard"."""
    heard = parser.add_argument_group("what is heard")
    heard.add_argument(
        "--task", action="extend", type=comma_list, metavar="NAME",
        help="only these tasks; those the model does by itself if left out (allears info)",
    )  # fmt: skip
    heard.add_argument(
        "--language", type=language, metavar="XX", help="what is spoken, such as en; detected if left out"
    )
    heard.add_argument("--languages", type=language_list, metavar="XX,YY", help="detect among these languages only")
    _grammar.add_arguments(heard, "--commands")
    _session.add_understand_argument(heard)
    heard.add_argument("--hotwords", type=Path, metavar="FILE", help="phrases to expect, one a line (docs/domains.md)")
    heard.add_argument(
        "--domain", metavar="NAME", help="what is spoken of: music, news, weather, home, a pack's file, or auto"
    )
    _session.add_keywords_argument(heard)
    heard.add_argument(
        "--adapter", action="extend", type=comma_list, metavar="NAME",
        help="put on what the model learned with allears adapt: a file, or the name of one of yours; cs=NAME puts it "
        "on for text in that language alone",
    )  # fmt: skip
    _session.add_user_words_argument(heard)
