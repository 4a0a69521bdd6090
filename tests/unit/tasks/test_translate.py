"""Speech translation as a task."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers", reason="needs the extra `train`")

from allears.tasks.base import LabelContext  # noqa: E402
from allears.tasks.translate import translate  # noqa: E402
from allears.vocabulary import Vocabulary  # noqa: E402
from tests.unit.tiny import write_tokenizer  # noqa: E402

CONTEXT = LabelContext(16_000, 100, 0.02)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_tokenizer(tmp_path_factory.mktemp("v") / "tokenizer.json", 400))


def test_the_prompt_asks_for_a_translation_from_the_language_spoken(tokenizer: str) -> None:
    label = translate(tokenizer=tokenizer, to="en").label
    one = label.encode({"language": "de", "translations": {"fr": "chat", "en-GB": "cat"}}, CONTEXT)
    assert one.text == "cat"
    vocabulary = Vocabulary.from_tokenizer_json(tokenizer)
    assert one.prompt == [vocabulary.start, vocabulary.language_token("de"), vocabulary.translate,
                          vocabulary.no_timestamps]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"language": "de", "translation": "cat"}, "cat"),
        ({"language": "de", "translation": "chat", "translation_language": "fr"}, None),
        ({"language": "en", "translations": {"en": "cat"}}, None),  # said in that language
        ({"translations": {"en": "cat"}}, None),  # nobody knows what is spoken
        ({"language": "de", "text": "Katze"}, None),
        ({"noise": "rain"}, ""),
    ],
)
def test_what_carries_the_label(tokenizer: str, fields: dict[str, object], text: str | None) -> None:
    one = translate(tokenizer=tokenizer, to="en").label.encode(fields, CONTEXT)
    assert (None if one is None else one.text) == text


def test_its_files_stand_beside_those_of_transcribe(tokenizer: str) -> None:
    spec = translate(tokenizer=tokenizer, to="de-AT", name="translate-de").spec
    assert spec.file == "translate-de-decoder.onnx"
    assert spec.decode["to"] == "de" and spec.decode["writes"] == "translation"


def test_the_head_asks_for_a_translation_too(tokenizer: str) -> None:
    head = translate(tokenizer=tokenizer, dim=16, depth=1).head(16)
    assert head.asks == Vocabulary.translate
    with pytest.raises(ValueError, match="the decoder is 16 wide, the encoder 32"):
        translate(tokenizer=tokenizer, dim=16, depth=1).head(32)
    with pytest.raises(ValueError, match="translate needs `pretrained`"):
        translate()
