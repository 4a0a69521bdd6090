"""Minutes as JSON, and back: the one format that holds everything, the speakers' voices too.

`speakers` (`id`, `name`, `speech`, `known`, `maybe`, `voice`), `turns` (`speaker`, the id; `name`, `start`, `end`,
`text`, `words`, `mood`, `language`, `overlapped`), `spoken` (`speaker`, `start`, `end`), `duration`, `source`, `model`.
Times are seconds. Names stand in `speakers`; `name` in a turn repeats them for readers.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from allears.decode.answers import Embedding, Word
from allears.formats.plain import plain
from allears.meeting.formats import MINUTES_FORMATS
from allears.meeting.formats.base import MinutesFormat
from allears.meeting.minutes import Minutes, Speaker, Spoken, Turn

__all__ = ["as_json", "json_", "read_minutes"]


@MINUTES_FORMATS.register
def json_() -> MinutesFormat:
    """Everything, for programs and for `allears meet rename`."""
    return MinutesFormat(
        suffix=".json",
        write=lambda minutes: json.dumps(as_json(minutes), ensure_ascii=False, indent=2) + "\n",
        is_private=True,
    )


def as_json(minutes: Minutes) -> dict[str, Any]:
    """The minutes as plain values, ready for `json.dumps`."""
    names = minutes.names
    return {
        "source": minutes.source,
        "duration": round(minutes.duration_s, 3),
        "model": minutes.model,
        "speakers": [
            {
                "id": one.id, "name": one.name, "speech": one.speech_s, "known": one.is_known, "maybe": one.maybe,
                "voice": plain(one.voice),
            }
            for one in minutes.speakers
        ],
        "turns": [_turn(turn, names.get(turn.speaker, turn.speaker)) for turn in minutes.turns],
        "spoken": [{"speaker": one.speaker, "start": one.start_s, "end": one.end_s} for one in minutes.spoken],
    }  # fmt: skip


def read_minutes(text: str, name: str) -> Minutes:
    """The minutes of a JSON file; `name` is for messages.

    Raises:
        ValueError: it holds no minutes.
    """
    try:
        data = json.loads(text)
        speakers = tuple(_speaker(one) for one in data["speakers"])
        turns = tuple(_read_turn(one) for one in data["turns"])
        spoken = tuple(Spoken(one["speaker"], one["start"], one["end"]) for one in data["spoken"])
        return Minutes(data["source"], float(data["duration"]), speakers, turns, spoken, data["model"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{name} holds no minutes ({error!r}): give the .json file that `allears meet -f json` wrote"
        ) from error


def _turn(turn: Turn, name: str) -> dict[str, Any]:
    words = [
        {"word": w.text, "start": round(w.start_s, 3), "end": round(w.end_s, 3), "probability": round(w.probability, 4)}
        for w in turn.words
    ]
    mood = {"label": turn.mood, "probability": turn.mood_probability} if turn.mood else None
    return {
        "speaker": turn.speaker, "name": name, "start": round(turn.start_s, 3), "end": round(turn.end_s, 3),
        "text": turn.text, "language": turn.language, "mood": mood, "overlapped": turn.is_overlapped, "words": words,
    }  # fmt: skip


def _speaker(one: dict[str, Any]) -> Speaker:
    voice = Embedding(np.array(one["voice"], np.float32))
    return Speaker(one["id"], one["name"], voice, float(one["speech"]), bool(one["known"]), one["maybe"])


def _read_turn(one: dict[str, Any]) -> Turn:
    words = tuple(Word(w["word"], w["start"], w["end"], w["probability"]) for w in one["words"])
    mood = one["mood"] or {"label": "", "probability": 0.0}
    return Turn(
        one["speaker"], one["start"], one["end"], one["text"], words, mood["label"], mood["probability"],
        one["language"], one["overlapped"],
    )  # fmt: skip
