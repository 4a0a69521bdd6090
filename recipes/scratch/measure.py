"""Test scores of the runs of this folder, side by side, and of probes on the encoder that comes with allears.

    python recipes/scratch/measure.py runs/scratch-cnn-bilstm runs/scratch-conformer runs/scratch-transferred --probes
    python recipes/scratch/measure.py runs/scratch-* --json

Nothing is chosen here: runs are measured with the weights of their last step, probes learn from the train clips alone.
Accuracy in %, with what always saying the most frequent class of the test clips would reach.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from allears.data.manifest import Clip, read_manifest
from allears.probe import fit_probe, read_features
from allears.runtime.model_folder import ModelFolder
from allears.train.checkpoint import find_checkpoint, read_checkpoint
from allears.train.measure import measure

DATA, WORK = Path(os.environ["ALLEARS_DATA"]), Path(os.environ["ALLEARS_WORK"])
MANIFESTS = {
    "digits": WORK / "scratch" / "digits" / "manifest.jsonl",
    "keywords": DATA / "wake-words" / "manifest.jsonl",
    "speaker": WORK / "scratch" / "digits" / "manifest.jsonl",
    "emotion": DATA / "emodb" / "manifest.jsonl",
}
FIELDS = {"digits": "keyword", "keywords": "keyword", "speaker": "speaker", "emotion": "emotion"}
METHOD = "ridge"  # closed form: seconds for thousands of clips
SAME_VOICES = ("digits", "keywords", "speaker")  # tasks whose test clips have voices of the training clips

Row = dict[str, float]


def main() -> None:
    """Measure and print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", type=Path)
    parser.add_argument("--probes", action="store_true", help="learn probes, too")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows = {"most frequent class": {task: chance(task) for task in FIELDS}}
    for run in args.runs:
        print(f"measuring {run}", file=sys.stderr)
        rows[f"{run.name} ({num_parameters(run) / 1e6:.1f} M)"] = of_run(run)
    if args.probes:
        rows["probes on allears-base"] = {task: of_probe(task) for task in FIELDS}
    print(json.dumps(rows, indent=2) if args.json else table(rows))


def clips_of(task: str, *splits: str) -> list[Clip]:
    """Clips of these splits that are labelled for the task."""
    return [c for c in read_manifest(MANIFESTS[task]) if c.split in splits and FIELDS[task] in c.labels]


def chance(task: str) -> float:
    """Share of the most frequent class among the test clips."""
    labels = Counter(clip.labels[FIELDS[task]] for clip in clips_of(task, "test"))
    return max(labels.values()) / labels.total()


def of_run(run: Path) -> Row:
    """Accuracy of each task on its test clips."""
    found: Row = {}
    for manifest in dict.fromkeys(MANIFESTS.values()):
        scores = measure(find_checkpoint(run, prefer_best=False), manifest=str(manifest), split="test")
        own = (task for task in scores if MANIFESTS.get(task) == manifest)
        found |= {task: scores[task]["accuracy"] for task in own}
    return found


def num_parameters(run: Path) -> int:
    """Numbers that were trained; of a frozen encoder from a file, those of the heads."""
    return sum(value.numel() for value in read_checkpoint(find_checkpoint(run, prefer_best=False))["model"].values())


def of_probe(task: str) -> float:
    """Accuracy on the test clips of a probe that learned from the train clips."""
    print(f"learning a probe for {task}", file=sys.stderr)
    train, test = clips_of(task, "train"), clips_of(task, "test")
    labels = [str(clip.labels[FIELDS[task]]) for clip in train]
    speakers = None if task in SAME_VOICES else [str(clip.labels["speaker"]) for clip in train]
    probe = fit_probe(train, labels, name=task, speakers=speakers, method=METHOD, num_threads=1)
    features = read_features(test, ModelFolder(), num_threads=1)
    said = probe.probabilities(features.values).argmax(axis=1)
    right = [probe.classes[index] == clip.labels[FIELDS[task]] for index, clip in zip(said, test, strict=True)]
    return sum(right) / len(right)


def table(rows: dict[str, Row]) -> str:
    """A table in Markdown, accuracies in %."""
    head: Sequence[str] = ("encoder", *FIELDS)
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for name, row in rows.items():
        cells = (f"{100 * row[task]:.1f}" if task in row else "-" for task in FIELDS)
        lines.append("| " + " | ".join((name, *cells)) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
