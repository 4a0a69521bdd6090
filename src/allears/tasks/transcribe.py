"""Speech to text with an attention decoder.

Manifest: `teacher` (a file of `allears data teach`) or `text` with `language`; `noise` teaches silence.
Loss: cross-entropy against the teacher's likely tokens (soft) and its chosen one (hard), and of the language token.
Source: Radford et al. 2022 (the decoder); Hinton et al. 2015 (soft targets, temperature 1).
"""

from __future__ import annotations

from allears.parts.attention_text import DecoderLoss, TranscribeHead, build_head, tokenizer_path, written_by
from allears.parts.error_rates import ErrorRate
from allears.parts.transcripts import TranscriptLabel
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import EXAMPLE_DIM, Example, write_byte_tokenizer

__all__ = ["EXAMPLE", "TranscribeHead", "transcribe"]


@TASKS.register
def transcribe(
    *,
    pretrained: str | None = None,
    tokenizer: str | None = None,
    soft: float = 0.7,
    language_weight: float = 0.1,
    use_text: bool = False,
    dim: int = 512,
    depth: int = 6,
    num_heads: int = 8,
) -> Task:
    """Attention decoder, from a Hugging Face Whisper folder (`pretrained`) or fresh with a `tokenizer.json`.

    Args:
        soft: share of the soft targets in the loss, 0 to 1.
        language_weight: weight of the language token's loss.
        use_text: learn from `text` where no teacher wrote anything.
    """
    path = tokenizer_path("transcribe", pretrained, tokenizer)
    return Task(
        spec=TaskSpec(
            "transcribe",
            Resolution.TEXT,
            {"kind": "transcript", "cross": "cross.onnx", "vocabulary": "vocabulary.txt"},
            file="decoder.onnx",
        ),
        label=TranscriptLabel(path, use_text=use_text),
        head=lambda width: build_head(
            width, pretrained=pretrained, tokenizer=path, dim=dim, depth=depth, num_heads=num_heads
        ),
        loss_per_clip=DecoderLoss(soft, language_weight),
        metrics=lambda: (ErrorRate("wer", written_by(path)),),
        reads="last",
    )


EXAMPLE = Example(
    {"tokenizer": "{folder}/tokenizer.json", "use_text": True, "dim": EXAMPLE_DIM, "depth": 1},
    ({"text": "low", "language": "en"}, {"text": "high", "language": "en"}),
    write_byte_tokenizer,
)
