"""From the end of a spoken wish to the first sound of the reply, on so many threads.

Wishes of about 5 s are spoken by espeak-ng, and fed as a microphone would give them: a chunk every 50 ms. No time is
slept through: a clock of its own says when a chunk is there, and a chunk that comes while another is still worked on
waits. The time counts from the last loud sample to the reply's first samples at the player. `--clock cpu` counts
processor time, of all threads and of the voice's process, in place of time that other programs take, too.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from allears import Session
from allears.assistant.assistant import Assistant
from allears.assistant.build import build_skills
from allears.assistant.chat_events import Understood
from allears.assistant.converse import Conversation
from allears.assistant.gate import Gate
from allears.assistant.mouth import Mouth
from allears.assistant.settings import Settings
from allears.assistant.skill import Tools
from allears.assistant.store import Store
from allears.assistant.voice import CommandVoice
from allears.audio import SAMPLE_RATE
from allears.runtime.endpoint import EndpointOptions
from allears.runtime.stream_options import StreamOptions
from common.run import arguments, progress, run

WISHES = (
    ("Could you please set a timer for one hour and twenty minutes for me now.", "HassStartTimer"),
    ("Could you please add some orange juice to our shopping list for me.", "HassShoppingListAddItem"),
    ("Could you please wake me up tomorrow at seven thirty in the morning.", "AllearsSetAlarm"),
    ("Could you please tell me what time it is right now.", "HassGetCurrentTime"),
    ("Could you please remove the orange juice from our shopping list for me.", "HassShoppingListCompleteItem"),
    ("Please tell me how long is left on the pasta timer now.", "HassTimerStatus"),
)
CHUNK = SAMPLE_RATE // 20  # 50 ms
TASKS = ("transcribe", "speech", "speaker", "emotion")
LOUD = 0.01  # of full scale


def cpu_clock() -> float:
    """Seconds of processor time of this process and those it has started and ended."""
    return sum(os.times()[:4])


CLOCKS: dict[str, Callable[[], float]] = {"wall": time.perf_counter, "cpu": cpu_clock}


class FirstSound:
    """A player that knows when it was first given something."""

    is_playing = False

    def __init__(self, clock: Callable[[], float]) -> None:
        self.at: float | None = None
        self._clock = clock

    def play(self, samples: np.ndarray, sample_rate: int) -> None:
        self.at = self._clock() if self.at is None else self.at

    def stop(self) -> None:
        pass


def spoken(text: str, seed: int) -> tuple[np.ndarray, int]:
    """A wish with a second of faint noise before and two after it, and its last loud sample."""
    said = CommandVoice("espeak-ng -s 140 -w {out} {text}").say(text)
    noise = np.random.default_rng(seed).normal(0, 1e-3, len(said) + 3 * SAMPLE_RATE).astype(np.float32)
    noise[SAMPLE_RATE : SAMPLE_RATE + len(said)] += said
    return noise, SAMPLE_RATE + int(np.flatnonzero(np.abs(said) > LOUD)[-1])


def one(session: Session, assistant: Assistant, text: str, seed: int, args: argparse.Namespace) -> dict[str, Any]:
    """One wish: what was understood, and how long the reply took."""
    clock = CLOCKS[args.clock]
    options = StreamOptions(endpoint=EndpointOptions(min_silence_s=args.silence))
    stream = session.stream(tasks=TASKS, language="en", commands=assistant.grammar, options=options)
    player = FirstSound(clock)
    talk = Conversation(
        stream, assistant, Mouth(CommandVoice("espeak-ng --stdin -w {out}"), player), Gate(is_always=True)
    )
    audio, end = spoken(text, seed)
    now = 0.0  # the microphone's clock, seconds
    begun = 0.0

    def chunks() -> Iterator[np.ndarray]:
        nonlocal now, begun
        for at in range(0, len(audio) - CHUNK, CHUNK):
            if at:
                now += clock() - begun  # the last chunk was worked on so long
            if player.at is not None:
                return
            now = max(now, (at + CHUNK) / SAMPLE_RATE)
            begun = clock()
            yield audio[at : at + CHUNK]

    intent = None
    for event in talk.run(chunks()):
        if isinstance(event, Understood):
            intent = event.intent if event.is_accepted else None
        if player.at is not None:
            return {
                "text": text, "wish_s": round((end - SAMPLE_RATE) / SAMPLE_RATE, 2), "intent": intent,
                "reply_s": round(now + player.at - begun - end / SAMPLE_RATE, 3),
            }  # fmt: skip
    return {"text": text, "wish_s": round((end - SAMPLE_RATE) / SAMPLE_RATE, 2), "intent": intent, "reply_s": None}


def measure(args: argparse.Namespace) -> dict[str, Any]:
    session = Session(args.model, num_threads=args.threads)
    assistant = Assistant(build_skills(Tools(Store(":memory:"), Settings())))
    wishes = WISHES[: args.limit]
    one(session, assistant, "What time is it?", args.seed, args)  # load and warm up
    rows = []
    for number, (text, intent) in enumerate(wishes * args.repeats):
        found = one(session, assistant, text, args.seed + number, args)
        rows.append({**found, "is_right": found["intent"] == intent})
        progress(f"{found['wish_s']:.1f} s, {found['intent']}: {found['reply_s']} s")
    times = sorted(row["reply_s"] for row in rows if row["reply_s"] is not None)
    table = {
        "title": "From the end of a wish to the first sound of the reply",
        "columns": ["wishes", "right", "length, s", "median, s", "least, s", "most, s"],
        "rows": [[
            str(len(rows)), str(sum(row["is_right"] for row in rows)),
            f"{statistics.median(row['wish_s'] for row in rows):.1f}",
            f"{statistics.median(times):.2f}", f"{times[0]:.2f}", f"{times[-1]:.2f}",
        ]],
        "notes": [
            f"spoken by espeak-ng; {args.silence} s of silence end a wish; {args.threads} threads; {args.clock} time",
        ],
    }  # fmt: skip
    return {"results": {"wishes": rows}, "tables": [table]}


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--silence", type=float, default=0.5, help="that ends a wish, seconds")
    parser.add_argument("--clock", choices=sorted(CLOCKS), default="wall", help="what time is counted")
    parser.add_argument("--repeats", type=int, default=2, help="of each wish, with other noise")
    for action in parser._actions:
        if action.dest == "data":
            action.required = False  # no corpus is heard
    run("assistant", parser.parse_args(), measure)


if __name__ == "__main__":
    main()
