"""Speech in one language to text in another, with an attention decoder.

Manifest: `translations` (object, language -> text) or `translation` with `translation_language`; `language`, the one
spoken; `noise` teaches silence. Loss: cross-entropy of the tokens and of the token of the language spoken.
Source: Radford et al. 2022 (Whisper's `translate` token, which its own weights know for English alone).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allears.parts.attention_text import DecoderLoss, build_head, tokenizer_path, written_by
from allears.parts.transcripts import TranscriptLabel, TranscriptTarget
from allears.parts.translation_scores import Bleu, ChrF
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import LabelContext, Task
from allears.tasks.example import EXAMPLE_DIM, Example, write_byte_tokenizer
from allears.vocabulary import Vocabulary, base_language

__all__ = ["EXAMPLE", "translate"]


class _TranslationLabel:
    """The text in the language `to`, as the transcript of the clip; a clip in that language itself carries none."""

    def __init__(self, tokenizer: str, to: str) -> None:
        self.to = base_language(to)
        self.transcript = TranscriptLabel(tokenizer, use_text=True, asks=Vocabulary.translate)

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> Any | None:
        if "noise" in fields:
            return self.transcript.encode({"noise": fields["noise"]}, context)
        text = self._text(fields)
        if text is None or "language" not in fields or base_language(fields["language"]) == self.to:
            return None
        return self.transcript.encode({"text": text, "language": fields["language"]}, context)

    def collate(self, values: Sequence[Any], max_frames: int) -> TranscriptTarget:
        return self.transcript.collate(values, max_frames)

    def _text(self, fields: Mapping[str, Any]) -> str | None:
        """The exact language first (`fr`), then any region of it (`fr-CA`)."""
        texts = dict(fields.get("translations", {}))
        if "translation" in fields:
            texts.setdefault(fields.get("translation_language", self.to), fields["translation"])
        regions = (text for tag, text in sorted(texts.items()) if base_language(tag) == self.to)
        return texts.get(self.to) or next(regions, None)


@TASKS.register
def translate(
    *,
    to: str = "en",
    pretrained: str | None = None,
    tokenizer: str | None = None,
    name: str = "translate",
    language_weight: float = 0.1,
    dim: int = 512,
    depth: int = 6,
    num_heads: int = 8,
) -> Task:
    """Attention decoder that writes another language, from a Whisper folder (`pretrained`) or fresh.

    Args:
        to: language that is written; one task a language (`translate-de: {kind: translate, to: de}`).
        pretrained: a Hugging Face Whisper folder.
        tokenizer: a Whisper `tokenizer.json`, if there is no `pretrained`.
        name: of the task.
        language_weight: weight of the loss of the token of the language spoken.
        dim: width of a fresh decoder; that of the encoder.
        depth: its layers.
        num_heads: of its attention.
    """
    path = tokenizer_path(name, pretrained, tokenizer)
    files = {"cross": f"{name}-cross.onnx", "vocabulary": f"{name}-vocabulary.txt"}
    return Task(
        spec=TaskSpec(
            name,
            Resolution.TEXT,
            {"kind": "transcript", "writes": "translation", "to": base_language(to), **files},
            file=f"{name}-decoder.onnx",
        ),
        label=_TranslationLabel(path, to),
        head=lambda width: build_head(
            width,
            pretrained=pretrained,
            tokenizer=path,
            dim=dim,
            depth=depth,
            num_heads=num_heads,
            asks=Vocabulary.translate,
        ),
        loss_per_clip=DecoderLoss(0.0, language_weight),
        metrics=lambda: (Bleu(written_by(path)), ChrF(written_by(path))),
        reads="last",
    )


EXAMPLE = Example(
    {"tokenizer": "{folder}/tokenizer.json", "to": "en", "dim": EXAMPLE_DIM, "depth": 1},
    (
        {"translations": {"en": "low"}, "language": "de"},
        {"translation": "high", "translation_language": "en-GB", "language": "de"},
    ),
    write_byte_tokenizer,
)
