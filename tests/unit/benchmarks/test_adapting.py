"""The runs of adaptations: which there are, what each learns from, what it changes, and how the table reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="install the extra `train`")

from adapting.plan import BESIDE, FROZEN, FULL, LORA, LORA_DECODER, METHODS, REHEARSED, SCRATCH, ZERO_SHOT, Run, plan
from adapting.settings import STEPS, settings_of
from adapting.subsets import ALL, minutes_of, prepare, train_path
from adapting.table import Rate, cells_of, rate_of, render
from adapting.targets import TARGETS, target_of

from allears.data.manifest import read_manifest

THERE = {"cs": 88.0, "fr-CA": 15.0, "cs-en": 88.0}


def test_a_cell_has_the_methods_that_its_target_has_a_use_for() -> None:
    targets = [target_of(name) for name in THERE]
    runs = list(plan(targets, [5.0, 20.0, ALL], [0, 1], THERE))
    keys = [run.key for run in runs]
    assert len(keys) == len(set(keys))
    assert keys[0] == "cs/zero-shot" and runs[1].minutes == 5.0, "the cheapest first"
    assert {r.method for r in runs if r.target == "cs"} == set(METHODS) - {BESIDE}
    assert {r.method for r in runs if r.target == "fr-CA"} == set(METHODS) - {BESIDE, REHEARSED}
    assert {r.method for r in runs if r.target == "cs-en"} == {ZERO_SHOT, LORA, BESIDE}
    assert {r.minutes for r in runs if r.target == "fr-CA" and r.method == LORA} == {5.0, ALL}, "20 are not there"
    assert [r.minutes for r in runs if r.target == "cs" and r.method == LORA and r.seed == 1] == [5.0, 20.0, ALL]
    assert max(keys.index(k) for k in keys if "seed-0" in k) < min(keys.index(k) for k in keys if "seed-1" in k)
    with pytest.raises(ValueError, match="no method prompt"):
        list(plan(targets, [5.0], [0], THERE, ["prompt"]))
    with pytest.raises(ValueError, match=r"no target 'xx': give one of cs, nl"):
        target_of("xx")


def _corpora(data: Path) -> Path:
    """Clips of 6 s without sound."""
    for corpus, languages in (("fillets", ("cs", "nl")), ("asterisk-prompts", ("en", "es-MX", "ru")),
                              ("librispeech-mini", ("en",)), ("speechocean762", ())):  # fmt: skip
        rows = [
            {"id": f"{split}-{code}-{n}", "audio": f"{n}.wav", "duration_s": 6.0, "split": split, "language": code,
             "text": "AHOJ" if n == 0 else "Ahoj", "translations": {"en": "Hi"}}
            for code in languages for split in ("train", "dev", "test") for n in range(100)
        ]  # fmt: skip
        (data / corpus).mkdir(parents=True)
        (data / corpus / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return data


def test_subsets_are_nested_and_what_is_measured_on_never_changes(tmp_path: Path) -> None:
    data, cs = _corpora(tmp_path / "data"), target_of("cs")
    prepare(data, tmp_path, [cs], [1.0, 5.0, ALL], [0, 1])
    ids = {
        (minutes, seed): [clip.id for clip in read_manifest(train_path(tmp_path, cs, minutes, seed))]
        for minutes in (1.0, 5.0, ALL) for seed in (0, 1)
    }  # fmt: skip
    assert [len(ids[m, 0]) for m in (1.0, 5.0, ALL)] == [10, 50, 100]
    assert ids[5.0, 0][:10] == ids[1.0, 0] and set(ids[5.0, 0]) < set(ids[ALL, 0])
    assert ids[1.0, 0] != ids[1.0, 1] and ids[ALL, 0] == ids[ALL, 1]
    assert all(name.startswith("train-cs") for name in ids[ALL, 0])
    assert minutes_of(train_path(tmp_path, cs, 5.0, 0)) == pytest.approx(5.0)
    tested = list(read_manifest(tmp_path / "data" / "cs" / "test.jsonl"))
    assert len(tested) == 80 and tested[0].audio.resolve() == (data / "fillets" / "0.wav").resolve()
    assert len(list(read_manifest(tmp_path / "data" / "old" / "es.jsonl"))) == 20
    learned = {clip.labels["text"] for clip in read_manifest(train_path(tmp_path, cs, ALL, 0))}
    assert learned == {"Ahoj"}, "nothing is learned in capitals"


def _settings(run: Run, work: Path, **more: Any) -> dict[str, Any]:
    return settings_of(run, work, **{"speech": run.minutes or 88.0, **more})


def test_each_method_changes_its_own(tmp_path: Path) -> None:
    found = {m: _settings(Run("cs", m, 5.0, 3), tmp_path) for m in (LORA, LORA_DECODER, FROZEN, FULL, SCRATCH)}
    assert {m: s.get("adapt", {}).get("method") for m, s in found.items()} == {
        LORA: "lora", LORA_DECODER: "lora", FROZEN: "frozen", FULL: "full", SCRATCH: None,
    }  # fmt: skip
    kept = {m for m, s in found.items() if s.get("encoder", {}).get("kind") == "exported"}
    assert kept == {LORA_DECODER, FROZEN}
    assert found[LORA_DECODER]["adapt"]["parts"] == ["decoder"] and "parts" not in found[LORA]["adapt"]
    assert found[SCRATCH]["encoder"]["kind"] == "cnn-bilstm" and found[SCRATCH]["tasks"]["transcribe"]["kind"] == "ctc"
    assert all(s["seed"] == 3 and s["data"]["train"] == found[LORA]["data"]["train"] for s in found.values())


def test_steps_grow_with_the_speech_and_may_be_told(tmp_path: Path) -> None:
    steps = [_settings(Run("cs", LORA, m, 0), tmp_path)["optim"]["num_steps"] for m in (5.0, 20.0, ALL)]
    assert steps == list(STEPS[LORA]) == sorted(steps)
    assert _settings(Run("cs", LORA, 5.0, 0), tmp_path, steps=3)["optim"]["num_steps"] == 3
    assert set(STEPS) == set(METHODS) - {ZERO_SHOT}


def test_a_third_of_the_clips_is_rehearsed(tmp_path: Path) -> None:
    prepare(_corpora(tmp_path / "data"), tmp_path, [target_of("cs")], [5.0], [0])
    new, old = _settings(Run("cs", REHEARSED, 5.0, 0), tmp_path)["data"]["train"]
    assert old["weight"] * 100 / (50 + old["weight"] * 100) == pytest.approx(1 / 3)
    assert "weight" not in new and Path(old["manifest"]).name == "english.jsonl"


def test_a_translation_is_learned_alone_or_beside_the_transcript(tmp_path: Path) -> None:
    assert set(_settings(Run("cs-en", LORA, 5.0, 0), tmp_path)["tasks"]) == {"translate"}
    assert set(_settings(Run("cs-en", BESIDE, 5.0, 0), tmp_path)["tasks"]) == {"translate", "transcribe"}


def _result(method: str, cer: float, english: float = 0.12, *, minutes: float = 20.0, seed: int = 0) -> dict[str, Any]:
    old = {"en": {"wer": {"value": english}}} if method != SCRATCH else {}
    rates = {"cer": {"value": cer, "low": cer - 0.02, "high": cer + 0.02}}
    costs = {} if method == ZERO_SHOT else {"trained_cpu_s": 300.0, "steps": 70}
    return {"target": "cs", "method": method, "minutes": minutes, "seed": seed, "there": 88.0, "split": "test",
            "measured": {"target": rates, "old": old, "adapter_mb": 25.0}, **costs}  # fmt: skip


def test_the_table_says_what_was_found() -> None:
    results = [_result(ZERO_SHOT, 0.3), _result(LORA, 0.15, 0.15), _result(LORA, 0.17, 0.15, seed=1),
               _result(SCRATCH, 0.6), _result(FULL, 0.2, minutes=ALL)]  # fmt: skip
    text = render(cells_of(results))
    assert "| Czech | CER | 20 | 30.0 (28.0 to 32.0) | **16.0 (15.0 to 17.0)** | - | 60.0 (58.0 to 62.0) |" in text
    assert text.index("| Czech | CER | 20 |") < text.index("| Czech | CER | all (88) |")
    assert "| Czech | 20 | lora | +3.0 | - | - |" in text and "| Czech | 20 | scratch |" not in text
    assert "20 minutes, lora: 47 % fewer letter errors (asked for: 40); English WER +3.0 points worn always" in text
    assert "| lora | 2 | 70 | 5.0 | 25.0 |" in text


def test_spread_is_of_seeds_where_there_are_some() -> None:
    one, two = _result(LORA, 0.1), _result(LORA, 0.2)
    assert rate_of([one], "cer") == Rate(0.1, pytest.approx(0.08), pytest.approx(0.12))
    assert rate_of([one, two], "cer") == Rate(pytest.approx(0.15), 0.1, 0.2)
    assert rate_of([one], "wer") is None and rate_of([], "cer") is None and str(Rate(0.5)) == "50.0"


def test_what_cannot_stand_in_one_table() -> None:
    with pytest.raises(ValueError, match="no run is finished"):
        cells_of([])
    with pytest.raises(ValueError, match="measured on dev and test"):
        cells_of([_result(LORA, 0.1), _result(LORA, 0.1) | {"split": "dev"}])


def test_every_panel_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="install the extra `report`")
    from adapting.picture import draw

    draw(cells_of([_result(ZERO_SHOT, 0.3), _result(LORA, 0.2, minutes=5.0), _result(LORA, 0.1)]), tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="only zero-shot"):
        draw(cells_of([_result(ZERO_SHOT, 0.3)]), tmp_path / "b.png")


def test_titles_and_names_differ() -> None:
    assert len({t.name for t in TARGETS}) == len({t.title for t in TARGETS}) == len(TARGETS)
