"""SSML, the part of it that is understood: speak, p, s, break, say-as, phoneme, prosody, sub.

In: an SSML text. Out: passages; an error with line and column.

Source: Speech Synthesis Markup Language 1.1, W3C 2010. It is read by expat; a document type or an entity of its own is
refused, so that no text can grow without end or read a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from xml.parsers import expat

from allears.speaking.normalise import FIRST_GIVEN, LAST_GIVEN
from allears.speaking.passage import Passage
from allears.speaking.say_as import words_as
from allears.speaking.ssml_values import pause_s, pitch_of, rate_of
from allears.speaking.tokens import Token

__all__ = ["parse_ssml", "without_given"]

T = TypeVar("T")

_ALLOWED: Mapping[str, tuple[str, ...]] = {
    "speak": ("version", "xml:lang", "xmlns", "xmlns:xsi", "xsi:schemaLocation", "xml:base"),
    "p": ("xml:lang",),
    "s": ("xml:lang",),
    "break": ("time", "strength"),
    "say-as": ("interpret-as", "format", "detail"),
    "phoneme": ("alphabet", "ph"),
    "prosody": ("rate", "pitch"),
    "sub": ("alias",),
}
_NEEDED = {"say-as": "interpret-as", "phoneme": "ph", "sub": "alias"}
_MAX_DEPTH = 64
_MAX_GIVEN = ord(LAST_GIVEN) - ord(FIRST_GIVEN)


def parse_ssml(text: str, dialect: str) -> tuple[Passage, ...]:
    """Passages in order; `dialect` says how `say-as` reads numbers.

    Raises:
        ValueError: it is not well formed, or has something that is not understood; the message says where.
    """
    parser = expat.ParserCreate()
    reading = _Reading(dialect, parser)
    parser.StartElementHandler, parser.EndElementHandler = reading.start, reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = reading.refuse
    parser.EntityDeclHandler = reading.refuse
    parser.buffer_text = True
    try:
        parser.Parse(text.strip(), True)
    except expat.ExpatError as error:
        why = expat.errors.messages[error.code]
        raise ValueError(
            f"the SSML is not well formed at line {error.lineno}, column {error.offset + 1}: {why}; write & as &amp;, "
            "< as &lt;, and close every element"
        ) from error
    return reading.passages()


def without_given(text: str) -> str:
    """A text without characters of private use, which stand for tokens."""
    return "".join(letter for letter in text if not FIRST_GIVEN <= letter <= LAST_GIVEN)


@dataclass
class _Open:
    """An element that was opened: what it makes of its text, and how things were said before it."""

    name: str
    attributes: Mapping[str, str]
    speed: float
    pitch: float
    inside: str = ""


@dataclass
class _Reading:
    """What was read so far."""

    dialect: str
    parser: expat.XMLParserType
    _stack: list[_Open] = field(default_factory=list)
    _made: list[Passage] = field(default_factory=list)
    _given: dict[str, Token] = field(default_factory=dict)
    _so_far: str = ""
    _speed: float = 1.0
    _pitch: float = 0.0

    def passages(self) -> tuple[Passage, ...]:
        self._close_passage()
        return tuple(self._made)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._check(name, attributes)
        self._stack.append(_Open(name, attributes, self._speed, self._pitch))
        if name == "break":
            self._close_passage(self._read(lambda: pause_s(attributes.get("time"), attributes.get("strength"))))
        elif name in ("p", "s"):
            self._close_passage()
        elif name == "prosody":
            self._close_passage()
            self._change(attributes)

    def end(self, name: str) -> None:
        element = self._stack.pop()
        if name in ("p", "s", "prosody"):
            self._close_passage()
            self._speed, self._pitch = element.speed, element.pitch
        elif name in _NEEDED:
            self._give(element)

    def text(self, text: str) -> None:
        text = without_given(text)
        if self._stack[-1].name in _NEEDED:
            self._stack[-1].inside += text
        else:
            self._so_far += text

    def refuse(self, *_: object) -> None:
        raise self._error("a document type and entities are not allowed: leave <!DOCTYPE ...> out")

    def _check(self, name: str, attributes: Mapping[str, str]) -> None:
        above = self._stack[-1].name if self._stack else ""
        if name not in _ALLOWED:
            raise self._error(f"<{name}> is not understood: there are {', '.join(sorted(_ALLOWED))}")
        if (name == "speak") == bool(above):
            raise self._error(f"<{name}> stands in the wrong place: <speak> is the outermost element, and no other")
        if above in (*_NEEDED, "break"):
            raise self._error(f"<{name}> cannot stand in <{above}>: close that first")
        if len(self._stack) >= _MAX_DEPTH:
            raise self._error(f"elements stand more than {_MAX_DEPTH} deep: close some")
        if strange := sorted(set(attributes) - set(_ALLOWED[name])):
            raise self._error(f"<{name}> has no {strange[0]!r}: it may have {', '.join(_ALLOWED[name]) or 'none'}")
        if name in _NEEDED and not attributes.get(_NEEDED[name], "").strip():
            raise self._error(f'<{name}> needs {_NEEDED[name]}="..."')
        if attributes.get("alphabet", "ipa") != "ipa":
            raise self._error(f'alphabet="{attributes["alphabet"]}" is not known: write ph in "ipa"')

    def _change(self, attributes: Mapping[str, str]) -> None:
        if "rate" in attributes:
            self._speed *= self._read(lambda: rate_of(attributes["rate"]))
        if "pitch" in attributes:
            self._pitch += self._read(lambda: pitch_of(attributes["pitch"]))

    def _give(self, element: _Open) -> None:
        """A token for what stands in say-as, phoneme or sub."""
        name, attributes, inside = element.name, element.attributes, " ".join(element.inside.split())
        if name == "say-as":
            kind, form = attributes["interpret-as"], attributes.get("format", "")
            token = Token(inside, self._read(lambda: words_as(inside, kind, self.dialect, form)))
        elif name == "phoneme":
            token = Token(inside or attributes["ph"], phones=attributes["ph"].strip())
        else:
            self._so_far += f" {without_given(attributes['alias'])} "
            return
        if len(self._given) >= _MAX_GIVEN:
            raise self._error(f"more than {_MAX_GIVEN} say-as and phoneme elements: say it in parts")
        mark = chr(ord(FIRST_GIVEN) + len(self._given))
        self._given[mark] = token
        self._so_far += mark

    def _close_passage(self, pause: float = 0.0) -> None:
        text = self._so_far.strip()
        if text or pause:
            given = {mark: token for mark, token in self._given.items() if mark in text}
            self._made.append(Passage(text, given, self._speed, self._pitch, pause))
        self._so_far = ""

    def _read(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except ValueError as error:
            raise self._error(str(error)) from error

    def _error(self, what: str) -> ValueError:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        return ValueError(f"the SSML cannot be said, line {line}, column {column}: {what}")
