"""A model that listens: audio in, a `Result` with one answer a task out. No torch.

from allears import Session
print(Session().hear("a.wav").text)
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from allears.audio import SAMPLE_RATE, AudioSource, open_audio
from allears.decode.answers import Embedding, Transcript
from allears.runtime.adapters import AdapterSource, load_adapters
from allears.runtime.biased import DOMAIN, HotwordSource, biasing_of
from allears.runtime.clock import Clock
from allears.runtime.commanding import COMMANDS, CommandGrammar, command_of, with_helpers
from allears.runtime.hearing import Hearing, Progress
from allears.runtime.keywording import KeywordFinder, KeywordSource, keywords_of, listener_of, with_keywords
from allears.runtime.languages import known_codes
from allears.runtime.model_folder import ModelFolder
from allears.runtime.origin import OriginOf
from allears.runtime.overheard import OnPass
from allears.runtime.owning import WordSource, expected_words, own_words_of, with_speaker, written_by_rules
from allears.runtime.parts import Expectation, Parts
from allears.runtime.plan import LANGUAGE, Plan, make_plan
from allears.runtime.result import Nearest, Result
from allears.runtime.stream import Stream
from allears.runtime.stream_ear import ear_of
from allears.runtime.stream_options import StreamOptions
from allears.runtime.telling import telling
from allears.runtime.understanding import UNDERSTAND, ReaderSource, meaning_of, reader_for, reader_of, with_transcript
from allears.runtime.voices import SPEAKER, Voices
from allears.spec import ModelSpec, Resolution

if TYPE_CHECKING:
    from allears.keywords.listen import KeywordListener
    from allears.keywords.spotter import Keywords

__all__ = ["Session"]

_MAX_THREADS = 8  # more do not make a clip of some seconds any faster


class Session:
    """A model, ready to hear. Safe to share among threads: `hear` keeps nothing.

    Args:
        model: folder of an exported model; None for `$ALLEARS_MODEL`, or the one that comes with allears.
        tasks: what `hear` answers if it is not told; what the model does by itself if None (`ModelSpec.default_tasks`).
        languages: tags the language is found among (`["en", "hu"]`); all the model knows if None.
        num_threads: each network may use; as many as the machine lends this process, up to 8, if None.
        voices: enrolled voices, or the folder of them; the user's own folder if None.
        hotwords: phrases to expect, phrases with weights, or a file of them (`docs/domains.md`).
        domain: what is spoken of: `music`, `news`, `weather`, `home`, a pack's file, or `auto`.
        keywords: wake words and keywords to listen for: the folder of them, `Keywords`, or true for the user's own.
        understand: model folder of open language, or a `Reader`: what is said is also understood (`Result.meaning`).
        user_words: true for the user's own words and corrections (`docs/personal.md`), or the folder that holds them.
        adapters: files of `allears adapt`, or their names in the user's folder, that the model wears (`docs/adapt.md`);
            `cs=NAME` for text in that language alone.

    Attributes:
        spec: what the model can do.
        folder: where it is.

    Raises:
        ModelError: the folder holds no model, that of `model` or that of `understand`; an adapter of another model.
        ValueError: a task or language the model does not know; hotwords, a domain, keywords or adapters that cannot
            be used.
        OSError: the file of hotwords or of the domain cannot be read.
    """

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        tasks: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        num_threads: int | None = None,
        voices: Voices | str | Path | None = None,
        hotwords: HotwordSource | None = None,
        domain: str | Path | None = None,
        keywords: KeywordSource | None = None,
        understand: ReaderSource | None = None,
        adapters: Sequence[AdapterSource] = (),
        user_words: WordSource = False,
    ) -> None:
        if num_threads is not None and num_threads < 1:
            raise ValueError(f"num_threads must be 1 or more, got {num_threads}: leave it out to use what there is")
        self._folder = ModelFolder(model)
        worn = load_adapters(adapters, self._folder)
        self.spec: ModelSpec = worn.spec(self._folder.spec)
        self.folder: Path = self._folder.path
        self._parts = Parts(self._folder, num_threads or min(_MAX_THREADS, _usable_cores()), worn)
        self._tasks = tasks
        self._languages = self._known(languages)
        self._voices = voices
        self._voice_origin = OriginOf(self._folder, SPEAKER, worn=worn)
        self._biasing = biasing_of(hotwords, domain)
        self._keywords = keywords_of(keywords, self.spec)
        self._reader = reader_of(understand)
        self._own_words = own_words_of(user_words)
        make_plan(self.spec, tasks, is_language_known=False)  # raises for a task the model has not

    @property
    def understands(self) -> bool:
        """Whether `hear` says what the words want (`Result.meaning`) if it is not told."""
        return self._reader is not None

    @property
    def loaded_files(self) -> tuple[Path, ...]:
        """The model's files that are loaded so far."""
        return tuple(self.folder / name for name in self._parts.files)

    def load(self, tasks: Iterable[str] | None = None) -> None:
        """Load what `hear` will need now, rather than at the first clip.

        Raises:
            ModelError: a file is missing, damaged (its sha256 is not that of `SHA256SUMS`), or cannot be run.
        """
        self._parts.load(self._plan(None if tasks is None else list(tasks), None).networks)

    def overheard(self, on_pass: OnPass) -> Session:
        """This session, its networks shared, that tells `on_pass` of every pass of its encoder."""
        other = copy.copy(self)
        other._parts = self._parts.overheard(on_pass)
        return other

    def hear(
        self,
        source: AudioSource,
        *,
        sample_rate: int | None = None,
        language: str | None = None,
        tasks: Sequence[str] | None = None,
        commands: CommandGrammar | None = None,
        hotwords: HotwordSource | None = None,
        domain: str | Path | None = None,
        keywords: KeywordSource | None = None,
        understand: ReaderSource | Literal[False] | None = None,
        on_progress: Progress | None = None,
        on_transcript: Callable[[Transcript], None] | None = None,
    ) -> Result:
        """Listen to a clip of any length.

        Args:
            source: path, file opened with "rb", or array (S,) or (S, C) of floats in [-1, 1] or integer PCM.
            sample_rate: of an array, Hz; 16 kHz if left out.
            language: tag of the language spoken (`en`, `fr-CA`); found if None.
            tasks: to answer; those of the session if None.
            commands: grammar of what may be commanded (`allears.commands.Grammar`); the result then has a `command`.
            hotwords: phrases to expect; with `domain`, instead of both that the session was given.
            domain: what is spoken of.
            keywords: to listen for, instead of those of the session; false for none.
            understand: what reads the words, instead of that of the session: a `Reader` or a folder; false for nobody.
            on_progress: called after each window with the seconds heard and the seconds there are (None if unknown).
            on_transcript: called after each window with what was transcribed so far, if anything was.

        Raises:
            AudioError: the audio cannot be heard.
            ModelError: a part of the model is missing or damaged, that of `understand` too.
            ValueError: a task or language the model does not know; keywords that cannot be used.
        """
        clock = Clock()
        codes = self._known(None if language is None else [language])
        biasing = self._biasing if hotwords is None and domain is None else biasing_of(hotwords, domain)
        plan = self._plan(tasks, language)
        asked = plan.asked
        expected: Expectation | None = biasing
        lexicon = None if self._own_words is None else self._own_words.now()
        if lexicon is not None:
            plan = with_speaker(plan, self.spec, SPEAKER, lexicon)
            expected = expected_words(lexicon, biasing, lambda: self._speaking(hearing))
        reader = reader_for(understand, self._reader)
        if reader is not None:
            plan = with_transcript(plan, self.spec, is_language_known=language is not None)
        if commands is not None:
            plan = with_helpers(plan, self.spec, commands, is_language_known=language is not None)
        wanted = self._keywords if keywords is None else keywords_of(keywords, self.spec)
        finder = None if wanted is None else KeywordFinder(wanted, self._parts)
        if wanted is not None:
            plan = with_keywords(plan, wanted)
        with open_audio(source, sample_rate=sample_rate) as stream:
            with clock.part("load"):
                self._parts.load([*plan.networks, *(wanted.networks if wanted is not None else ())])
            hearing = Hearing(
                self._parts,
                self.spec,
                plan,
                language=codes[0] if codes else None,
                allowed=self._languages,
                clock=clock,
                bias=expected,
                keywords=finder,
            )
            answers = hearing.hear(stream, telling(on_progress, on_transcript, hearing, plan))
        if lexicon is not None:
            written_by_rules(answers, plan, lexicon, lambda: self._speaking(hearing))
        if biasing is not None and biasing.is_auto and plan.transcribe is not None:
            answers.setdefault(DOMAIN, biasing.choose(answers[plan.transcribe].text))
        nearest = self._nearest(answers.get(SPEAKER)) if hearing.has_speech else None
        command = None
        if commands is not None:
            with clock.part(COMMANDS):
                command = command_of(commands, hearing, plan, self.spec, answers)
        meaning = None
        if reader is not None:
            with clock.part(UNDERSTAND):
                meaning = meaning_of(reader, plan, answers)
        answers = {name: answers[name] for name in (*asked, DOMAIN) if name in answers}
        hits = None if finder is None else finder.hits
        seconds = clock.seconds()
        return Result(
            stream.name, hearing.duration_s, answers, nearest, seconds, self.spec.name, command, hits, meaning
        )

    def stream(
        self,
        *,
        tasks: Sequence[str] | None = None,
        language: str | None = None,
        commands: CommandGrammar | None = None,
        sample_rate: int = SAMPLE_RATE,
        options: StreamOptions | None = None,
    ) -> Stream:
        """Start a stream: chunks of audio in, events while somebody speaks and a result for each utterance out.

        Args:
            tasks: to answer for each utterance; those of the session if None.
            language: tag of the language spoken; found for each utterance if None.
            commands: grammar of what may be commanded; the result of each utterance then has a `command`.
            sample_rate: of the chunks, Hz.
            options: how it is heard; see `allears/runtime/stream_options.py`.

        Raises:
            ModelError: a part of the model is missing or damaged.
            ValueError: a task or language the model does not know, a model without the task `speech`, a rate nothing
                is recorded at.
        """
        self._known(None if language is None else [language])
        plan = self._plan(tasks, language)
        asked = plan.asked
        ear = ear_of(
            self._parts,
            self.spec,
            asked,
            lambda audio, some: self.hear(audio, tasks=some, language=language, keywords=False),
        )
        if commands is not None:
            plan = with_helpers(plan, self.spec, commands, is_language_known=language is not None)
            ear = replace(
                ear,
                hear=lambda audio: self.hear(audio, tasks=asked, language=language, commands=commands, keywords=False),
            )
        if self._keywords is not None:
            listener, more = listener_of(self._keywords, self._parts), self._keywords.networks
            ear = replace(ear, keywords=listener, networks=(*ear.networks, *more))
        stream = Stream(ear, sample_rate=sample_rate, options=options)
        self._parts.load(dict.fromkeys([*plan.networks, *ear.networks]))
        return stream

    def listener(self, keywords: Keywords) -> KeywordListener:
        """What listens for keywords alone in live audio: far cheaper than a stream."""
        self._parts.load(keywords.networks)
        return listener_of(keywords, self._parts)

    def _plan(self, tasks: Sequence[str] | None, language: str | None) -> Plan:
        return make_plan(self.spec, self._tasks if tasks is None else tasks, is_language_known=language is not None)

    def _known(self, tags: Sequence[str] | None) -> tuple[str, ...] | None:
        classes = next((t.classes for t in self.spec.tasks if t.name == LANGUAGE), ())
        return known_codes(tags, classes, any(t.resolution is Resolution.TEXT for t in self.spec.tasks))

    def _speaking(self, hearing: Hearing) -> str:
        """Id of the enrolled voice that was heard so far; empty if it is none of them for sure."""
        nearest = self._nearest(hearing.so_far(SPEAKER))
        return nearest.id if nearest is not None and nearest.is_match else ""

    def _nearest(self, speaker: Embedding | None) -> Nearest | None:
        if speaker is None:
            return None
        if isinstance(self._voices, Voices):
            return self._voices.nearest(speaker)
        return Voices.load(self.spec, self._voices, origin=self._voice_origin).nearest(speaker)


def _usable_cores() -> int:
    """Cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
