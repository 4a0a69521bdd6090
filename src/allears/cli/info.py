"""What the model can do: its tasks, languages, sizes, and whether its files are intact."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from allears.cli import _exit, _session

if TYPE_CHECKING:
    from allears.runtime.model_folder import ModelFolder
    from allears.spec import TaskSpec

__all__ = ["add_arguments", "model_facts", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allears info`."""
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    _session.add_model_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Print what is known of the model; code 1 if a file of it is missing or was changed."""
    facts = model_facts(_session.open_folder(args))
    if args.json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _print(facts)
    return _exit.FAILED if facts["damaged_files"] else _exit.OK


def model_facts(folder: ModelFolder) -> dict[str, Any]:
    """Everything `allears info` tells of a model, as plain values."""
    from allears import __version__
    from allears.cli._sizes import damaged_files, folder_bytes, needed_bytes
    from allears.vocabulary import LANGUAGES

    spec = folder.spec
    damaged = damaged_files(folder)
    return {
        "allears": __version__,
        "model": spec.name,
        "version": spec.version,
        "folder": str(folder.path),
        "bytes": folder_bytes(folder.path),
        "sha256": "damaged" if damaged else "ok" if folder.sums else "no list to check with",
        "damaged_files": damaged,
        "sample_rate_hz": spec.sample_rate,
        "frame_shift_s": spec.frame_shift_s,
        "max_window_s": spec.max_window_s,
        "encoder": {"layers": spec.num_layers, "dim": spec.dim, "bytes": needed_bytes(folder, ())},
        "tasks": [_task_facts(folder, task) for task in spec.tasks],
        "languages": sorted(LANGUAGES) if any(task.name == "transcribe" for task in spec.tasks) else [],
        "notes": spec.notes,
    }


def _task_facts(folder: ModelFolder, task: TaskSpec) -> dict[str, Any]:
    from allears.cli._sizes import needed_bytes

    return {
        "name": task.name,
        "answers_per": str(task.resolution),
        "kind": str(task.decode.get("kind", "")),
        "classes": list(task.classes),
        "is_default": task.is_default,
        "bytes": needed_bytes(folder, [task.name]) - needed_bytes(folder, ()),
    }


def _print(facts: dict[str, Any]) -> None:
    from allears.cli._rows import text_row
    from allears.cli._sizes import megabytes
    from allears.cli._table import print_table

    damage = "; ".join(facts["damaged_files"].values())
    rows = [
        text_row("folder", facts["folder"]),
        text_row("size", f"{megabytes(facts['bytes'])}, sha256 {facts['sha256']} {damage}"),
        text_row("input", f"{facts['sample_rate_hz']} Hz, {facts['max_window_s']:g} s a pass, longer audio in windows"),
        text_row("encoder", f"{facts['encoder']['layers']} layers of {facts['encoder']['dim']}, "
                            f"{megabytes(facts['encoder']['bytes'])}"),
        *(text_row(task["name"], _task_text(task)) for task in facts["tasks"]),
    ]  # fmt: skip
    if facts["languages"]:
        rows.append(text_row("languages", f"{len(facts['languages'])}: {' '.join(facts['languages'])}"))
    if facts["notes"]:
        rows.append(text_row("notes", facts["notes"]))
    print_table(f"{facts['model']} {facts['version']} (allears {facts['allears']})", rows)


def _task_text(task: dict[str, Any]) -> str:
    from allears.cli._sizes import megabytes

    classes = task["classes"]
    names = f": {' '.join(classes[:12])}{' ...' if len(classes) > 12 else ''}" if classes else ""
    request = "" if task["is_default"] else f", on request (--task {task['name']})"
    return f"{task['kind']} per {task['answers_per']}, {megabytes(task['bytes'])}{request}{names}"
