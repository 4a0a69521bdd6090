"""A read file of commands -> a grammar's parts: templates, lists and rules found and put into each other.

In: the dictionary of `reading.py` and lists that are filled at run time. Out: `Parts`; what is wrong is a finding, and
the sentence it is in is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hassil.expression import ListReference

from allears.commands.findings import Findings, nearest
from allears.commands.items import NOTHING, Alternatives, Block, Close, Item, Letters, Open, Row, Tree
from allears.commands.lists import FREE, number_range, read_list
from allears.commands.templates import TemplateError, is_plain, read_template
from allears.commands.wording import as_said

__all__ = ["Sentences", "build"]

_TOP_KEYS = (
    "language", "intents", "lists", "expansion_rules", "skip_words", "settings", "responses",
)  # fmt: skip
_BLOCK_KEYS = (
    "sentences", "slots", "expansion_rules", "lists", "weight", "requires_context", "excludes_context", "metadata",
    "response", "required_keywords", "inferred_domain", "name_domains", "settings",
)  # fmt: skip


@dataclass(frozen=True)
class Sentences:
    """A grammar in parts.

    Attributes:
        language: its tag.
        plain: sentences without template syntax, each ending in its block.
        templates: the others, ending likewise.
        skip_words: words that may stand around a sentence, normal.
        intents: intent -> how many sentences it has.
        free_lists: name of a list nobody filled, or a wildcard -> how often templates refer to it.
    """

    language: str
    plain: Tree
    templates: tuple[Row, ...]
    skip_words: tuple[str, ...]
    intents: Mapping[str, int]
    free_lists: Mapping[str, int]

    @property
    def root(self) -> Item:
        """The whole grammar, with skip words before and after."""
        skip = self._skipped
        return Row((skip, Alternatives((self.plain, *self.templates)), skip))

    @property
    def _skipped(self) -> Item:
        if not self.skip_words:
            return NOTHING
        tree = Tree()
        for words in self.skip_words:
            tree.add(words, NOTHING)
        once: Item = Row((Letters(" "), tree, Letters(" ")))
        return Alternatives((NOTHING, once, Row((once, once))))


def build(data: Mapping[str, Any], lists: Mapping[str, Iterable[str]], findings: Findings) -> Sentences:
    """The parts of a read file.

    Args:
        data: of `read_files`.
        lists: values of lists, which replace those of the file.
        findings: take what is wrong.
    """
    _check_keys(data, _TOP_KEYS, "a file of commands", findings)
    language = data.get("language")
    if not language:
        findings.add("warning", "no `language:`; English is taken, so that numbers have words")
    builder = _Builder(data, str(language or "en"), lists, findings)
    intents = data.get("intents")
    if not isinstance(intents, Mapping) or not intents:
        findings.add("error", "there are no `intents:`, so there is nothing to understand: see docs/commands.md")
        intents = {}
    for name, intent in intents.items():
        builder.intent(name, intent)
    return builder.sentences()


class _Builder:
    def __init__(
        self, data: Mapping[str, Any], language: str, lists: Mapping[str, Iterable[str]], findings: Findings
    ) -> None:
        self._data, self._language, self._findings = data, language, findings
        given = {name: {"values": list(values)} for name, values in lists.items()}
        self._scope = _Scope(
            {**(data.get("lists") or {}), **given}, data.get("expansion_rules") or {}, language, findings, None
        )
        self._plain, self._templates = Tree(), list[Row]()
        self._intents: Counter[str] = Counter()

    def intent(self, name: str, intent: Any) -> None:
        blocks = intent.get("data") if isinstance(intent, Mapping) else None
        if not isinstance(blocks, list):
            self._findings.add("error", f"the intent {name!r} needs `data:`, a list of blocks with `sentences:`", name)
            return
        self._intents[name] += 0
        for block in blocks:
            if isinstance(block, Mapping) and isinstance(block.get("sentences"), list):
                self._block(name, block)
            else:
                self._findings.add("error", f"a block of the intent {name!r} has no list of `sentences:`", name)

    def _block(self, intent: str, block: Mapping[str, Any]) -> None:
        _check_keys(block, _BLOCK_KEYS, f"a block of {intent!r}", self._findings)
        scope = self._scope
        if block.get("lists") or block.get("expansion_rules"):
            scope = scope.inner(block.get("lists") or {}, block.get("expansion_rules") or {})
        weight = block.get("weight", 1.0)
        if not isinstance(weight, int | float) or isinstance(weight, bool) or weight <= 0:
            self._findings.add("error", f"the weight of a block of {intent!r} must be above 0, got {weight!r}", intent)
            weight = 1.0
        for template in map(_text, block["sentences"]):
            end = Block(
                intent, template, block.get("slots") or {}, block.get("requires_context") or {},
                block.get("excludes_context") or {}, float(weight),
            )  # fmt: skip
            self._sentence(template, end, scope)

    def _sentence(self, template: str, end: Block, scope: _Scope) -> None:
        if is_plain(template):
            said = as_said(template, self._language)
            if not said:
                self._findings.add("error", f"a sentence of {end.intent!r} has no words: {template!r}", template)
                return
            self._plain.add(said, end)
        else:
            before = self._findings.counts["error"]
            try:
                body = read_template(template, scope, self._language)
            except TemplateError as error:
                self._findings.add("error", str(error), template, error.column)
                return
            if self._findings.counts["error"] > before:
                return
            self._templates.append(Row((body, end)))
        self._intents[end.intent] += 1

    def sentences(self) -> Sentences:
        said = (as_said(_text(words), self._language) for words in self._data.get("skip_words") or ())
        return Sentences(
            self._language, self._plain, tuple(self._templates), tuple(dict.fromkeys(filter(None, said))),
            dict(self._intents), dict(self._scope.free),
        )  # fmt: skip


class _Scope:
    """Lists and rules by name, each read when it is first needed; those of a block go before those of the file."""

    def __init__(
        self,
        lists: Mapping[str, Any],
        rules: Mapping[str, Any],
        language: str,
        findings: Findings,
        outer: _Scope | None,
    ) -> None:
        self._lists, self._rules, self._language, self._findings = lists, rules, language, findings
        self._outer = outer
        self._read_lists: dict[str, Item] = {}
        self._read_rules: dict[str, Item | None] = {}  # None while it is being read
        self.free: Counter[str] = Counter() if outer is None else outer.free

    def inner(self, lists: Mapping[str, Any], rules: Mapping[str, Any]) -> _Scope:
        """This one with some of a block before it. Rules are read anew, since they may refer to the block's lists."""
        both = {**self._rules, **rules}
        return _Scope({**self._lists, **lists}, both, self._language, self._findings, self)

    def list(self, reference: ListReference, text: str) -> Item:
        name = reference.list_name
        body = self._list_body(name, reference, text)
        if body is FREE:
            self.free[name] += 1
        return Row((Open(reference.slot_name), body, Close(reference.slot_name, is_free=body is FREE)))

    def _list_body(self, name: str, reference: ListReference, text: str) -> Item:
        if name not in self._read_lists:
            self._read_lists[name] = FREE  # a value that refers to its own list means any words
            self._read_lists[name] = self._read_list(name, reference, text)
        return self._read_lists[name]

    def _read_list(self, name: str, reference: ListReference, text: str) -> Item:
        inline = reference.get_inline_range()
        if inline is not None:
            try:
                return number_range(*inline, language=self._language)
            except ValueError as error:
                self._findings.add("error", str(error), text)
                return FREE
        if name in self._lists:
            key = next(key for key in self._lists if key == name)  # the key knows its line, the reference does not
            return read_list(key, self._lists[name], self, self._language, self._findings)
        near = nearest(name, self._lists)
        self._findings.add(
            "warning", f"nobody filled the list {{{name}}}: any words match it in text, none in audio{near}", text
        )
        return FREE

    def rule(self, name: str, text: str) -> Item:
        if name not in self._read_rules:
            if name not in self._rules:
                self._findings.add("error", f"there is no rule <{name}>{nearest(name, self._rules)}", text)
                return NOTHING
            self._read_rules[name] = None
            body = _text(self._rules[name])
            try:
                self._read_rules[name] = read_template(body, self, self._language)
            except TemplateError as error:
                self._findings.add("error", f"rule <{name}>: {error}", body, error.column)
                self._read_rules[name] = NOTHING
        item = self._read_rules[name]
        if item is None:
            self._findings.add("error", f"the rule <{name}> refers to itself", text)
            return NOTHING
        return item


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _check_keys(data: Mapping[str, Any], known: tuple[str, ...], where: str, findings: Findings) -> None:
    for key in data:
        if key not in known:
            findings.add("warning", f"{key!r} is not known in {where}, and not used{nearest(str(key), known)}", key)
