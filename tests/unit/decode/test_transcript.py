"""The text decoder at run time, on a tiny exported model: what it says is noise, but always the same.

Letters: L layers, T frames, D width.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest

pytest.importorskip("torch", reason="the tiny model is exported with the extra `train`")

from allears.decode import draft, reader, reconsider
from allears.decode.greedy import Greedy
from allears.decode.guards import token_budget
from allears.decode.spelled import Spelled
from allears.decode.transcript import Started, TranscriptDecoder
from allears.runtime.model_folder import ModelFolder
from allears.spec import Resolution, TaskSpec
from allears.vocabulary import LANGUAGES
from tests.unit.ctc_scores import LETTERS, spelt


@pytest.fixture(scope="module")
def decoder(plain_folder: Path) -> TranscriptDecoder:
    spec = ModelFolder(plain_folder).spec
    return TranscriptDecoder(plain_folder, spec.task("transcribe"), spec, num_threads=1)


@pytest.fixture(scope="module")
def layers(plain_folder: Path, clips: list[np.ndarray]) -> np.ndarray:
    """(L, 1, T, D) of a second of noise."""
    session = ort.InferenceSession(plain_folder / "encoder.onnx", providers=["CPUExecutionProvider"])
    out: np.ndarray = session.run(["layers"], {"audio": clips[1][None]})[0]
    return out


def test_the_same_window_says_the_same(decoder: TranscriptDecoder, layers: np.ndarray) -> None:
    one, two = (decoder.listen(layers, duration_s=1.0) for _ in range(2))
    assert one == two
    assert one.segments, "the random model of this test writes something"
    words = [word for segment in one.segments for word in segment.words]
    assert all(0.0 <= w.start_s <= w.end_s <= 1.0 for w in words)
    assert sum(len(s.tokens) for s in one.segments) <= token_budget(1.0)


def test_a_first_look_can_be_used_again(decoder: TranscriptDecoder, layers: np.ndarray) -> None:
    started = decoder.start(layers)
    assert decoder.listen(started, duration_s=1.0) == decoder.listen(layers, duration_s=1.0)
    assert decoder.listen(started, duration_s=1.0) == decoder.listen(layers, duration_s=1.0), "it was left as it was"
    assert decoder.language_probabilities(layers) == started.language_probabilities


def test_times_move_with_the_window(decoder: TranscriptDecoder, layers: np.ndarray) -> None:
    here = decoder.listen(layers, duration_s=1.0)
    there = decoder.listen(layers, start_s=100.0, duration_s=1.0)
    assert [s.text for s in here.segments] == [s.text for s in there.segments]
    assert [s.start_s + 100 for s in here.segments] == pytest.approx([s.start_s for s in there.segments])


def test_languages(decoder: TranscriptDecoder, layers: np.ndarray) -> None:
    started = decoder.start(layers)
    assert tuple(started.language_probabilities) == LANGUAGES
    assert sum(started.language_probabilities.values()) == pytest.approx(1.0, abs=1e-5)
    ranked = sorted(LANGUAGES, key=lambda code: -started.language_probabilities[code])
    assert decoder.listen(started, duration_s=1.0).language == ranked[0]
    assert decoder.listen(started, duration_s=1.0, languages=[ranked[9], ranked[5] + "-XX"]).language == ranked[5]
    assert decoder.listen(started, duration_s=1.0, language="pt-BR").language == "pt"


def test_what_is_asked_for_is_what_is_fed(decoder: TranscriptDecoder, layers: np.ndarray) -> None:
    started = decoder.start(layers)
    assert decoder.write(started, "de", 1.0).logprobs != decoder.write(started, "haw", 1.0).logprobs


def test_a_translation_is_asked_of_the_same_networks(decoder: TranscriptDecoder) -> None:
    task = TaskSpec("translate", Resolution.TEXT, {"kind": "transcript", "writes": "translation"}, (), "decoder.onnx")
    other = decoder.asked_for(task)
    assert (decoder.asks, other.asks) == (decoder.vocabulary.transcribe, decoder.vocabulary.translate)
    assert other._decoder is decoder._decoder and other.vocabulary is decoder.vocabulary


@pytest.mark.parametrize("given", [{"language": "klingon"}, {"languages": ["de", "klingon"]}])
def test_an_unknown_language_is_refused(decoder: TranscriptDecoder, layers: np.ndarray, given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="unknown language 'klingon': give one of af, am"):
        decoder.listen(layers, duration_s=1.0, **given)


def _with(decoder: TranscriptDecoder, layers: np.ndarray, patch: pytest.MonkeyPatch, **what: Any) -> tuple[Any, ...]:
    """Segments if the decoder writes `tokens`, each with `logprob`, and is that sure of silence."""
    tokens = what["tokens"]
    rows = np.ones((1, len(tokens) + 1, layers.shape[2]), np.float32)
    greedy = Greedy(tokens, [what["logprob"]] * (len(tokens) + 1), rows)
    patch.setattr(reader, "write_greedily", lambda *_, **__: greedy)
    started: Started = replace(decoder.start(layers), no_speech_probability=what["silence"])
    return decoder.listen(started, duration_s=1.0).segments


@pytest.mark.parametrize(
    ("tokens", "logprob", "silence", "is_text"),
    [
        ([300, 301], -0.1, 0.99, True),  # sure of the words
        ([300, 301], -2.0, 0.1, True),  # sure that somebody speaks
        ([300, 301], -2.0, 0.99, False),  # a guess where nobody speaks
        ([], -0.1, 0.0, False),
        ([220, 220], -0.1, 0.0, False),  # blanks
    ],
)
def test_a_guess_where_nobody_speaks_is_no_text(
    decoder: TranscriptDecoder,
    layers: np.ndarray,
    monkeypatch: pytest.MonkeyPatch,
    tokens: list[int],
    logprob: float,
    silence: float,
    is_text: bool,
) -> None:
    segments = _with(decoder, layers, monkeypatch, tokens=tokens, logprob=logprob, silence=silence)
    assert bool(segments) == is_text
    for segment in segments:
        assert (segment.mean_logprob, segment.no_speech_probability) == (pytest.approx(logprob), silence)
        assert segment.compression_ratio > 0


def test_a_draft_changes_nothing(decoder: TranscriptDecoder, layers: np.ndarray) -> None:
    started = decoder.start(layers)
    wanted = decoder.write(started, "en", 1.0)
    for text in ("any text will do", "a", ""):
        drafted = decoder.write(started, "en", 1.0, None, spelt(text))
        assert drafted.tokens == wanted.tokens
        np.testing.assert_allclose(drafted.logprobs, wanted.logprobs, atol=1e-3)
        np.testing.assert_allclose(drafted.alignment, wanted.alignment, atol=1e-4)
        assert drafted.num_passes <= wanted.num_passes


def test_a_right_draft_saves_passes(
    decoder: TranscriptDecoder, layers: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = decoder.start(layers)
    wanted = decoder.write(started, "en", 1.0)
    monkeypatch.setattr(draft.Draft, "ahead", lambda *_: [wanted.tokens[-1]] * 11)  # what it loops on
    drafted = decoder.write(started, "en", 1.0, None, spelt("a"))
    assert drafted.tokens == wanted.tokens
    assert drafted.num_passes < wanted.num_passes / 2


@pytest.mark.parametrize(("silence", "letter", "is_text"), [(0.9, 0.0, False), (0.2, 0.0, True), (0.9, 9.0, True)])
def test_no_text_where_ctc_and_the_decoder_hear_nobody(
    decoder: TranscriptDecoder,
    layers: np.ndarray,
    monkeypatch: pytest.MonkeyPatch,
    silence: float,
    letter: float,
    is_text: bool,
) -> None:
    monkeypatch.setattr(reconsider, "why_suspicious", lambda *_: None)
    logits = np.zeros((50, len(LETTERS)), np.float32)
    logits[:, 0], logits[7, 3] = 10.0, letter
    started = replace(decoder.start(layers), no_speech_probability=silence)
    heard = decoder.listen(started, duration_s=1.0, language="en", spelled=Spelled(logits, LETTERS, 0.02))
    unhelped = decoder.listen(started, duration_s=1.0, language="en")
    assert bool(heard.segments) == (is_text and bool(unhelped.segments))
    assert heard.language == "en"


def _scored(decoder: TranscriptDecoder, started: Started, tokens: list[int]) -> float:
    """Sum of the log-probabilities of tokens fed one by one."""
    vocabulary = decoder.vocabulary
    fed, cache, total = [vocabulary.language_token("en"), decoder.asks, vocabulary.no_timestamps], started.cache, 0.0
    for token in [*tokens, vocabulary.end]:
        logits, _, cache = decoder._step(fed, started.cross, cache)
        scores = logits[-1, : vocabulary.end + 1].astype(float)
        total += scores[token] - scores.max() - np.log(np.exp(scores - scores.max()).sum())
        fed = [token]
    return total


def test_texts_are_scored(decoder: TranscriptDecoder, layers: np.ndarray) -> None:
    started = decoder.start(layers)
    texts = ["play aaab", " play aaab ", "stop", ""]
    scores = decoder.score(started, "en-GB", texts)
    assert scores[0] == scores[1]
    tokens = [decoder._tokenizer.encode(text) for text in (" play aaab", " stop", "")]
    wanted = [_scored(decoder, started, one) for one in tokens]
    assert [scores[0], scores[2], scores[3]] == pytest.approx(wanted, abs=1e-2)
    assert decoder.score(started, "en", []) == []
    with pytest.raises(ValueError, match="a text of 499 tokens cannot be judged in one window, 'é"):
        decoder.score(started, "en", ["é" * 249])


def test_a_suspicious_text_is_judged_again(
    decoder: TranscriptDecoder, layers: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = [300, 301, 302, 303] * 4
    rows = np.ones((1, len(loop) + 1, layers.shape[2]), np.float32)
    monkeypatch.setattr(
        reader, "write_greedily", lambda *_, **__: Greedy(loop, [-0.1] * (len(loop) + 1), rows, is_cut=True)
    )
    monkeypatch.setattr(reconsider, "why_suspicious", lambda *_: "a test")
    seen: list[list[str]] = []

    def take(number: int) -> Any:
        def best(candidates: Any, spelled: Spelled, weight: float) -> int:
            assert weight == 0.3
            seen.append([text for _, text in candidates])
            return number

        monkeypatch.setattr(reconsider, "best_text", best)
        heard = decoder.listen(layers, duration_s=1.0, language="en", spelled=spelt("so it goes"))
        return [token for segment in heard.segments for token in segment.tokens]

    assert take(0) == loop
    first, cut, with_rest, ctc = seen[0]
    assert (first, cut, ctc) == (decoder.vocabulary.decode(loop), decoder.vocabulary.decode(loop[:4]), " So it goes.")
    assert with_rest.startswith(cut)
    assert take(1) == loop[:4]
    assert take(3) == decoder._tokenizer.encode(" So it goes.")


def test_words_are_where_the_ctc_head_heard_them(
    decoder: TranscriptDecoder, layers: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = decoder._tokenizer.encode(" So, it goes.")
    rows = np.ones((1, len(tokens) + 1, layers.shape[2]), np.float32)
    greedy = Greedy(tokens, [-0.1] * (len(tokens) + 1), rows)
    monkeypatch.setattr(reader, "write_greedily", lambda *_, **__: greedy)
    head = spelt("so it goes", every=4, num_frames=50)
    (segment,) = decoder.listen(layers, start_s=5.0, duration_s=1.0, language="en", spelled=head).segments
    assert [(w.text, round(w.start_s, 2)) for w in segment.words] == [("So,", 5.03), ("it", 5.27), ("goes.", 5.51)]
