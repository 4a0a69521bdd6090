"""A transcript as OpenAI's interface names it: `json`, `text`, `srt`, `vtt`, `verbose_json`.

`verbose_json` has every field that other clients read (task, language, duration, words, and of each segment seek,
tokens, temperature and the probabilities), times in seconds as numbers. What else was heard stands beside it in the
layout of `formats/json_.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi.responses import JSONResponse, PlainTextResponse, Response

from allears.formats import FORMATS
from allears.formats.json_ import as_json
from allears.runtime.result import Result
from allears.server.languages import language_name

__all__ = ["IGNORED", "TEXTS", "as_response", "ignored_headers", "seconds_used", "short", "verbose"]

IGNORED = "X-Allears-Ignored"
TEXTS = ("text", "srt", "vtt")
_OWN = ("text", "segments", "language", "source", "duration")  # of `as_json`, which stand elsewhere here


def as_response(result: Result, kind: str, *, task: str, words: bool, ignored: Sequence[str]) -> Response:
    """The answer of a response format.

    Args:
        kind: `json`, `text`, `srt`, `vtt` or `verbose_json`.
        task: `transcribe` or `translate`.
        words: whether the times of words are wanted.
        ignored: fields that had no use; a header and the JSON say so.
    """
    headers = ignored_headers(ignored)
    if kind in TEXTS:
        text = f"{result.text}\n" if kind == "text" else FORMATS[kind]().write(result)
        return PlainTextResponse(text, headers=headers)
    data = short(result) if kind == "json" else verbose(result, task=task, words=words)
    if ignored:
        data["warnings"] = [f"the field {name!r} has no use here and was ignored" for name in ignored]
    return JSONResponse(data, headers=headers)


def ignored_headers(ignored: Sequence[str]) -> dict[str, str]:
    """The header that tells which fields had no use."""
    names = [name for name in ignored if name.isascii() and name.isprintable()]
    return {IGNORED: ", ".join(names)} if names else {}


def short(result: Result) -> dict[str, Any]:
    """`json`: the text, and what else was asked for."""
    return {"text": result.text, "usage": usage(result), **others(result)}


def verbose(result: Result, *, task: str, words: bool) -> dict[str, Any]:
    """`verbose_json`."""
    data = as_json(result)
    code = result.transcript.language if result.transcript else None
    segments = data.get("segments", [])
    spoken = [{key: w[key] for key in ("word", "start", "end", "probability")} for s in segments for w in s["words"]]
    if not words:
        segments = [{key: value for key, value in segment.items() if key != "words"} for segment in segments]
    return {
        "task": task,
        "language": language_name(code),
        "language_code": code,
        "duration": float(result.duration_s),
        "text": result.text,
        "segments": segments,
        **({"words": spoken} if words else {}),
        "usage": usage(result),
        **others(result),
    }


def usage(result: Result) -> dict[str, Any]:
    """What a call is paid by elsewhere: seconds."""
    return seconds_used(result.duration_s)


def seconds_used(duration_s: float) -> dict[str, Any]:
    """The same, for a length that is known."""
    return {"type": "duration", "seconds": round(duration_s, 3)}


def others(result: Result) -> dict[str, Any]:
    """What was heard beside the words."""
    return {key: value for key, value in as_json(result).items() if key not in _OWN}
