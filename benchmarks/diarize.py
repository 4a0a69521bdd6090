"""Who spoke when: diarization error rate of ours against Resemblyzer with spectral clustering, on the same recordings.

python benchmarks/diarize.py --data DIR --out diarize.json

AMI mini dev: two excerpts of 30 s. Made meetings (`common/meetings.py`, seeded) of 2 to 4 speakers who overlap: three
of the 3 speakers of LibriSpeech mini dev, six of speechocean762-test. No speaker is in training data of ours; what is
tuned was tuned on ami-mini train, on meetings made of training speakers, and of nEMO's actors (--tune shows it).
Overlap is scored. Both get the speech of our `speech` head. DER = (missed + false alarm + confusion) / speech, by
pyannote.metrics, without and with a collar of 0.25 s on each side of each true boundary; also with the number of
speakers told. There are 11 recordings: an interval over them would say little.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from allears.audio import load_clip
from allears.meeting import Meeting
from allears.meeting.chunk import Material, joined
from allears.meeting.diarize import diarize
from common.corpora import clips_of
from common.meetings import MadeMeeting, TrueTurn, made_meetings, meetings_of_strangers
from common.run import Table, arguments, progress, run
from peers.ours import session
from peers.resemblyzer_turns import ResemblyzerTurns

OURS = "allears"
COLLARS_S = (0.0, 0.25)  # on each side; pyannote's `collar` is both together
PARTS = ("missed detection", "false alarm", "confusion", "total")

Turns = list[TrueTurn]


def measure(args: argparse.Namespace) -> dict[str, Any]:
    sets = {"AMI mini": _ami(args, "train" if args.tune else "dev")} | made_meetings(args.data, is_test=not args.tune)
    if args.tune:
        sets["made of nEMO"] = meetings_of_strangers(args.data)
    if args.limit:
        sets = {name: meetings[: args.limit] for name, meetings in sets.items()}
    results: dict[str, Any] = {}
    rows = []
    ours = session(args)
    assert ours is not None, "the peer needs our speech, too: leave --peers-only out"
    ear = Meeting(ours, has_text=False)
    heard = {name: [joined(ear.chunks(meeting.audio)) for meeting in meetings] for name, meetings in sets.items()}
    peer = None if args.ours_only else ResemblyzerTurns(args.threads)
    for told in (False, True):
        systems: dict[str, Callable[[MadeMeeting, Material], Turns]] = {OURS: _ours(told)}
        if peer is not None:
            systems[peer.name] = _peers(peer, told)
        for name, meetings in sets.items():
            for system, turns in systems.items():
                found = [turns(meeting, chunk) for meeting, chunk in zip(meetings, heard[name], strict=True)]
                scores = {f"{collar:g}": _score(meetings, found, collar) for collar in COLLARS_S}
                counts = [
                    [len({w for *_, w in m.turns}), len({w for *_, w in f})]
                    for m, f in zip(meetings, found, strict=True)
                ]
                what = f"{name}, number {'told' if told else 'found'}"
                results.setdefault(what, {})[system] = {"der": scores, "speakers_true_found": counts}
                progress(f"{what}: {system} {scores['0']['der']:.1f} % {counts}")
                rows.append(_row(name, told, system, scores, counts))
    table: Table = {
        "title": "Who spoke when, diarization error rate %",
        "columns": ["set", "number of speakers", "system", "DER, no collar", "missed",
                    "false alarm", "confusion", "DER, collar 0.25 s", "right number"],
        "rows": rows,
        "notes": ["Overlap is scored. Both systems get the speech of our head."],
    }  # fmt: skip
    return {"results": results, "tables": [table]}


def _ami(args: argparse.Namespace, split: str) -> list[MadeMeeting]:
    return [
        MadeMeeting(clip.id, load_clip(clip), _read_rttm(args.data / "ami-mini" / clip.labels["rttm"]))
        for clip in clips_of(args.data, "ami-mini", split)
    ]


def _read_rttm(path: Path) -> tuple[TrueTurn, ...]:
    cells = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("SPEAKER")]
    return tuple((float(c[3]), float(c[3]) + float(c[4]), c[7]) for c in cells)


def _ours(told: bool) -> Callable[[MadeMeeting, Material], Turns]:
    def turns(meeting: MadeMeeting, heard: Material) -> Turns:
        found = diarize(heard, num_speakers=_number(meeting) if told else None)
        return [(one.start_s, one.end_s, str(one.voice)) for one in found.stretches]

    return turns


def _peers(peer: ResemblyzerTurns, told: bool) -> Callable[[MadeMeeting, Material], Turns]:
    def turns(meeting: MadeMeeting, heard: Material) -> Turns:
        spans = [(span.start_s, span.end_s) for span in heard.speech]
        return peer.turns(meeting.audio, spans, _number(meeting) if told else None)

    return turns


def _number(meeting: MadeMeeting) -> int:
    return len({who for *_, who in meeting.turns})


def _score(meetings: Sequence[MadeMeeting], found: Sequence[Turns], collar_s: float) -> dict[str, float]:
    """DER of all recordings together and its parts, %."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyannote.core import Segment, Timeline
        from pyannote.metrics.diarization import DiarizationErrorRate

        metric = DiarizationErrorRate(collar=2 * collar_s)
        for meeting, turns in zip(meetings, found, strict=True):
            whole = Timeline([Segment(0, len(meeting.audio) / 16_000)])
            metric(_annotation(meeting.turns), _annotation(turns), uem=whole)
        parts = {name: float(metric[name]) for name in PARTS}
    shares = {name: round(100 * parts[name] / parts["total"], 2) for name in PARTS[:3]}
    return {"der": round(sum(shares.values()), 2), **shares}


def _annotation(turns: Sequence[TrueTurn]) -> Any:
    from pyannote.core import Annotation, Segment

    annotation = Annotation()
    for number, (start, end, who) in enumerate(turns):
        annotation[Segment(start, end), number] = who
    return annotation


def _row(name: str, told: bool, system: str, scores: dict[str, dict[str, float]], counts: list[list[int]]) -> list[str]:
    first = scores["0"]
    right = sum(true == found for true, found in counts)
    return [
        name, "told" if told else "found", system, f"{first['der']:.1f}", f"{first['missed detection']:.1f}",
        f"{first['false alarm']:.1f}", f"{first['confusion']:.1f}", f"{scores['0.25']['der']:.1f}",
        f"{right} of {len(counts)}",
    ]  # fmt: skip


if __name__ == "__main__":
    parser = arguments(__doc__ or "")
    parser.add_argument("--tune", action="store_true", help="on what may be tuned on: training recordings and speakers")
    run("diarize", parser.parse_args(), measure)
