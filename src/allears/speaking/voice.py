"""A voice that speaks: text in, sound out. No torch, nothing but this machine.

from allears import Voice
speech = Voice("voices/allears-voice").say("Hello. It is 7:30.")      # speech.audio, speech.sample_rate, speech.words
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from allears.speaking.acoustic import Acoustic
from allears.speaking.folder import ACOUSTIC, PRONOUNCE, VOCODER, VoiceFolder
from allears.speaking.how import How, how_of, pitch_in_range, speed_in_range
from allears.speaking.phonemes import Phonemes, Phonemizer
from allears.speaking.speech import Speech, SpokenWord, joined
from allears.speaking.spell import Speller
from allears.speaking.user_words import spoken_as
from allears.speaking.utterances import Utterance, passages_of, utterances
from allears.speaking.vocoder import Vocoder
from allears.voice_spec import VoiceSpec

__all__ = ["Voice"]

log = logging.getLogger(__name__)

_FEW_THREADS = 2  # a sentence is short: more threads wait for each other


class Voice:
    """A speaking model, ready to say something. Safe to share among threads: `say` keeps nothing.

    Args:
        model: folder of a voice; None for `$ALLEARS_VOICE_MODEL`, or the one that comes with allears.
        voice: who speaks if `say` is not told; the first voice of the dialect if None.
        dialect: that is spoken if `say` is not told, such as `en-GB`; the voice's own if None.
        num_threads: each network may use.
        user_words: true for the user's own words (`allears words`), or the folder that holds `words`.

    Attributes:
        spec: what the model can do.
        folder: where it is.

    Raises:
        ModelError: the folder holds no voice, or a damaged one.
        ValueError: a voice or dialect the model does not have.
    """

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        voice: str | None = None,
        dialect: str | None = None,
        num_threads: int = _FEW_THREADS,
        user_words: bool | str | Path = False,
    ) -> None:
        if num_threads < 1:
            raise ValueError(f"num_threads must be 1 or more, got {num_threads}: leave it out to use {_FEW_THREADS}")
        files = VoiceFolder(model, num_threads)
        self.spec: VoiceSpec = files.spec
        self.folder: Path = files.path
        self._voice, self._dialect = voice, dialect
        how_of(files.spec, voice, dialect)  # an unknown name is said before anything is loaded
        self._acoustic = Acoustic(files.open(ACOUSTIC), files.path / ACOUSTIC)
        self._vocoder = Vocoder(files.open(VOCODER), files.path / VOCODER, files.spec)
        speller = Speller(files.open(PRONOUNCE), files.path / PRONOUNCE, files.spec)
        self._phonemizer = _phonemizers(files, speller, spoken_as(user_words))

    @property
    def sample_rate(self) -> int:
        """Of what it says, Hz."""
        return self.spec.sample_rate

    def say(
        self,
        text: str,
        *,
        voice: str | None = None,
        dialect: str | None = None,
        speed: float = 1.0,
        pitch: float = 0.0,
        is_ssml: bool = False,
    ) -> Speech:
        """Say a text.

        Args:
            text: what is said.
            voice: who says it.
            dialect: in which dialect.
            speed: 0.5 to 2; 2 is twice as fast.
            pitch: -12 to 12 semitones higher than the voice is.
            is_ssml: the text is SSML (docs/speaking.md says which part of it).

        Raises:
            ValueError: nothing to say, a voice or dialect there is not, a speed or pitch out of range, SSML that cannot
                be read, a word too long.
            ModelError: the model is damaged.
        """
        parts = self.stream(text, voice=voice, dialect=dialect, speed=speed, pitch=pitch, is_ssml=is_ssml)
        return joined(list(parts), self.sample_rate)

    def stream(
        self,
        text: str,
        *,
        voice: str | None = None,
        dialect: str | None = None,
        speed: float = 1.0,
        pitch: float = 0.0,
        is_ssml: bool = False,
    ) -> Iterator[Speech]:
        """Say a text sentence by sentence, the first one as soon as it is made. Arguments and errors as of `say`.

        What is wrong with the arguments is said at once, what is wrong with a word when its sentence comes.
        """
        if not text.strip():
            raise ValueError("the text is empty: give some words to say")
        how = how_of(self.spec, voice or self._voice, dialect or self._dialect, speed, pitch)
        planned = utterances(passages_of(text, how.dialect, is_ssml=is_ssml), how.dialect)
        return self._parts(text, planned, how)

    def phonemes(self, text: str, *, dialect: str | None = None) -> tuple[Phonemes, ...]:
        """The phones of each sentence of a text, without saying it.

        Raises:
            ValueError: a dialect there is not, a word too long.
        """
        how = how_of(self.spec, self._voice, dialect or self._dialect)
        planned = utterances(passages_of(text, how.dialect, is_ssml=False), how.dialect)
        return tuple(self._phonemizer(how.dialect).read(sentence.tokens) for sentence in planned)

    def _parts(self, text: str, planned: Iterator[Utterance], how: How) -> Iterator[Speech]:
        is_silent, unsaid = True, list[str]()
        for utterance in planned:
            phonemes = self._phonemizer(how.dialect).read(utterance.tokens)
            unsaid += phonemes.unsaid
            if phonemes.phones or utterance.pause_s:
                is_silent = False
                yield self._said(utterance, phonemes, how)
        if is_silent:
            raise ValueError(
                f"nothing in {text.strip()[:60]!r} can be said in {how.dialect}: give words or numbers of it"
            )
        if unsaid:
            log.warning("%d words cannot be said and were left out: %s", len(unsaid), " ".join(unsaid[:10]))

    def _said(self, utterance: Utterance, phonemes: Phonemes, how: How) -> Speech:
        pause = np.zeros(round(utterance.pause_s * self.sample_rate), np.float32)
        if not phonemes.phones:
            return Speech(pause, self.sample_rate, (), utterance.text)
        frames = self._acoustic.frames(
            self.spec.phone_ids(phonemes.phones),
            voice=how.voice,
            dialect=self.spec.dialects.index(how.dialect),
            speed=speed_in_range(how.speed * utterance.speed),
            pitch=pitch_in_range(how.pitch + utterance.pitch),
        )
        audio = np.concatenate([self._vocoder.samples(frames.mel, frames.f0), pause])
        ends_s = np.cumsum(frames.durations) * self.spec.frame_shift_s  # [0] ends the silence before the first phone
        words = (
            SpokenWord(place.written, float(ends_s[place.first]), float(ends_s[place.end])) for place in phonemes.places
        )
        return Speech(audio, self.sample_rate, tuple(words), utterance.text)


def _phonemizers(files: VoiceFolder, speller: Speller, own: Mapping[str, str]) -> Callable[[str], Phonemizer]:
    """One for each dialect, made when it is first spoken."""
    return lru_cache(maxsize=None)(
        lambda dialect: Phonemizer(files.lexicon(dialect), speller, files.spec.alphabet, dialect, own)
    )
