"""A grammar of commands: loads a file, understands text, understands the output of a CTC head.

In: files of intents (docs/commands.md). Out: `Command`. Safe to share among threads.

    grammar = Grammar.load("commands.yaml")
    grammar.match("Turn on the kitchen lights, please.").intent
    Session().hear("a.wav", commands=grammar).command
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from allears.commands.aligning import align
from allears.commands.answer import Command
from allears.commands.building import Sentences, build
from allears.commands.deciding import MAX_ALTERNATIVES, THRESHOLD, Candidate, combine, decide
from allears.commands.findings import Findings
from allears.commands.items import Item
from allears.commands.judge import ATTENTION, Judge
from allears.commands.matching import Reading, read
from allears.commands.network import Network
from allears.commands.numerals import number_words
from allears.commands.reading import read_files
from allears.commands.rescoring import rescore
from allears.commands.search import Beam, search
from allears.commands.sound import frame_times, free_logprob, letter_frames, log_softmax, spell, when
from allears.commands.spoken import as_if_heard
from allears.commands.states import States
from allears.commands.steps import Steps
from allears.commands.walking import Drawer, count, texts_of
from allears.commands.wording import as_said
from allears.decode.answers import Transcript
from allears.decode.base import WindowOutput
from allears.decode.spelling import BLANK, SPACE

__all__ = ["Grammar"]

_FAR = 15.0  # nats behind the best sentence: 3e-7 of its probability
_SHOWN = 5  # errors in a message
_DRAWS_PER_SENTENCE = 50  # tries before it is said that there is nothing to say


class Grammar:
    """What can be commanded.

    Args:
        data: of files in Home Assistant's layout, read by `read_files`.
        lists: list -> its values, in place of those in the files.
        threshold: confidence from which a command is accepted.
        attention: share of the text decoder in the score of a sentence, 0 to 1; at 0 it is not asked.
        beam: how widely sound is searched.

    Attributes:
        findings: what was noticed while reading; sentences with an error are left out.
        sentences: the grammar in parts.
        threshold, attention: as given.
    """

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        lists: Mapping[str, Iterable[str]] | None = None,
        threshold: float = THRESHOLD,
        attention: float = ATTENTION,
        beam: Beam | None = None,
    ) -> None:
        for name, given in (("threshold", threshold), ("attention", attention)):
            if not 0 <= given <= 1:
                raise ValueError(f"{name} must be from 0 to 1, got {given}: leave it out for the usual one")
        self.findings = Findings()
        self.sentences: Sentences = build(data, lists or {}, self.findings)
        self.threshold, self.attention = threshold, attention
        self._beam = beam or Beam()
        self._steps = Steps(Network(self.sentences.root))
        self._states: dict[tuple[str, ...], States] = {}
        self._lock = Lock()

    @classmethod
    def load(
        cls,
        *paths: str | Path,
        lists: Mapping[str, Iterable[str]] | None = None,
        threshold: float = THRESHOLD,
        attention: float = ATTENTION,
    ) -> Grammar:
        """The grammar of files or folders of them, each adding to those before.

        Raises:
            ValueError: a file that cannot be read, or has errors; `allears commands check` shows all of them.
        """
        grammar = cls(read_files(paths), lists=lists, threshold=threshold, attention=attention)
        errors = [str(finding) for finding in grammar.findings if finding.level == "error"]
        if errors:
            more = f" and {len(errors) - _SHOWN} more" if len(errors) > _SHOWN else ""
            raise ValueError(f"{'; '.join(errors[:_SHOWN])}{more}: `allears commands check` shows all that is wrong")
        return grammar

    @property
    def language(self) -> str:
        """Tag of the language of its sentences."""
        return self.sentences.language

    def readings(self, text: str) -> list[Reading]:
        """Every meaning a text has, the most literal first; skip words within it count only if nothing else fits."""
        words = as_said(text, self.language)
        found = read(words, self._steps)
        if not found and self.sentences.skip_words:
            padded = f" {words} "
            for skip in sorted(self.sentences.skip_words, key=len, reverse=True):
                padded = padded.replace(f" {skip} ", " ")
            found = read(padded.strip(), self._steps)
        return found

    def match(self, text: str, *, sureness: float = 1.0) -> Command:
        """What a text commands; a slip of a letter or two lowers the confidence.

        Args:
            text: as anybody writes it: case, punctuation and digits do not matter.
            sureness: that these are the words, 0 to 1.
        """
        found = self.readings(text)
        words = as_said(text, self.language)
        if found:
            literal = [reading for reading in found if reading.num_free == found[0].num_free]
            return decide([Candidate(words, one, 0.0) for one in literal], 0.0, self.threshold, sureness=sureness)
        if not words:
            return Command(None)
        logprobs = as_if_heard(words, self._all_units)
        candidates, _ = self._search(logprobs, self._all_units)
        numbers = number_words(self.language).intersection(words.split())
        candidates = [one for one in candidates if numbers.issubset(one.text.split())]  # no slip makes 99 of 59
        return decide(candidates, free_logprob(logprobs), self.threshold, sureness=sureness)

    def understand(
        self,
        outputs: Sequence[WindowOutput] = (),
        names: Sequence[str] = (),
        *,
        frame_shift_s: float = 0.0,
        transcript: Transcript | None = None,
        judge: Judge | None = None,
    ) -> Command:
        """What was commanded in a hearing: by the sound, by its transcript, or by both.

        Args:
            outputs: of a CTC head, its logits (T, f * C) window by window; none if the model has no such head.
            names: of its units, the blank first.
            frame_shift_s: seconds a row of the output.
            transcript: what the text decoder wrote; None if there is none.
            judge: the text decoder, to be asked about sentences; None if there is none.

        Raises:
            ValueError: a head that does not spell letters.
        """
        by_sound = self._understand_sound(outputs, names, frame_shift_s, judge) if outputs else Command(None)
        if transcript is None or not transcript.text:
            return by_sound
        if outputs and not self.readings(transcript.text):
            return by_sound  # the sound itself says more than a transcript with a slip in it
        by_text = self.match(transcript.text, sureness=_sureness(transcript))
        return combine(by_sound, by_text, self.threshold) if outputs else by_text

    def say(self, num_sentences: int, seed: int = 0) -> Iterator[tuple[str, str]]:
        """Random sentences and their intents; those with lists nobody filled are left out."""
        rng, rest = random.Random(seed), num_sentences
        drawer, plain = Drawer(rng), self.sentences.plain
        bodies: list[Item] = [*self.sentences.templates, *([plain] * count(plain))]
        for _ in range(num_sentences * _DRAWS_PER_SENTENCE if bodies else 0):
            drawn = drawer.draw(rng.choice(bodies))
            if drawn is not None and drawn[1] is not None:
                yield drawn[0], drawn[1].intent
                rest -= 1
            if rest == 0:
                return
        if rest:
            raise ValueError(
                f"only {num_sentences - rest} of {num_sentences} sentences could be drawn: fill the lists "
                f"{', '.join(self.sentences.free_lists) or '(none)'} with `lists:` or --list NAME=VALUE,VALUE"
            )

    @cached_property
    def _all_units(self) -> tuple[str, ...]:
        """Units for every letter the grammar has."""
        letters = {letter for text in texts_of(self.sentences.root) for letter in text} - {" "}
        return (BLANK, SPACE, *sorted(letters))

    def _search(self, logprobs: np.ndarray, names: Sequence[str]) -> tuple[list[Candidate], dict[str, tuple[int, ...]]]:
        """The sentences that fit log-probabilities (T, C) best, and the units of each text."""
        key = tuple(names)
        with self._lock:
            states = self._states.get(key)
            if states is None:
                states = self._states[key] = States(self.sentences.root, names)
        candidates: list[Candidate] = []
        units: dict[str, tuple[int, ...]] = {}
        meanings: set[object] = set()
        for found in search(logprobs, states, self._beam):
            if len(meanings) > MAX_ALTERNATIVES and found.logprob < candidates[0].logprob - _FAR:
                break  # enough to choose from, and the rest weighs nothing
            text = spell(found.units, names)
            if text in units:  # cut into other pieces
                continue
            units[text] = found.units
            readings = [one for one in read(text, self._steps) if not one.num_free]
            candidates += [Candidate(text, one, found.logprob) for one in readings]
            meanings |= {one.meaning for one in readings}
        return candidates, units

    def _understand_sound(
        self, outputs: Sequence[WindowOutput], names: Sequence[str], frame_shift_s: float, judge: Judge | None
    ) -> Command:
        logprobs = log_softmax(outputs, len(names))
        free = free_logprob(logprobs)
        candidates, units = self._search(logprobs, names)
        if judge is not None and candidates and self.attention:
            candidates, free = rescore(candidates, free, judge, self.language, self.attention)
        command = decide(candidates, free, self.threshold)
        chosen = next((c for c in candidates if c.text == command.text), None)
        if chosen is None:
            return command
        times_s, spelt = frame_times(outputs, len(names), frame_shift_s), units[chosen.text]
        slots = when(command.slots, chosen.reading.spans, letter_frames(align(logprobs, spelt), spelt, names), times_s)
        return replace(command, slots=slots)


def _sureness(transcript: Transcript) -> float:
    """Mean probability of the transcript's tokens, 0 to 1."""
    logprobs = [segment.mean_logprob for segment in transcript.segments]
    return float(np.exp(min(0.0, float(np.mean(logprobs))))) if logprobs else 1.0
