"""The tables of adaptations, as Markdown: errors by cell and method, what was forgotten, translations, what they cost.

In: results of `run.py`. Out: text. A cell is a mean over seeds with its spread: lowest and highest seed, or, of one
seed, the 95 % bootstrap interval over clips.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapting.plan import LORA, LORA_DECODER, METHODS, ZERO_SHOT
from adapting.subsets import ALL
from adapting.targets import OLD, TARGETS, Target

__all__ = ["Cells", "Rate", "cells_of", "rate_of", "render"]

Result = Mapping[str, Any]
Cells = Mapping[tuple[str, float, str], Sequence[Result]]
"""(target, minutes, method) -> results, one a seed; the minutes of zero-shot are 0."""

_WANTED_SHARE, _ALLOWED_POINTS = 40.0, 0.3  # of Czech letter errors; of the English word error rate


@dataclass(frozen=True)
class Rate:
    """A mean of shares and its spread; None where nothing tells it."""

    value: float
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        spread = "" if self.low is None or self.high is None else f" ({100 * self.low:.1f} to {100 * self.high:.1f})"
        return f"{100 * self.value:.1f}{spread}"


def cells_of(results: Iterable[Result]) -> Cells:
    """Finished runs by what they are about.

    Raises:
        ValueError: none is finished, or they were measured on different splits.
    """
    found: dict[tuple[str, float, str], list[Result]] = {}
    for result in results:
        minutes = 0.0 if result["method"] == ZERO_SHOT else float(result["minutes"])
        found.setdefault((result["target"], minutes, result["method"]), []).append(result)
    if not found:
        raise ValueError("no run is finished: start benchmarks/adapting/run.py")
    splits = sorted({result["split"] for one in found.values() for result in one})
    if len(splits) > 1:
        raise ValueError(f"runs were measured on {' and '.join(splits)}: give each split a work folder of its own")
    return found


def rate_of(results: Sequence[Result], measure: str, where: str | None = None) -> Rate | None:
    """Of the target's clips, or of an old language's; None if it was not measured."""
    parts = [one["measured"]["target"] if where is None else one["measured"]["old"].get(where) for one in results]
    rates = [part[measure] for part in parts if part is not None and measure in part]
    if not rates:
        return None
    values = [rate["value"] for rate in rates]
    if len(values) > 1:
        return Rate(sum(values) / len(values), min(values), max(values))
    return Rate(values[0], rates[0].get("low"), rates[0].get("high"))


def render(cells: Cells) -> str:
    """All tables that there is something to say in, and whether the numbers of issue 5 are reached."""
    parts = [_errors(cells, task) for task in ("transcribe", "translate")]
    parts += [_forgotten(cells), _costs(cells), _verdict(cells)]
    return "\n\n".join(part for part in parts if part)


def _errors(cells: Cells, task: str) -> str:
    targets = [target for target in TARGETS if target.task == task and any(key[0] == target.name for key in cells)]
    if not targets:
        return ""
    methods = [m for m in METHODS if any(key[2] == m and key[0] in {t.name for t in targets} for key in cells)]
    title = "Errors on the target's test clips, %" if task == "transcribe" else "Translations, chrF"
    columns = ["target", "measure", "minutes", *methods]
    rows = [row for target in targets for row in _rows(cells, target, methods)]
    return _table(f"{title} ({'lower' if task == 'transcribe' else 'higher'} is better)", columns, rows)


def _rows(cells: Cells, target: Target, methods: Sequence[str]) -> Iterable[list[str]]:
    amounts = sorted({key[1] for key in cells if key[0] == target.name and key[2] != ZERO_SHOT}, key=_by_size)
    pick = max if target.task == "translate" else min
    for minutes in amounts or [0.0]:
        rates = [rate_of(_cell(cells, target.name, minutes, method), target.measure) for method in methods]
        known = [rate.value for rate in rates if rate is not None]
        best = pick(known) if len(known) > 1 else None
        texts = ["-" if r is None else f"**{r}**" if r.value == best else str(r) for r in rates]
        yield [
            target.title,
            target.measure.upper() if pick is min else "chrF",
            _minutes(cells, target, minutes),
            *texts,
        ]


def _forgotten(cells: Cells) -> str:
    """Points that old languages lost with the adapter worn always; the transcript's largest amount of each target."""
    rows = []
    for target in TARGETS:
        before = cells.get((target.name, 0.0, ZERO_SHOT), ())
        for key in sorted((k for k in cells if k[0] == target.name and k[2] != ZERO_SHOT), key=_order):
            cells_text = [_lost(before, cells[key], name) for name in OLD]
            if any(text != "-" for text in cells_text):
                rows.append([target.title, _minutes(cells, target, key[1]), key[2], *cells_text])
    if not rows:
        return ""
    columns = ["target", "minutes", "method", *(f"{name} {_unit(name).upper()}" for name in OLD)]
    title = "What other languages lose, points, with the adapter worn always"
    return (
        _table(title, columns, rows)
        + "\n\nWorn for its language (`--adapter cs=NAME`), an adapter changes none of these."
    )


def _lost(before: Sequence[Result], after: Sequence[Result], name: str) -> str:
    was, now = rate_of(before, _unit(name), name), rate_of(after, _unit(name), name)
    return "-" if was is None or now is None else f"{100 * (now.value - was.value):+.1f}"


def _costs(cells: Cells) -> str:
    """CPU minutes of training and megabytes of the adapter, largest of each method."""
    rows = []
    for method in METHODS:
        runs = [one for key, of in cells.items() if key[2] == method for one in of if "trained_cpu_s" in one]
        if runs:
            minutes = sorted(one["trained_cpu_s"] / 60 for one in runs)
            sizes = [one["measured"]["adapter_mb"] for one in runs if "adapter_mb" in one["measured"]]
            steps = sorted({one["steps"] for one in runs})
            rows.append([
                method, str(len(runs)), _span([f"{s}" for s in steps]), _span([f"{m:.1f}" for m in minutes]),
                f"{max(sizes):.1f}" if sizes else "-",
            ])  # fmt: skip
    return _table("What a run costs", ["method", "runs", "steps", "CPU minutes", "adapter, MB"], rows) if rows else ""


def _verdict(cells: Cells) -> str:
    """Czech with 20 minutes and LoRA against the numbers that were asked for."""
    zero = cells.get(("cs", 0.0, ZERO_SHOT), ())
    lines = []
    for method in (LORA_DECODER, LORA):
        runs = cells.get(("cs", 20.0, method), ())
        was, now = rate_of(zero, "cer"), rate_of(runs, "cer")
        if was is None or now is None:
            continue
        share = 100 * (was.value - now.value) / was.value
        line = f"Czech, 20 minutes, {method}: {share:.0f} % fewer letter errors (asked for: {_WANTED_SHARE:.0f})"
        english, after = rate_of(zero, "wer", "en"), rate_of(runs, "wer", "en")
        if english is not None and after is not None:
            lost = 100 * (after.value - english.value)
            line += f"; English WER {lost:+.1f} points worn always, +0.0 worn for Czech (allowed: {_ALLOWED_POINTS})"
        lines.append(line + ".")
    return "\n".join(lines)


def _cell(cells: Cells, target: str, minutes: float, method: str) -> Sequence[Result]:
    return cells.get((target, 0.0 if method == ZERO_SHOT else minutes, method), ())


def _minutes(cells: Cells, target: Target, minutes: float) -> str:
    if minutes != ALL:
        return f"{minutes:g}"
    there = [one["there"] for key, of in cells.items() if key[0] == target.name for one in of]
    return f"all ({there[0]:.0f})"


def _unit(language: str) -> str:
    return "wer" if language == "en" else "cer"


def _by_size(minutes: float) -> float:
    return minutes or float("inf")


def _order(key: tuple[str, float, str]) -> tuple[float, int]:
    return _by_size(key[1]), METHODS.index(key[2])


def _span(texts: Sequence[str]) -> str:
    return texts[0] if texts[0] == texts[-1] else f"{texts[0]} to {texts[-1]}"


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join([f"**{title}**", "", *("| " + " | ".join(line) + " |" for line in lines)])
