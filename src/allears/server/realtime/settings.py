"""What a client sets with `session.update`, and the same as the server tells it back.

Shape: `{"type": "transcription", "audio": {"input": {"format": {"type": "audio/pcm", "rate": 24000}, "transcription":
{"model", "language", "prompt"}, "turn_detection": {"type": "server_vad", "threshold", "prefix_padding_ms",
"silence_duration_ms"} | null, "noise_reduction"}}}`. Fields that are not sent stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from allears.runtime.endpoint import EndpointOptions
from allears.runtime.stream_options import StreamOptions
from allears.server.errors import ApiError
from allears.vocabulary import LANGUAGES, base_language

__all__ = ["Settings", "TurnDetection"]

_RATE = 24_000  # Hz; OpenAI's
_RATES = (8_000, 16_000, 24_000, 44_100, 48_000)
_MAX_SILENCE_MS = 10_000
_HINT_MS = 200  # the least silence that ends a turn: the hint of an end is not longer


@dataclass(frozen=True)
class TurnDetection:
    """When the server finds that somebody has finished. Defaults are the stream's own (docs/streaming.md)."""

    threshold: float | None = None
    prefix_padding_ms: int = 300
    silence_duration_ms: int = 800

    @property
    def options(self) -> StreamOptions:
        """For the stream."""
        endpoint = EndpointOptions(threshold=self.threshold, min_silence_s=self.silence_duration_ms / 1000)
        return StreamOptions(endpoint=endpoint, preroll_s=self.prefix_padding_ms / 1000)


@dataclass(frozen=True)
class Settings:
    """One session's settings.

    Attributes:
        model: as the client calls it.
        rate: of the 16-bit mono PCM it sends, Hz.
        language: tag of the language spoken; found for each turn if None.
        turns: how turns are found; None: the client says with `commit` when one is over.
    """

    model: str
    rate: int = _RATE
    language: str | None = None
    turns: TurnDetection | None = TurnDetection()

    def updated(self, session: object) -> Settings:
        """With what an update changes.

        Raises:
            ApiError: 400, a value that cannot be.
        """
        sent = _object(session, "session")
        if sent.get("type", "transcription") != "transcription":
            raise _bad("session.type", sent["type"], "transcription")
        given = _object(_object(sent.get("audio", {}), "session.audio").get("input", {}), "session.audio.input")
        new = self
        if given.get("format") is not None:
            new = replace(new, rate=_rate(_object(given["format"], "format")))
        if given.get("transcription") is not None:
            said = _object(given["transcription"], "transcription")
            new = replace(new, language=_language(said.get("language", new.language)))
        if "turn_detection" in given:
            turns = given["turn_detection"]
            new = replace(new, turns=None if turns is None else _turns(_object(turns, "turn_detection")))
        return new

    def to_json(self, session_id: str) -> dict[str, Any]:
        """As `session.created` and `session.updated` tell them."""
        turns = None
        if self.turns is not None:
            turns = {
                "type": "server_vad", "prefix_padding_ms": self.turns.prefix_padding_ms,
                "silence_duration_ms": self.turns.silence_duration_ms,
                **({} if self.turns.threshold is None else {"threshold": self.turns.threshold}),
            }  # fmt: skip
        heard = {
            "format": {"type": "audio/pcm", "rate": self.rate},
            "transcription": {"model": self.model, "language": self.language},
            "noise_reduction": None,  # the model hears noise as it is
            "turn_detection": turns,
        }
        return {
            "id": session_id, "object": "realtime.transcription_session", "type": "transcription",
            "audio": {"input": heard},
        }  # fmt: skip


def _rate(given: Mapping[str, Any]) -> int:
    if given.get("type", "audio/pcm") != "audio/pcm":
        raise _bad("format.type", given["type"], "audio/pcm")
    rate = given.get("rate", _RATE)
    if rate not in _RATES:
        raise _bad("format.rate", rate, ", ".join(map(str, _RATES)))
    return int(rate)


def _language(given: object) -> str | None:
    if given is None or given == "":
        return None
    if not isinstance(given, str) or base_language(given) not in LANGUAGES:
        raise _bad("transcription.language", given, "a code such as en, or null to have it found")
    return given


def _turns(given: Mapping[str, Any]) -> TurnDetection:
    if given.get("type", "server_vad") != "server_vad":
        raise _bad("turn_detection.type", given["type"], "server_vad, or null to say with commit when a turn is over")
    usual = TurnDetection()
    threshold = given.get("threshold")
    if threshold is not None and not (_is_number(threshold) and 0 < threshold < 1):
        raise _bad("turn_detection.threshold", threshold, "between 0 and 1")
    padding = _milliseconds(given, "prefix_padding_ms", usual.prefix_padding_ms, 0)
    return TurnDetection(threshold, padding, _milliseconds(given, "silence_duration_ms", usual.silence_duration_ms,
                                                           _HINT_MS))  # fmt: skip


def _milliseconds(given: Mapping[str, Any], name: str, usual: int, low: int) -> int:
    value = given.get(name)
    if value is None:
        return usual
    if not _is_number(value) or not low <= value <= _MAX_SILENCE_MS:
        raise _bad(f"turn_detection.{name}", value, f"{low} to {_MAX_SILENCE_MS}")
    return int(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _object(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _bad(name, value, "an object")
    return value


def _bad(name: str, given: object, allowed: str) -> ApiError:
    return ApiError(400, f"{name} cannot be used", given=str(given)[:80], allowed=allowed, param=name,
                    code="invalid_value")  # fmt: skip
