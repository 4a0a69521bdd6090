"""Speech to text as a task: what is fed, what is learned, what is counted.

Letters: P clips, N tokens, T frames, D width.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers", reason="needs the extra `train`")

from allears.parts.attention_decoder import AttentionDecoder  # noqa: E402
from allears.tasks.base import LabelContext, Task  # noqa: E402
from allears.tasks.transcribe import TranscribeHead, transcribe  # noqa: E402
from allears.vocabulary import LANGUAGES, Vocabulary  # noqa: E402
from tests.unit.tiny import DIM, write_tokenizer  # noqa: E402

CONTEXT = LabelContext(16_000, 100, 0.02)
FIELDS = ({"text": "hello", "language": "de"}, {"noise": "rain"})


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_tokenizer(tmp_path_factory.mktemp("v") / "tokenizer.json", 400))


def _target(task: Task) -> Any:
    return task.label.collate([task.label.encode(fields, CONTEXT) for fields in FIELDS], 100)


@pytest.fixture
def head(tokenizer: str) -> TranscribeHead:
    torch.manual_seed(0)
    return TranscribeHead(AttentionDecoder(dim=16, depth=1, num_heads=2), tokenizer)


def test_the_loss_is_what_it_says(tokenizer: str, head: TranscribeHead) -> None:
    """Mean over a clip's tokens of the cross-entropy, and that of the language token where the language is known."""
    features, frames = torch.randn(2, 20, 16), torch.tensor([20, 12])
    task = transcribe(tokenizer=tokenizer, soft=0.0, language_weight=0.5, use_text=True)
    target = _target(task)
    loss = task.loss_per_clip(head, features, frames, target)
    for row in (0, 1):
        count = int(target.is_token[row].sum())
        with torch.no_grad():
            heard = features[row : row + 1, : int(frames[row])]
            logits = head.decoder(target.fed[row : row + 1, : 3 + count], heard)[0]
        text = torch.nn.functional.cross_entropy(logits[3:], target.tokens[row, :count])
        spoken = logits[0, Vocabulary.first_language : Vocabulary.translate].log_softmax(-1)
        language = -spoken[LANGUAGES.index("de")] if row == 0 else torch.tensor(0.0)
        torch.testing.assert_close(loss[row].detach(), text + 0.5 * language, atol=1e-4, rtol=1e-4)


def test_soft_targets_that_are_sure_are_hard_targets(tokenizer: str, head: TranscribeHead) -> None:
    features, frames = torch.randn(2, 20, 16), torch.tensor([20, 12])
    hard, soft = (transcribe(tokenizer=tokenizer, soft=share, use_text=True) for share in (0.0, 1.0))
    target = _target(hard)
    torch.testing.assert_close(
        hard.loss_per_clip(head, features, frames, target), soft.loss_per_clip(head, features, frames, target)
    )


def test_the_head_writes_what_the_decoder_says_step_by_step(head: TranscribeHead) -> None:
    features, frames = torch.randn(2, 20, 16), torch.tensor([20, 12])
    written = head(features, frames)
    alone = head(features[1:, :12], frames[1:])
    length = min(written.shape[1], alone.shape[1])
    assert written.shape[0] == 2 and 1 <= written.shape[1] <= 120
    assert torch.equal(written[1, :length], alone[0, :length]), "the clip beside it changes nothing"
    assert (written <= Vocabulary.end).all(), "no special token but the end"


def test_the_embedding_stays_as_it_was(head: TranscribeHead) -> None:
    assert not head.decoder.embed_tokens.weight.requires_grad
    assert head.decoder.embed_positions.weight.requires_grad


def test_word_error_rate_leaves_case_and_commas_out(tokenizer: str) -> None:
    task = transcribe(tokenizer=tokenizer, use_text=True)
    (metric,) = task.metrics()
    assert metric.compute() is None
    target = task.label.collate(
        [task.label.encode({"text": text, "language": "en"}, CONTEXT) for text in ("Hello, Ann!", "It's late.")], 100
    )
    said = [task.label.encode({"text": text, "language": "en"}, CONTEXT) for text in ("hello anne", "it's late")]
    output = torch.full((2, 20), Vocabulary.end)
    for row, one in zip(output, said, strict=True):
        row[: len(one.tokens)] = torch.from_numpy(one.tokens)
    metric.update(output, target, torch.tensor([100, 100]))
    assert metric.compute() == pytest.approx(1 / 4)


def test_sizes_must_fit(tiny_whisper: Path, tokenizer: str) -> None:
    with pytest.raises(ValueError, match=r"`pretrained` .* or `tokenizer`"):
        transcribe()
    with pytest.raises(ValueError, match=f"the decoder is {DIM} wide, the encoder 32: make them the same"):
        transcribe(pretrained=str(tiny_whisper)).head(32)
    with pytest.raises(ValueError, match="the decoder is 16 wide"):
        transcribe(tokenizer=tokenizer, dim=16, depth=1).head(32)
