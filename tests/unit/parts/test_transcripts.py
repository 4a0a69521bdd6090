"""Training targets of the text decoder.

Letters: N tokens, K guesses a token.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers", reason="needs the extra `train`")

from allears.parts.transcripts import TranscriptLabel  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402
from allears.vocabulary import LANGUAGES, Vocabulary  # noqa: E402
from tests.unit.tiny import write_tokenizer  # noqa: E402

V = Vocabulary
CONTEXT = LabelContext(16_000, 100, 0.02)
DE = V.first_language + LANGUAGES.index("de")


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_tokenizer(tmp_path_factory.mktemp("v") / "tokenizer.json", 400))


@pytest.fixture
def teacher(tmp_path: Path) -> str:
    """What a teacher wrote: two tokens and the end, four guesses each, of which it was nearly sure."""
    language = np.zeros(len(LANGUAGES), np.float16)
    language[LANGUAGES.index("de")], language[LANGUAGES.index("nl")] = 0.75, 0.25
    path = tmp_path / "teacher.npz"
    np.savez(
        path,
        prompt=np.array([V.start, DE, V.transcribe, V.no_timestamps]),
        tokens=np.array([300, 301, V.end], np.int32),
        guesses=np.array([[300, 7, 8, 9], [301, 5, 6, 7], [V.end, 1, 2, 3]], np.int32),
        guess_logprobs=np.log(np.array([[0.7, 0.1, 0.05, 0.01]] * 3)).astype(np.float16),
        language=language,
    )
    return str(path)


def test_what_the_teacher_wrote(tokenizer: str, teacher: str) -> None:
    label = TranscriptLabel(tokenizer, num_guesses=2)
    value = label.encode({"teacher": teacher, "text": "Hallo."}, CONTEXT)
    assert value is not None
    target = label.collate([value], 100)
    assert target.tokens.tolist() == [[300, 301, V.end]]
    assert target.fed.tolist() == [[V.start, DE, V.transcribe, V.no_timestamps, 300, 301]], "one step late"
    assert target.guesses.tolist() == [[[300, 7], [301, 5], [V.end, 1]]]
    torch.testing.assert_close(target.guess_probs.sum(-1), torch.ones(1, 3))
    torch.testing.assert_close(target.guess_probs[0, 0], torch.tensor([0.875, 0.125]), atol=2e-3, rtol=0)
    assert target.language[0, LANGUAGES.index("nl")] == pytest.approx(0.25)
    assert target.texts == ("Hallo.",)


def test_a_known_language_is_trusted_more_than_the_teacher(tokenizer: str, teacher: str) -> None:
    label = TranscriptLabel(tokenizer)
    value: Any = label.encode({"teacher": teacher, "language": "nl-BE"}, CONTEXT)
    assert value.language.sum() == pytest.approx(1.0)
    assert value.language[LANGUAGES.index("nl")] == pytest.approx(0.9 + 0.1 * 0.25)
    with pytest.raises(ValueError, match="unknown language 'tlh'"):
        label.encode({"teacher": teacher, "language": "tlh"}, CONTEXT)


def test_the_teacher_did_not_hear_another_speed(tokenizer: str, teacher: str) -> None:
    faster = LabelContext(16_000, 100, 0.02, time_scale=0.9, speed=1 / 0.9)
    fields = {"teacher": teacher, "text": "hi", "language": "de"}
    assert TranscriptLabel(tokenizer).encode(fields, faster) is None
    value: Any = TranscriptLabel(tokenizer, use_text=True).encode(fields, faster)
    assert value.text == "hi", "the text is true at any speed"


def test_text_alone(tokenizer: str) -> None:
    fields = {"text": "hü", "language": "de-AT"}
    assert TranscriptLabel(tokenizer).encode(fields, CONTEXT) is None
    label = TranscriptLabel(tokenizer, num_guesses=3, use_text=True)
    assert label.encode({"text": "hi"}, CONTEXT) is None, "without a language nobody knows what to feed"
    value: Any = label.encode(fields, CONTEXT)
    assert value.prompt == [V.start, DE, V.transcribe, V.no_timestamps]
    vocabulary = Vocabulary.from_tokenizer_json(tokenizer)
    assert vocabulary.decode(value.tokens.tolist()) == " hü"
    assert value.tokens[-1] == V.end
    assert value.guess_probs.tolist() == [[1, 0, 0]] * len(value.tokens)
    assert (value.guesses[:, 0] == value.tokens).all()
    assert value.language[LANGUAGES.index("de")] == 1.0


def test_noise_is_no_words_and_no_language(tokenizer: str) -> None:
    value: Any = TranscriptLabel(tokenizer).encode({"noise": "rain"}, CONTEXT)
    assert value.tokens.tolist() == [V.end]
    assert value.language.sum() == 0
    assert TranscriptLabel(tokenizer).encode({"speaker": "ann"}, CONTEXT) is None


def test_shorter_transcripts_are_filled_up_and_do_not_count(tokenizer: str, teacher: str) -> None:
    label = TranscriptLabel(tokenizer, num_guesses=2)
    values = [label.encode(fields, CONTEXT) for fields in ({"noise": "rain"}, {"teacher": teacher})]
    target = label.collate([v for v in values if v is not None], 100)
    assert target.is_token.tolist() == [[1, 0, 0], [1, 1, 1]]
    assert target.fed.shape == (2, 6) and target.guesses.shape == (2, 3, 2)
    assert target.fed[0, 4:].tolist() == [V.end, V.end]
    assert target.guess_probs[0, 1:].sum() == 0
