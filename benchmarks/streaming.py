"""A stream as it comes from a microphone: how soon words, how soon the result, and whether it is what `hear` says.

python benchmarks/streaming.py --data DIR --out streaming.json [--whisper-ct2 DIR]

Sentences of librispeech-mini (dev) and prompts of asterisk-prompts (test, English), 2 to 8 s, each with a second of
quiet before and 1.5 s after, and pink noise 35 dB below it. They are fed in chunks of 20 ms, and the clock is that of
a live stream: a chunk is there when it has been said, and work begins when it is there and the work before is done.
The peer hears the utterance once it is over, which is known to both at the same moment. Noise of the test split must
give no text.
"""

from __future__ import annotations

import argparse
import difflib
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from allears import Session
from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from allears.runtime.stream_events import Final, Partial
from common.corpora import clips_of
from common.run import Table, arguments, progress, run
from common.stats import Spread, quartiles
from peers.faster import FasterWhisper
from peers.ours import session

CHUNK = SAMPLE_RATE // 50
BEFORE_S, AFTER_S = 1.0, 1.5
SHORTEST_S, LONGEST_S = 2.0, 8.0
QUIET_DB = -35.0  # of the noise around and below what is said
AUDIBLE = 0.05  # of the loudest 20 ms: where speech begins and ends
NOISES = 16


@dataclass(frozen=True)
class Heard:
    """What a stream told of one utterance.

    Attributes:
        first_s, stable_s: from the start of speech to the first words, and to the first that stay, seconds of audio.
        final_s: from the end of speech to the result, seconds of audio.
        after_s: seconds of work from the end of speech on.
        late_s: how much later than its audio the result was there.
        work_s: seconds of work in all, a second of audio.
        stable, changed: words that were told as stable, and those of them that the result has not.
        finals, same: results, and those that are what `hear` says of the same samples.
        texts: of the results.
    """

    first_s: float
    stable_s: float
    final_s: float
    after_s: float
    late_s: float
    work_s: float
    stable: int
    changed: int
    finals: int
    same: int
    texts: tuple[str, ...]


def measure(args: argparse.Namespace) -> dict[str, Any]:
    ours = session(args, ["transcribe"])
    if ours is None:
        raise ValueError("a stream is ours alone: leave out --peers-only")
    peer = None if args.ours_only else FasterWhisper(args)
    rng = np.random.default_rng(args.seed)
    clips = [
        *clips_of(args.data, "librispeech-mini", "dev", language="en"),
        *clips_of(args.data, "asterisk-prompts", "test", language="en"),
    ]
    said = [audio for audio in map(_trimmed, clips) if SHORTEST_S <= len(audio) / SAMPLE_RATE <= LONGEST_S]
    heard: list[Heard] = []
    peer_s: list[float] = []
    for number, audio in enumerate(said[: args.limit]):
        if number == 0:  # a warm-up of both
            _hear(ours, audio, rng)
        heard.append(_hear(ours, audio, rng))
        if peer is not None:
            started = time.perf_counter()
            peer.transcribe(audio)
            peer_s.append(time.perf_counter() - started)
        progress(f"streaming: {number + 1} utterances, first words after {heard[-1].first_s:.2f} s")
    noises = [load_clip(clip) for clip in clips_of(args.data, "noise", "test")[: min(NOISES, args.limit or NOISES)]]
    texts = [text for noise in noises for text in _texts(ours, noise)]
    return _report(heard, peer_s, texts, len(noises))


def _trimmed(clip: Clip) -> np.ndarray:
    """From where it begins to be audible to where it ends, (S,)."""
    audio = load_clip(clip)
    whole = len(audio) // CHUNK * CHUNK
    loud = np.sqrt((audio[:whole].reshape(-1, CHUNK) ** 2).mean(axis=1))
    where = np.flatnonzero(loud > AUDIBLE * loud.max())
    return audio[where[0] * CHUNK : (where[-1] + 1) * CHUNK]


def _hear(ours: Session, audio: np.ndarray, rng: np.random.Generator) -> Heard:
    whole = _around(audio, rng)
    begin_s, end_s = BEFORE_S, BEFORE_S + len(audio) / SAMPLE_RATE
    stream = ours.stream(language="en")
    now = work = after = late = 0.0
    partials: list[Partial] = []
    finals: list[Final] = []
    for at in range(0, len(whole) + CHUNK, CHUNK):
        chunk = whole[at : at + CHUNK]
        there_s = min(at + CHUNK, len(whole)) / SAMPLE_RATE
        started = time.perf_counter()
        events = stream.feed(chunk) if len(chunk) else stream.finish()
        took = time.perf_counter() - started
        now, work = max(now, there_s) + took, work + took
        if there_s > end_s and not finals:
            after += took
        partials += [event for event in events if isinstance(event, Partial)]
        for event in events:
            if isinstance(event, Final):
                finals.append(event)
                late = now - event.at_s
    first = next((one.at_s for one in partials), np.nan)
    stable = next((one.at_s for one in partials if one.stable), np.nan)
    words = [word.text for word in partials[-1].stable] if partials else []
    result = " ".join(final.result.text for final in finals)
    return Heard(
        first_s=first - begin_s,
        stable_s=stable - begin_s,
        final_s=finals[-1].at_s - end_s if finals else np.nan,
        after_s=after,
        late_s=late,
        work_s=work / (len(whole) / SAMPLE_RATE),
        stable=len(words),
        changed=len(words) - _in_common([_plain(word) for word in words], [_plain(word) for word in result.split()]),
        finals=len(finals),
        same=sum(final.result.text == _offline(ours, whole, final) for final in finals),
        texts=tuple(final.result.text for final in finals),
    )


def _in_common(told: Sequence[str], result: Sequence[str]) -> int:
    matcher = difflib.SequenceMatcher(None, told, result, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


def _plain(word: str) -> str:
    return word.strip(".,;:!?\"'").lower()


def _offline(ours: Session, whole: np.ndarray, final: Final) -> str:
    """What `hear` says of the samples that a result was made of."""
    begin = round(final.offset_s * SAMPLE_RATE)
    part = whole[begin : begin + round((final.result.duration_s or 0.0) * SAMPLE_RATE)]
    return ours.hear(part, sample_rate=SAMPLE_RATE, language="en").text or ""


def _around(audio: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """With quiet before and after, and noise below all of it."""
    quiet = [np.zeros(round(seconds * SAMPLE_RATE), np.float32) for seconds in (BEFORE_S, AFTER_S)]
    whole = np.concatenate([quiet[0], audio, quiet[1]])
    spectrum = np.fft.rfft(rng.normal(size=len(whole)))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))  # pink: power falls as 1 / f
    noise = np.fft.irfft(spectrum, len(whole))
    level = np.sqrt((audio**2).mean()) * 10 ** (QUIET_DB / 20)
    return (whole + noise / np.sqrt((noise**2).mean()) * level).astype(np.float32)


def _texts(ours: Session, noise: np.ndarray) -> list[str]:
    """What a stream makes of noise."""
    stream = ours.stream(language="en")
    events = [*stream.feed(noise), *stream.finish()]
    return [event.result.text for event in events if isinstance(event, Final) and event.result.text]


def _report(heard: Sequence[Heard], peer_s: Sequence[float], noise_texts: Sequence[str], noises: int) -> dict[str, Any]:
    names = ("first_s", "stable_s", "final_s", "after_s", "late_s", "work_s")
    spreads = {name: quartiles(_known([getattr(one, name) for one in heard])) for name in names}
    counts = {name: sum(getattr(one, name) for one in heard) for name in ("stable", "changed", "finals", "same")}
    counts["cut"] = sum(one.finals > 1 for one in heard)
    worst = {name: float(np.nanmax([getattr(one, name) for one in heard])) for name in names}
    told = {
        "first_s": "first words, after the start of speech, s of audio",
        "stable_s": "first words that stay, s of audio",
        "final_s": "result, after the end of speech, s of audio",
        "after_s": "work from the end of speech to the result, s",
        "late_s": "result there after its audio, s",
        "work_s": "work a second of audio, s",
    }
    rows = [[told[name], spreads[name].text(1.0, 2), f"{worst[name]:.2f}"] for name in names]
    results: dict[str, Any] = {name: asdict(spread) for name, spread in spreads.items()}
    if peer_s:
        peer: Spread = quartiles(peer_s)
        results["peer_after_s"] = asdict(peer)
        rows.append([f"{FasterWhisper.name}: work once speech is over, s", peer.text(1.0, 2), f"{max(peer_s):.2f}"])
    table: Table = {
        "title": f"A live stream, {len(heard)} utterances of 2 to 8 s",
        "columns": ["what", "median (quartiles)", "worst"],
        "rows": rows,
        "notes": [
            f"{counts['same']} of {counts['finals']} results are what `hear` says of the same samples; "
            f"{counts['changed']} of {counts['stable']} stable words are not in the result; "
            f"{counts['cut']} utterances were cut in two; "
            f"{noises} clips of noise gave {len(noise_texts)} texts."
        ],
    }
    return {
        "results": results | counts | {"worst": worst, "noise_texts": list(noise_texts), "noises": noises},
        "tables": [table],
    }


def _known(values: Sequence[float]) -> list[float]:
    return [value for value in values if not np.isnan(value)]


if __name__ == "__main__":
    run("streaming", arguments(__doc__).parse_args(), measure)
