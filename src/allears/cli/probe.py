"""Teach the model a classifier of your own from a few labelled clips, in seconds; it becomes one more head.

LABELS is a table with the columns `file` and `label`, and `speaker` if it is known, or a manifest, or a folder that
holds a folder of recordings for each label. Nothing is trained but one matrix; how well it does is measured by
cross-validation on clips, and on speakers where they are given, that it has not heard. It needs the extra
`allears[probe]`.

  allears probe doors.csv --compare
  allears probe doors.csv --name door --out models/with-doors
  allears hear ring.wav --model models/with-doors
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli import _exit, _session
from allears.cli._types import comma_list, whole_number

if TYPE_CHECKING:
    from allears.data.manifest import Clip
    from allears.probe import Features, Probe
    from allears.runtime.model_folder import ModelFolder

__all__ = ["EXTRA", "add_arguments", "run"]

EXTRA = "probe,report"

_METHODS = ("auto", "ridge", "logistic", "svm", "lasso")  # those of `allears.probe`, which takes long to import
_MOST_THREADS = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument("labels", type=Path, metavar="LABELS", help="table, manifest, or folder of folders")
    parser.add_argument(
        "--label",
        type=comma_list,
        metavar="A,B",
        help="fields to learn, one head each (default: label, or the only one)",
    )
    parser.add_argument("--name", help="what the head is called (default: as its field)")
    parser.add_argument(
        "--with",
        dest="method",
        choices=_METHODS,
        default="auto",
        help="how to learn it: least squares (ridge, lasso), maximum entropy (logistic), or linear SVM one against the "
        "rest; auto takes the first that is as good as the best, but for chance",
    )
    parser.add_argument("--compare", action="store_true", help="show every method, not only the one that is taken")
    parser.add_argument("--split", metavar="NAME", help="take clips of this split alone: train, dev, test")
    parser.add_argument(
        "--same-voices", action="store_true", help="let a speaker be on both sides: the same people will be heard later"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the model with the new head to this folder")
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="draw the confusions on an HTML page, PNG beside it"
    )
    parser.add_argument("--no-cache", action="store_true", help="do not keep what the model makes of the clips")
    parser.add_argument("--threads", type=whole_number, metavar="N", help="compute threads")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    _session.add_model_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Hear, learn, measure, print, write."""
    from allears.cli._examples import read_examples

    folder = _session.open_folder(args)
    clips, fields = read_examples(args.labels, args.label, args.split)
    if args.name and len(fields) > 1:
        raise ValueError(f"--name {args.name} is for one head, but {', '.join(fields)} are asked for: leave it out")
    _check_extras(args, folder, [args.name or field for field in fields])
    probes = _learn(args, folder, clips, fields)
    if args.out:
        from allears.probe.save import save_heads

        save_heads(probes, args.out)
    if args.report:
        from allears.probe.page import write_probes

        write_probes(probes, args.report)
    _print(probes, args)
    return _exit.OK


def _check_extras(args: argparse.Namespace, folder: ModelFolder, names: list[str]) -> None:
    """See before any work that what the work needs is there."""
    if args.report and args.report.suffix not in (".html", ".htm"):
        raise ValueError(f"--report {args.report}: give the name of an HTML file, such as probe.html")
    import sklearn  # noqa: F401

    if args.out:
        from allears.probe.save import check_out

        check_out(args.out, names, folder.spec)
    if args.report:
        import jinja2  # noqa: F401
        import matplotlib  # noqa: F401


def _learn(args: argparse.Namespace, folder: ModelFolder, clips: list[Clip], fields: tuple[str, ...]) -> list[Probe]:
    import numpy as np

    from allears.cli._examples import SPEAKER, with_label
    from allears.probe import probe_features
    from allears.probe.folds import check_counts

    chosen = []
    for field in fields:
        known = with_label(clips, field)
        voices = None
        if not args.same_voices and field != SPEAKER and all(SPEAKER in clip.labels for clip in known):
            voices = [str(clip.labels[SPEAKER]) for clip in known]
        labels = [str(clip.labels[field]) for clip in known]
        check_counts(labels, voices, field)
        chosen.append((known, labels, voices))
    used = [clip for clip in clips if any(field in clip.labels for field in fields)]
    features, row = _features(args, folder, used), {id(clip): at for at, clip in enumerate(used)}
    return [
        probe_features(
            features.take(np.array([row[id(clip)] for clip in known])),
            labels,
            name=args.name or field,
            speakers=voices,
            model=folder,
            method=args.method,
            is_compared=args.compare,
        )
        for field, (known, labels, voices) in zip(fields, chosen, strict=True)
    ]


def _features(args: argparse.Namespace, folder: ModelFolder, clips: list[Clip]) -> Features:
    from allears.cli._progress import Progress
    from allears.probe import read_features
    from allears.probe.cache import FeatureCache

    threads = args.threads or min(_MOST_THREADS, os.cpu_count() or 1)
    cache = None if args.no_cache else FeatureCache(folder)
    with Progress(len(clips)) as progress:
        return read_features(clips, folder, cache=cache, num_threads=threads, on_clip=progress.start_file)


def _print(probes: list[Probe], args: argparse.Namespace) -> None:
    if args.json:
        told = {
            "heads": [_about(probe) for probe in probes],
            "out": str(args.out) if args.out else None,
            "report": str(args.report) if args.report else None,
        }
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    from allears.cli._rows import text_row
    from allears.cli._table import print_table

    for probe in probes:
        shown = probe.validations if args.compare else (probe.validation,)
        rows = [
            text_row(
                one.method + (" (taken)" if args.compare and one is probe.validation else ""),
                f"{100 * one.accuracy:.1f} % ± {100 * one.accuracy_sd:.1f}, mean recall of the classes "
                f"{100 * one.balanced_accuracy:.1f} %",
            )
            for one in shown
        ]
        voices = (
            "" if probe.num_speakers is None else f" of {probe.num_speakers} speakers, never the same on both sides"
        )
        heard = ", ".join(f"{name} {100 * share:.0f} %" for name, share in probe.shares.items() if share)
        print_table(
            f"{probe.name}: {len(probe.classes)} classes, {len(probe.features)} clips{voices}",
            [*rows, text_row("heard in", heard)],
        )
    if args.out:
        print(f"wrote {args.out}: allears hear FILE --model {args.out}")
    if args.report:
        print(f"wrote {args.report}")


def _about(probe: Probe) -> dict[str, object]:
    return {
        "name": probe.name,
        "classes": list(probe.classes),
        "clips": len(probe.features),
        "speakers": probe.num_speakers,
        "method": probe.method,
        "strength": probe.strength,
        "features": {name: round(share, 4) for name, share in probe.shares.items() if share},
        "accuracy": probe.accuracy,
        "methods": {
            one.method: {
                "accuracy": one.accuracy,
                "accuracy_sd": one.accuracy_sd,
                "balanced_accuracy": one.balanced_accuracy,
            }
            for one in probe.validations
        },
        "folds": len(probe.validation.folds),
        "confusion": probe.confusion.tolist(),
    }
