"""What a skill is: sentences, what each of their intents does, and what the world may know of it. Frozen values.

In: a `Request`. Out: a `Reply`. docs/write-a-skill.md builds one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allears.assistant.settings import Settings
    from allears.assistant.store import Store

__all__ = ["Ask", "Handler", "Reply", "Request", "Skill", "Tools"]


@dataclass(frozen=True)
class Request:
    """What somebody wants.

    Attributes:
        intent: of the skill's grammar.
        values: slot -> value.
        text: what was said, as it was written down.
        who: name of the enrolled voice that said it; None if nobody knows.
    """

    intent: str
    values: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    who: str | None = None


@dataclass(frozen=True)
class Ask:
    """A value that is missing; what is said next is taken for it.

    Attributes:
        slot: that the answer fills; the same request comes again with it.
        read: the answer's words -> its value, None if they are no answer; the words themselves if left out.
    """

    slot: str
    read: Callable[[str], Any] | None = None


@dataclass(frozen=True)
class Reply:
    """What is said back.

    Attributes:
        text: to be spoken; with `ask`, the question.
        short: the same in fewer words, for somebody who is upset; the first sentence of `text` if empty.
        ask: what is still missing.
        note: to be shown and not spoken, such as whose data it is.
    """

    text: str
    short: str = ""
    ask: Ask | None = None
    note: str = ""


Handler = Callable[[Request], Reply]


@dataclass(frozen=True)
class Skill:
    """A skill.

    Attributes:
        name: as `allears chat --skill` knows it.
        grammar: YAML in the layout of docs/commands.md.
        handlers: intent -> what it does; each intent of the grammar has one.
        examples: sentences, for "what can you do".
        hosts: it may ask over the network; `allears doctor` lists them.
        lists: fills lists of the grammar when the assistant starts.
        due: what is to be said unasked by now; asked for about once a second.
        stop: ends what the skill makes heard; whether it did. Must not wait.
        duck: makes it quiet while somebody speaks (true), and as before after that (false). Must not wait.
        meanings: intent of open language -> intent of the grammar, and the slots it fills from which.
        close: ends what the skill started.
    """

    name: str
    grammar: str
    handlers: Mapping[str, Handler]
    examples: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    lists: Callable[[], Mapping[str, Sequence[str]]] = dict
    due: Callable[[], Sequence[str]] = tuple
    stop: Callable[[], bool] = lambda: False
    duck: Callable[[bool], None] = lambda is_on: None
    meanings: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    close: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Tools:
    """What a skill is built with.

    Attributes:
        store: keeps things.
        settings: of `assistant.toml`.
        now: the local time, with its zone.
        others: all skills, once they are built.
    """

    store: Store
    settings: Settings
    now: Callable[[], datetime] = lambda: datetime.now().astimezone()
    others: Callable[[], Sequence[Skill]] = tuple
