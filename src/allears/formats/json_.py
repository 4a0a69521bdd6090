"""JSON in Whisper's layout, with everything else that was heard beside it.

`text`, `language` and `segments` (with `words`) are named and meant as Whisper's `transcribe` names and means them.
Ours are `speech`, `languages`, `speaker`, `command`, `meaning`, `keywords`, `duration`, `real_time_factor`, `compute`,
`model` and `source`; a task that has no place of its own is under `answers` by its name. What was not asked for has no
key. Times are seconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from allears.decode.answers import Segment, Transcript, Word
from allears.formats import FORMATS
from allears.formats.base import Format
from allears.formats.plain import plain
from allears.runtime.result import Result

if TYPE_CHECKING:
    from allears.keywords.hits import KeywordHit

__all__ = ["as_json", "hit_as_json", "json_"]

_PLACED = frozenset({"transcribe", "language", "speech", "speaker"})
_FRAMES_PER_SECOND = 100  # Whisper's `seek` counts log-mel frames of 10 ms


@FORMATS.register
def json_() -> Format:
    """Whisper's JSON, with speech, languages, speaker and any other task."""
    return Format(suffix=".json", write=lambda result: json.dumps(as_json(result), ensure_ascii=False, indent=2) + "\n")


def as_json(result: Result) -> dict[str, Any]:
    """The result as plain values, ready for `json.dumps`."""
    data: dict[str, Any] = {"source": result.source}
    if result.transcript is not None:
        data |= _transcript(result.transcript)
    if result.language is not None:
        data.setdefault("language", result.language.label)  # the one it was transcribed as has precedence
        data["languages"] = _languages(result.language.probabilities)
    if result.speech is not None:
        data["speech"] = plain(result.speech)
    if result.speaker is not None:
        data["speaker"] = {"embedding": plain(result.speaker), "nearest": plain(result.nearest)}
    if result.command is not None:
        data["command"] = plain(result.command)
    if result.meaning is not None:
        data["meaning"] = result.meaning.to_dict()
    if result.keywords is not None:
        data["keywords"] = [hit_as_json(hit) for hit in result.keywords]
    others = {task: plain(answer) for task, answer in result.answers.items() if task not in _PLACED}
    if others:
        data["answers"] = others
    return data | {
        "duration": round(result.duration_s, 3),
        "real_time_factor": round(result.real_time_factor, 4),
        "compute": {part: round(seconds, 4) for part, seconds in result.compute_s.items()},
        "model": result.model,
    }


def hit_as_json(hit: KeywordHit) -> dict[str, Any]:
    """A hit of a keyword, ready for `json.dumps`; the rate is that of ordinary sound, and may be very small."""
    return {
        "keyword": hit.keyword,
        "start": round(hit.start_s, 3),
        "end": round(hit.end_s, 3),
        "score": round(hit.score, 4),
        "false_accepts_per_hour": float(f"{hit.false_accepts_per_hour:.3g}"),
        "by": hit.by,
    }


def _transcript(transcript: Transcript) -> dict[str, Any]:
    return {
        "text": transcript.text,
        "language": transcript.language,
        "segments": [_segment(number, segment) for number, segment in enumerate(transcript.segments)],
    }


def _segment(number: int, segment: Segment) -> dict[str, Any]:
    return {
        "id": number,
        "seek": int(segment.start_s * _FRAMES_PER_SECOND),
        "start": round(segment.start_s, 3),
        "end": round(segment.end_s, 3),
        "text": segment.text,
        "tokens": list(segment.tokens),
        "temperature": 0.0,  # decoding is greedy
        "avg_logprob": plain(segment.mean_logprob),
        "compression_ratio": plain(segment.compression_ratio),
        "no_speech_prob": plain(segment.no_speech_probability),
        "words": [_word(word) for word in segment.words],
    }


def _word(word: Word) -> dict[str, Any]:
    probability = plain(word.probability)
    return {
        "word": word.text,
        "start": round(word.start_s, 3),
        "end": round(word.end_s, 3),
        "probability": probability if probability is None else round(probability, 4),
    }


def _languages(probabilities: Mapping[str, float]) -> dict[str, float]:
    """Language -> probability, likeliest first."""
    ranked = sorted(probabilities.items(), key=lambda item: -item[1])
    return {language: round(float(probability), 6) for language, probability in ranked}
