"""Tables of what `run.py` has finished, as Markdown: python benchmarks/nemo_five_tasks/report.py WORK [--out FILE]"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from allears.report.gains import Gain, Interval, gain_of, interval, mean_gain
from common.run import leave, write_or_print
from nemo_five_tasks.results import MEASURES, Measure, Result, best_factor, read_results, value_of

ALONE, TUNED = "alone", " (tuned)"
TASK_COLUMNS = tuple(measure for measure in MEASURES if measure.part == "test")  # one a task: what Delta_m averages

Rows = dict[str, dict[int, Result]]
"""Row -> seed -> its run; the twins are the row `alone`, whose runs hold all tasks."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).split(":")[0])
    parser.add_argument("work", type=Path, help="the folder that run.py was given with --work")
    parser.add_argument("--out", type=Path, help="Markdown file to write; standard output if left out")
    args = parser.parse_args(argv)
    text = render(read_results(args.work), lambda encoder, method: best_factor(args.work, encoder, method))
    write_or_print(text, args.out)
    return 0


def render(results: Sequence[Result], best: Callable[[str, str], float]) -> str:
    """A section an encoder.

    Raises:
        ValueError: nothing is finished, or runs of another number of steps or threads are among them.
    """
    if not results:
        raise ValueError("no run is finished yet: give the folder that run.py was given with --work")
    parts = []
    for encoder in dict.fromkeys(result["encoder"] for result in results):
        of = [result for result in results if result["encoder"] == encoder]
        _check_alike(encoder, of)
        parts.append(_section(encoder, of, best))
    return "\n\n".join(parts)


def _section(encoder: str, results: Sequence[Result], best: Callable[[str, str], float]) -> str:
    rows = rows_of(results, lambda method: best(encoder, method))
    alone = rows.pop(ALONE, {})
    gains = {name: gains_of(runs, alone) for name, runs in rows.items()}
    order = sorted(rows, key=lambda name: -_mean(gains[name]))
    head = ["method", "seeds", *(measure.title for measure in MEASURES), "Δm %", "parameters", "CPU s / twins"]
    lines = [_line(head), _line(["---"] * len(head)), _line(_cells(ALONE, alone, [], alone))]
    lines += [_line(_cells(name, rows[name], gains[name], alone)) for name in order]
    first = next((result for result in results if result.get("longer", 1.0) == 1.0), results[0])
    seeds = len({r["seed"] for r in results})
    facts = (
        f"{first['steps']} steps a run, {first['threads']} threads, {first['device']}, {first['machine']['cpu']}; "
        f"torch {first['versions'].get('torch')}; code: {first['source'] or 'not given'}; {len(results)} runs, "
        f"{seeds} seeds. "
        "Mean ± half of the 95 % interval over seeds (t); no ±: one seed."
    )
    return "\n".join([f"## {encoder}", "", facts, "", *lines, "", *_says(gains, rows, alone)])


def rows_of(results: Sequence[Result], best: Callable[[str], float]) -> Rows:
    """Methods as rows; where learning rates were tuned, the chosen ones are a row of their own."""
    rows: Rows = {}
    tuned = {r["method"] for r in results if r["factor"] != 1.0 or r["dev"]}
    chosen = {method: best(method) for method in sorted(tuned)}
    for result in results:
        group, _, task = result["method"].partition("/")
        name = ALONE if group == ALONE else result["method"]
        names = [name] if result["factor"] == 1.0 else []
        if result["factor"] == chosen.get(result["method"]):
            names += [name + TUNED]
        for row in names:
            runs = rows.setdefault(row, {})
            seed = result["seed"]
            runs[seed] = _joined(runs.get(seed), result, task) if group == ALONE else result
    for seed, run in rows.get(ALONE + TUNED, {}).items():  # what dev cannot judge stays as it is
        for result in results:
            task = result["method"].removeprefix("alone/")
            if result["method"] != task and result["seed"] == seed and result["method"] not in chosen:
                run = _joined(run, result, task)
        rows[ALONE + TUNED][seed] = run
    if not any(r["factor"] != 1.0 for r in results):  # nothing was tried but 1: nothing was tuned
        rows = {name: runs for name, runs in rows.items() if not name.endswith(TUNED)}
    return rows


def gains_of(runs: Mapping[int, Result], alone: Mapping[int, Result]) -> list[Gain]:
    """One a task that both sides have, paired by seed."""
    found = []
    for measure in TASK_COLUMNS:
        joint, twin = _values(runs, measure), _values(alone, measure)
        if joint and twin:
            better = measure.is_higher_better
            found.append(gain_of(measure.task, measure.metric, joint, twin, is_higher_better=better))
    return found


def _joined(before: Result | None, result: Result, task: str) -> Result:
    """Twins of one seed as one run: every task's own scores, parameters and time together."""
    parts = {"parameters": sum(result["parameters"].values()), "trained_cpu_s": result["trained_cpu_s"]}
    if before is None:
        return {**result, **parts, "tasks": (task,)}
    return {
        **before,
        **{part: {**before[part], **result[part]} for part in ("test", "known", "dev")},
        **{name: before[name] + value for name, value in parts.items()},
        "tasks": (*before["tasks"], task),
    }


def _cells(name: str, runs: Mapping[int, Result], gains: Sequence[Gain], alone: Mapping[int, Result]) -> list[str]:
    columns = [_text(_values(runs, measure), 100.0) for measure in MEASURES]
    delta = mean_gain(gains) if len(gains) == len(TASK_COLUMNS) else None
    sizes = [_size(run) for run in runs.values()]
    ratios = _ratios(runs, alone)
    return [
        name,
        str(len(runs)),
        *columns,
        _interval(delta, 100.0),
        f"{sizes[0] / 1e6:.2f} M" if sizes else "-",
        f"{sum(ratios) / len(ratios):.2f}" if ratios else "-",
    ]


def _says(gains: Mapping[str, Sequence[Gain]], rows: Rows, alone: Mapping[int, Result]) -> list[str]:
    """Who wins, in words, and whether the target is met."""
    whole = {n: found for n, found in gains.items() if len(found) == len(TASK_COLUMNS) and n != ALONE + TUNED}
    if not whole:
        return ["No method has been measured on all five tasks beside its twins yet."]
    winner = max(whole, key=lambda name: _mean(whole[name]))
    lines = [f"Largest mean gain: **{winner}**, {_interval(mean_gain(whole[winner]), 100.0)} %."]
    known = [(gain.task, gain.relative) for gain in whole[winner] if gain.relative is not None]
    lines += [f"- {task}: {_interval(relative, 100.0)} % ({relative.verdict})" for task, relative in known]
    means = [relative.mean for _, relative in known]
    clear = [task for task, relative in known if relative.verdict == "better"]
    is_met = all(mean >= 0 for mean in means) and bool(clear)
    lines.append(
        f"\nAt or above the twins on {sum(mean >= 0 for mean in means)} of {len(means)} tasks, clearly better on "
        f"{len(clear)}: the target (all, and one clearly) is {'met' if is_met else 'not met'}. The winner was picked "
        f"among {len(whole)} rows on these very numbers, which flatters it."
    )
    if ALONE + TUNED in rows:
        against = mean_gain(gains_of(rows[winner], rows[ALONE + TUNED]))
        lines.append(f"Against the twins at their own tuned rates: {_interval(against, 100.0)} %.")
    ratios = _ratios(rows.get("equal", {}), alone)
    if ratios:
        mean = sum(ratios) / len(ratios)
        lines.append(f"Time of `equal` against the sum of its twins: {mean:.2f} (target: below 0.4).")
    return lines


def _check_alike(encoder: str, results: Sequence[Result]) -> None:
    for key in ("steps", "threads", "device"):
        plain = [result for result in results if key != "steps" or result.get("longer", 1.0) == 1.0]
        values = sorted({str(result[key]) for result in plain})
        if len(values) > 1:
            raise ValueError(
                f"{encoder}: runs differ in {key} ({', '.join(values)}) and cannot stand in one table: give each "
                "setting a work folder of its own"
            )


def _ratios(runs: Mapping[int, Result], alone: Mapping[int, Result]) -> list[float]:
    """CPU time over that of all five twins of the same seed."""
    return [runs[seed]["trained_cpu_s"] / alone[seed]["trained_cpu_s"] for seed in runs if _is_whole(alone, seed)]


def _is_whole(alone: Mapping[int, Result], seed: int) -> bool:
    return seed in alone and len(alone[seed]["tasks"]) == len(TASK_COLUMNS)


def _values(runs: Mapping[int, Result], measure: Measure) -> dict[int, float]:
    found = {seed: value_of(run, measure) for seed, run in runs.items()}
    return {seed: value for seed, value in found.items() if value is not None}


def _size(run: Result) -> int:
    size = run["parameters"]
    return int(sum(size.values()) if isinstance(size, Mapping) else size)


def _mean(gains: Sequence[Gain]) -> float:
    found = mean_gain(gains)
    return float("-inf") if found is None or len(gains) < len(TASK_COLUMNS) else found.mean


def _text(values: Mapping[int, float], scale: float) -> str:
    return _interval(interval(list(values.values())), scale) if values else "-"


def _interval(found: Interval | None, scale: float) -> str:
    if found is None:
        return "-"
    if found.low is None or found.high is None:
        return f"{scale * found.mean:.1f}"
    return f"{scale * found.mean:.1f} ± {scale * (found.high - found.low) / 2:.1f}"


def _line(cells: Sequence[Any]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


if __name__ == "__main__":
    leave(main)
