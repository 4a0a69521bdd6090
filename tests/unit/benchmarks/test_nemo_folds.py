"""Nobody who is tested is trained on, and no sentence that is asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("yaml", reason="the recipes are YAML: install the extra `train`")

from nemo_five_tasks.folds import DEV_SPEAKER, TEST_SPEAKERS, fold_of, parts_of, prepare, split_sentences

from allears.data.manifest import Clip, read_manifest

SPEAKERS = ("KD0", "SM0", "IC0", "KS0", "EB0", "WR0", "TP0", "MK0")
IDS = [str(number) for number in range(1, 91)]
SENTENCES = split_sentences(IDS)


def _clips() -> list[Clip]:
    return [_clip(speaker, sentence) for speaker in SPEAKERS for sentence in IDS]


def _clip(speaker: str, sentence: str) -> Clip:
    labels = {
        "speaker": speaker,
        "sentence_id": sentence,
        "text": sentence,
        "emotion": "fear",
        "gender": "male",
        "age": 24,
    }
    return Clip(f"{speaker}-{sentence}", Path(f"{speaker}-{sentence}.wav"), labels=labels)


@pytest.fixture(params=range(len(TEST_SPEAKERS)))
def fold(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def test_sentences_are_split_the_same_way_at_every_call() -> None:
    assert split_sentences(reversed(IDS)) == SENTENCES
    assert len(SENTENCES.dev) == len(SENTENCES.test) == 9
    assert not SENTENCES.dev & SENTENCES.test


def test_no_voice_that_is_tested_for_more_than_itself_is_trained_on(fold: int) -> None:
    parts = parts_of(_clips(), SENTENCES, fold)
    trained = {clip.labels["speaker"] for clip in parts["train"]}
    assert trained == set(SPEAKERS) - set(TEST_SPEAKERS[fold]) - {DEV_SPEAKER}
    for part in ("dev", "test", "known"):
        for clip in parts[part]:
            name = clip.id.partition("-")[0]
            assert (name in trained) == (set(clip.labels) == {"speaker"}), "a known voice is only asked who it is"


def test_no_clip_is_in_two_parts_that_are_compared(fold: int) -> None:
    parts = {part: {clip.id for clip in clips} for part, clips in parts_of(_clips(), SENTENCES, fold).items()}
    assert not parts["train"] & (parts["dev"] | parts["test"] | parts["known"])
    assert not parts["dev"] & parts["test"]


def test_words_that_are_asked_for_were_never_heard(fold: int) -> None:
    parts = parts_of(_clips(), SENTENCES, fold)
    trained = {clip.labels["text"] for clip in parts["train"]}
    for part in ("dev", "test"):
        assert not trained & {clip.labels["text"] for clip in parts[part] if "text" in clip.labels}
    assert {clip.labels["text"] for clip in parts["known"]} <= trained


def test_every_label_of_a_training_clip_is_trained_on(fold: int) -> None:
    for clip in parts_of(_clips(), SENTENCES, fold)["train"]:
        assert set(clip.labels) == {"emotion", "gender", "age", "speaker", "text"}


def test_dev_is_in_no_test_and_seeds_go_round() -> None:
    assert DEV_SPEAKER not in {name for pair in TEST_SPEAKERS for name in pair}
    assert [fold_of(seed) for seed in range(4)] == [0, 1, 2, 0]


def test_prepare_writes_audio_that_is_that_of_the_corpus(tmp_path: Path) -> None:
    corpus, work = tmp_path / "corpus", tmp_path / "work"
    corpus.mkdir()
    tone = np.round(0.3 * np.sin(np.arange(8000) / 9) * 32768).astype(np.int16)
    rows = []
    for clip in _clips()[::7]:
        soundfile.write(corpus / clip.audio, tone, 16_000)
        rows.append(clip)
    from allears.data.manifest import write_manifest

    write_manifest([_at(clip, corpus) for clip in rows], corpus / "manifest.jsonl")
    counts = prepare(corpus, work, limit=5)
    assert counts["fold-0/train"] == 5
    assert prepare(corpus, work, limit=5) == counts
    clip = next(iter(read_manifest(work / "fold-0" / "train.jsonl")))
    heard, rate = soundfile.read(clip.audio, dtype="int16")
    assert rate == 16_000
    assert np.abs(heard.astype(int) - tone).max() <= 1
    assert not list(work.glob("**/*.partial"))


def test_a_missing_corpus_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"unpack nemo-nc\.tar"):
        prepare(tmp_path, tmp_path / "work")


def _at(clip: Clip, folder: Path) -> Clip:
    from dataclasses import replace

    return replace(clip, audio=folder / clip.audio)
