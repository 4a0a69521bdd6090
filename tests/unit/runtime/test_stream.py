"""Events of a stream: which, when, the same for any chunks, and without end in bounded memory."""

from __future__ import annotations

import itertools
import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from allears.audio import read_audio
from allears.commands.answer import Command, SlotValue
from allears.decode.answers import Transcript
from allears.formats.events import event_as_json
from allears.runtime.endpoint import EndpointOptions
from allears.runtime.session import Session
from allears.runtime.stream import Stream
from allears.runtime.stream_events import Event, Final, Partial, SpeechEnd, SpeechStart
from allears.runtime.stream_options import StreamOptions
from tests.unit.runtime.stream_fakes import RATE, FakeEar, said


def run(audio: np.ndarray, size: int | None = 1600, *, ear: FakeEar | None = None, **options: object) -> list[Event]:
    stream = Stream((ear or FakeEar()).ear, options=StreamOptions(**options))
    events: list[Event] = []
    for at in range(0, len(audio), size or len(audio)):
        events += stream.feed(audio[at : at + (size or len(audio))])
    return [*events, *stream.finish()]


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events if not isinstance(event, Partial)]


def finals(events: list[Event]) -> list[Final]:
    return [event for event in events if isinstance(event, Final)]


def as_lines(events: list[Event]) -> list[str]:
    return [json.dumps(event_as_json(event)) for event in events]


TWO = said(1.0, "one", 0.1, "two", 1.5, "three", 1.5)


def test_two_utterances() -> None:
    events = run(TWO)
    assert kinds(events) == ["SpeechStart", "SpeechEnd", "Final"] * 2
    first, second = finals(events)
    assert (first.result.text, second.result.text) == ("one two", "three")
    assert (first.start_s, first.end_s, first.offset_s) == pytest.approx((1.0, 1.9, 0.7))
    assert (second.start_s, second.end_s) == pytest.approx((3.4, 3.8))
    assert [w.start_s for w in first.result.words] == pytest.approx([1.0, 1.5])
    assert [w.end_s for w in first.result.words] == pytest.approx([1.4, 1.9])
    assert [s.start_s for s in first.result.speech or ()] == pytest.approx([1.0, 1.5])
    assert first.result.source == "stream"


def test_events_come_in_order_of_time_and_soon() -> None:
    events = run(TWO)
    assert [e.at_s for e in events] == sorted(e.at_s for e in events)
    starts, ends = ([e for e in events if isinstance(e, kind)] for kind in (SpeechStart, SpeechEnd))
    assert all(e.at_s - e.start_s <= 0.4 for e in starts)
    assert all(0.8 <= e.at_s - e.end_s <= 1.05 for e in ends)
    assert next(e for e in events if isinstance(e, Partial)).at_s - starts[0].start_s <= 0.7


@pytest.mark.parametrize("size", [160, 1600, 12_345, None])
def test_chunks_do_not_matter(size: int | None) -> None:
    assert as_lines(run(TWO, size)) == as_lines(run(TWO, 777))


def test_single_samples_do_not_matter() -> None:
    short = said(0.2, "one", 0.1, word_s=0.2)
    assert as_lines(run(short, 1)) == as_lines(run(short, None))


def test_stable_words_never_change_and_grow() -> None:
    partials = [e for e in run(said(0.5, "one", "two", "three", "four", "one", "two", 1.5)) if isinstance(e, Partial)]
    assert len(partials) > 3
    for before, after in itertools.pairwise(partials):
        assert after.stable[: len(before.stable)] == before.stable
    assert " ".join(w.text for w in partials[-1].stable) == "one two three four one two"


def test_the_result_is_computed_ahead_once() -> None:
    ear = FakeEar()
    stream = Stream(ear.ear)
    stream.feed(said(1.0, "one", 0.5))
    assert ear.num_heard == 1, "at the first sign of an end"
    ((*_, final), seen) = stream.feed(said(1.0)), ear.num_heard
    assert isinstance(final, Final)
    assert seen == 1, "and not again when it is over"
    assert ear.heard_s == [final.result.duration_s]


def test_a_pause_is_heard_again_when_speech_goes_on() -> None:
    ear = FakeEar()
    events = run(said(1.0, "one", 0.5, "two", 1.5), ear=ear)
    assert [f.result.text for f in finals(events)] == ["one two"]
    assert ear.num_heard == 2


def test_final_is_what_hear_says_of_the_same_samples() -> None:
    (first, second), ear = finals(run(TWO)), FakeEar()
    for final in (first, second):
        begin = round(final.offset_s * RATE)
        same = ear.hear(TWO[begin : begin + round(final.result.duration_s * RATE)])
        assert same.text == final.result.text


def test_the_end_of_the_stream_ends_what_is_said() -> None:
    events = run(said(1.0, "one", 0.05, "two"))
    assert kinds(events) == ["SpeechStart", "SpeechEnd", "Final"]
    assert finals(events)[0].result.text == "one two"
    assert finals(events)[0].end_s == pytest.approx(1.85)


def test_a_long_utterance_is_cut_and_nothing_is_lost() -> None:
    names = ["one", "two", "three", "four"] * 12
    parts = [part for name in names for part in (name, 0.1)]
    events = run(said(0.5, *parts, 1.5), endpoint=EndpointOptions(max_utterance_s=5.0))
    assert [w.text for final in finals(events) for w in final.result.words] == names
    assert all(f.end_s - f.start_s <= 5.0 for f in finals(events))
    assert kinds(events) == ["SpeechStart", "SpeechEnd", "Final"] * len(finals(events))


def test_sound_without_any_pause_is_cut_too() -> None:
    events = run(said(0.5, *["one"] * 50, 1.5), endpoint=EndpointOptions(max_utterance_s=5.0))
    told = finals(events)
    assert told[-1].end_s == pytest.approx(20.5)
    assert all(a.end_s == b.start_s for a, b in itertools.pairwise(told))


def test_compute_stays_bounded_in_a_long_utterance() -> None:
    ear = FakeEar()
    run(said(0.5, *["one", 0.3] * 30, 1.5), ear=ear)
    assert sum(ear.heard_s) < 4 * 22.0 + 10
    assert ear.num_reads < 45


def test_silence_costs_nothing_and_says_nothing() -> None:
    ear = FakeEar()
    assert run(said(20.0), ear=ear) == []
    assert ear.num_looks == ear.num_heard == 0


def test_no_partials_where_none_are_wanted() -> None:
    ear = FakeEar(has_words=False)
    assert not [e for e in run(TWO, ear=ear) if isinstance(e, Partial)]
    assert not [e for e in run(TWO, partial_every_s=0.0) if isinstance(e, Partial)]


def test_push_keeps_nothing() -> None:
    stream = Stream(FakeEar().ear)
    _, before = stream.push(TWO[: 2 * RATE], stream.begin())
    one, after = stream.push(TWO[2 * RATE :], before)
    again, _ = stream.push(TWO[2 * RATE :], before)
    assert as_lines(list(one)) == as_lines(list(again))
    assert stream.state.at_s == 0.0
    assert after.at_s > before.at_s


def test_after_the_end_nothing_is_taken() -> None:
    stream = Stream(FakeEar().ear)
    assert stream.finish() == []
    for call in (lambda: stream.feed(said(1.0)), stream.finish):
        with pytest.raises(ValueError, match="was finished"):
            call()


def test_a_bad_chunk_leaves_the_stream_as_it_was() -> None:
    stream = Stream(FakeEar().ear)
    stream.feed(TWO[: 2 * RATE])
    for bad in (np.full(10, np.nan), np.zeros((10, 2)), np.zeros(3, np.bool_)):
        with pytest.raises(ValueError, match="the chunk"):
            stream.feed(bad)
    assert stream.feed(np.zeros(0, np.int16)) == []
    assert finals(stream.feed(TWO[2 * RATE :]))[0].result.text == "one two"


def test_ten_minutes_of_silence_and_noise_stay_small() -> None:
    stream = Stream(FakeEar().ear, options=StreamOptions(hop_s=0.8))
    quiet = (0.01 * np.sin(np.arange(10 * RATE))).astype(np.float32)
    for _ in range(30):
        stream.feed(quiet)
        stream.feed(np.zeros_like(quiet))
    tracemalloc.start()
    for _ in range(3):
        stream.feed(quiet)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 500_000
    assert len(stream.state.sound.samples) < 4 * RATE
    assert len(stream.state.speech) <= 25 * 50


def test_a_minute_in_one_chunk_is_let_go_of() -> None:
    stream = Stream(FakeEar().ear)
    stream.feed(np.zeros(60 * RATE + 7, np.float32))
    for kept in (stream.state.waiting, stream.state.intake.pending, stream.state.sound.samples):
        assert (kept if kept.base is None else kept.base).nbytes < RATE * 4 * 4


@pytest.mark.parametrize("options", [{"hop_s": 0.0}, {"window_s": 0.1}, {"preroll_s": -1.0}, {"edge_s": 99.0}])
def test_bad_options_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        StreamOptions(**options)


def test_a_session_streams(fake_model: Path, fake_decoder: type, sounds, tmp_path: Path) -> None:
    session = Session(fake_model, num_threads=1, voices=tmp_path)
    audio = sounds(1.0, "low", 1.5, "high", 1.0)
    stream = session.stream(tasks=["transcribe", "speaker"], language="en")
    events = [*stream.feed(audio), *stream.finish()]
    assert [f.result.text for f in finals(events)] == ["low", "high"]
    assert next(p.text for p in events if isinstance(p, Partial)) == "low"
    assert finals(events)[0].result.words[0].start_s == pytest.approx(1.0, abs=0.021)
    assert finals(events)[0].result.speaker is not None


class Orders:
    """A grammar that takes the whole transcript for a command."""

    language, attention = "en", 0.0

    def understand(self, outputs: object, names: object, *, transcript: Transcript | None, **_: object) -> Command:
        assert transcript is not None
        first = transcript.words[0]
        return Command("Say", {"what": SlotValue(transcript.text, first.text, first.start_s, first.end_s)}, 0.9)


def test_an_utterance_is_a_command(fake_model: Path, fake_decoder: type, sounds) -> None:
    session = Session(fake_model, num_threads=1)
    audio = sounds(1.0, "low", 1.5, "high", 1.0)
    stream = session.stream(tasks=["speech"], language="en", commands=Orders())
    found = finals([*stream.feed(audio), *stream.finish()])
    for final, text in zip(found, ("low", "high"), strict=True):
        first = round(final.offset_s * RATE)
        last = first + round(final.result.duration_s * RATE)
        alone = session.hear(audio[first:last], tasks=["speech"], language="en", commands=Orders())
        assert final.result.command is not None
        assert alone.command is not None
        assert final.result.command.values == alone.command.values == {"what": text}
        slot, own = final.result.command.slots["what"], alone.command.slots["what"]
        assert slot.start_s is not None and own.start_s is not None
        assert slot.start_s == pytest.approx(own.start_s + final.offset_s), "in the times of the stream"
        assert list(final.result.answers) == ["speech"], "what only helped is not answered"


def test_the_shipped_model_is_commanded_in_a_stream() -> None:
    grammar_of = pytest.importorskip("allears.commands.grammar", reason="commands need the extra allears[commands]")
    sentence = "good evening the train to the (mountains|sea) leaves at {1..12:hour} please remember to bring {rest}"
    lists = {"rest": {"values": ["a warm coat", "a warm hat"]}}
    data = {"language": "en", "intents": {"Remind": {"data": [{"sentences": [sentence]}]}}, "lists": lists}
    grammar = grammar_of.Grammar(data, attention=0.0)  # by the spelling alone: half the time
    audio = np.concatenate([np.zeros(RATE, np.float32), load_clip_of_demo(), np.zeros(RATE, np.float32)])
    session = Session(num_threads=1)
    patient = EndpointOptions(min_silence_s=2.0, hint_s=1.5)  # "Good evening." has a pause behind it
    options = StreamOptions(patient, partial_every_s=0.0, hop_s=1.2, window_s=2.4)
    stream = session.stream(tasks=["speech"], language="en", commands=grammar, options=options)
    (final,) = finals([*stream.feed(audio), *stream.finish()])
    first = round(final.offset_s * RATE)
    last = first + round(final.result.duration_s * RATE)
    alone = session.hear(audio[first:last], tasks=["speech"], language="en", commands=grammar).command
    command = final.result.command
    assert command is not None and alone is not None
    assert (command.intent, command.values["hour"], command.is_accepted) == ("Remind", 7, True)
    assert command.values == alone.values
    assert command.confidence == alone.confidence
    hour = command.slots["hour"]
    assert hour.start_s is not None and final.start_s < hour.start_s < final.end_s


def load_clip_of_demo() -> np.ndarray:
    return read_audio(Path(__file__).parents[3] / "src" / "allears" / "assets" / "demo.flac")


def test_a_stream_needs_to_know_speech(fake_model: Path, fake_decoder: type) -> None:
    session = Session(fake_model, num_threads=1)
    session.spec = replace(session.spec, tasks=tuple(t for t in session.spec.tasks if t.name != "speech"))
    with pytest.raises(ValueError, match="no task 'speech'"):
        session.stream()
    with pytest.raises(ValueError, match="no task 'dance'"):
        session.stream(tasks=["dance"])
