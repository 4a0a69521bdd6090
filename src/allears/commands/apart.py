"""Checks commands that strangers wrote, in a process of its own with little time and memory.

A few lines of templates can stand for more sentences than there is memory for. Whoever takes them over a network asks
here first: the worst that can happen is that the process is ended, and that is what the report then says.
In: a YAML text. Out: a dictionary that JSON can hold, see `check_apart`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

__all__ = ["MAX_BYTES", "check_apart"]

MAX_BYTES = 64 * 1024  # of YAML; home-assistant-intents' largest file of one intent has 20 kB
_MAX_S, _MAX_CPU_S = 15.0, 8  # wall clock, which a busy machine needs more of, and processor
_MAX_MEMORY = 2**30  # bytes of addresses: 0.3 GB are Python's and numpy's own
_MOST = 10**15  # phrases; a number that every JSON reader holds exactly
_NUM_EXAMPLES = 5
_NAME = "commands"
_PLACE = re.compile(rf"^{_NAME}:(\d+):(\d+): (.*)$", re.DOTALL)


def check_apart(text: str, *, letters: str = "", said: str = "", max_s: float = _MAX_S) -> dict[str, Any]:
    """What is in a YAML text of commands, and what is wrong with it.

    Args:
        text: YAML, docs/commands.md.
        letters: that the model's CTC head can spell; those of English if empty.
        said: a sentence to understand with it; none if empty.
        max_s: it may take, seconds.

    Returns:
        `ok` (no errors), `language`, `intents` (name -> templates), `num_templates`, `num_phrases` (up to 10^15),
        `free_lists`, `num_checked`, `findings` (`level`, `message`, `line`, `column`; 0 where nobody knows),
        `examples` (sentences), and `command`, what `said` commands, or None.
    """
    asked = json.dumps({"text": text, "letters": letters, "said": said})
    command = [sys.executable, "-m", "allears.commands.apart"]
    try:
        done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=max_s, check=False)
    except subprocess.TimeoutExpired:
        return _broken("these commands stand for too many sentences to be looked through in time: fewer options, "
                       "(a;b;c) and rules inside rules")  # fmt: skip
    if done.returncode:
        return _broken("these commands stand for more sentences than there is room for, or are nested too deeply: "
                       "fewer options, (a;b;c) and rules inside rules")  # fmt: skip
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _broken(message: str, line: int = 0, column: int = 0) -> dict[str, Any]:
    """The report of commands that nothing can be said of."""
    return {
        "ok": False, "language": "", "intents": {}, "num_templates": 0, "num_phrases": 0, "free_lists": {},
        "num_checked": 0, "examples": [], "command": None,
        "findings": [{"level": "error", "message": message, "line": line, "column": column}],
    }  # fmt: skip


def _report(asked: dict[str, str]) -> dict[str, Any]:
    from allears.commands.checking import LETTERS, check
    from allears.commands.grammar import Grammar
    from allears.commands.reading import read_text
    from allears.formats.plain import plain

    try:
        grammar = Grammar(read_text(asked["text"], _NAME))
    except ValueError as error:
        place = _PLACE.match(str(error))
        return _broken(place[3], int(place[1]), int(place[2])) if place else _broken(str(error))
    found = check(grammar, asked["letters"] or LETTERS)
    grammar.match("nothing that is in it")  # searches as sound is searched: that has to end in time, too
    return {
        "ok": not found.num_errors,
        "language": found.language,
        "intents": dict(found.intents),
        "num_templates": found.num_templates,
        "num_phrases": min(found.num_phrases, _MOST),
        "free_lists": dict(found.free_lists),
        "num_checked": found.num_checked,
        "findings": [
            {"level": f.level, "message": f.message, "line": f.line, "column": f.column} for f in found.findings
        ],
        "examples": _examples(grammar),
        "command": plain(grammar.match(asked["said"])) if asked["said"] else None,
    }


def _examples(grammar: Any) -> list[str]:
    """Some of its sentences, each once."""
    try:
        return list(dict.fromkeys(text for text, _ in grammar.say(_NUM_EXAMPLES)))
    except ValueError:  # only lists that nobody filled
        return []


def _limit() -> None:
    """End this process rather than the machine; systems without limits have the clock of whoever asks."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (_MAX_CPU_S, _MAX_CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> None:
    _limit()
    json.dump(_report(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    _main()
