"""Speech to text with an attention decoder.

Manifest: `teacher` (a file of `allears data teach`) or `text` with `language`; `noise` teaches silence.
Loss: cross-entropy against the teacher's likely tokens (soft) and its chosen one (hard), and of the language token.
Source: Radford et al. 2022 (the decoder); Hinton et al. 2015 (soft targets, temperature 1).

Letters: P clips, N tokens, T frames, D width, V vocabulary.
"""

from __future__ import annotations

import jiwer
import torch
from torch import Tensor, nn

from allears.attention_decoder import AttentionDecoder
from allears.heads import frame_mask
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.transcripts import TranscriptLabel, TranscriptTarget
from allears.vocabulary import Vocabulary

__all__ = ["TranscribeHead", "transcribe"]

_MAX_TOKENS = 120  # generated for evaluation


class TranscribeHead(nn.Module):
    """The decoder; called as every head is, it writes down what it hears: tokens (P, N), filled up with `end`."""

    def __init__(self, decoder: AttentionDecoder, tokenizer: str, *, is_embedding_frozen: bool = True) -> None:
        super().__init__()
        self.decoder, self.tokenizer = decoder, tokenizer
        if is_embedding_frozen:  # a third of the parameters, tied to the output; a short run only blurs it
            decoder.embed_tokens.weight.requires_grad_(False)

    @torch.no_grad()
    def forward(self, features: Tensor, num_frames: Tensor) -> Tensor:
        cache = self.decoder.start(features, frame_mask(num_frames, features.shape[1]).bool())
        start = torch.full((len(features), 1), Vocabulary.start, device=features.device)
        logits, cache = self.decoder.step(start, cache)
        language = logits[:, 0, Vocabulary.first_language : Vocabulary.translate].argmax(-1)[:, None]
        rest = start.new_tensor([[Vocabulary.transcribe, Vocabulary.no_timestamps]]).expand(len(features), 2)
        fed = torch.cat([language + Vocabulary.first_language, rest], dim=1)
        out = start.new_zeros(len(features), 0)
        done = torch.zeros(len(features), dtype=torch.bool, device=features.device)
        while not done.all() and out.shape[1] < _MAX_TOKENS:
            logits, cache = self.decoder.step(fed, cache)
            fed = logits[:, -1, : Vocabulary.end + 1].argmax(-1, keepdim=True)
            fed[done] = Vocabulary.end
            out = torch.cat([out, fed], dim=1)
            done |= fed[:, 0] == Vocabulary.end
        return out


class _DecoderLoss:
    """See `transcribe` for the options."""

    def __init__(self, soft: float, language_weight: float) -> None:
        self.soft, self.language_weight = soft, language_weight

    def __call__(self, head: nn.Module, features: Tensor, num_frames: Tensor, target: TranscriptTarget) -> Tensor:
        assert isinstance(head, TranscribeHead)
        mask = frame_mask(num_frames, features.shape[1]).bool()
        logits = head.decoder(target.fed, features, mask).float()
        logprobs = logits[:, 3:].log_softmax(-1)
        hard = -logprobs.gather(2, target.tokens[:, :, None])[:, :, 0]
        soft = -(logprobs.gather(2, target.guesses) * target.guess_probs).sum(-1)
        text = ((1 - self.soft) * hard + self.soft * soft) * target.is_token
        spoken = logits[:, 0, Vocabulary.first_language : Vocabulary.translate].log_softmax(-1)
        language = -(spoken * target.language).sum(-1)
        return text.sum(1) / target.is_token.sum(1) + self.language_weight * language


class _WordErrorRate:
    """Words wrong / words said, lower case without punctuation."""

    name, higher_is_better = "wer", False

    def __init__(self, tokenizer: str) -> None:
        self.vocabulary = Vocabulary.from_tokenizer_json(tokenizer)
        self.said: list[str] = []
        self.true: list[str] = []

    def update(self, output: Tensor, target: TranscriptTarget, num_frames: Tensor) -> None:
        for tokens, text in zip(output.tolist(), target.texts, strict=True):
            if _plain(text):
                self.said.append(_plain(self.vocabulary.decode(tokens)))
                self.true.append(_plain(text))

    def compute(self) -> float | None:
        return float(jiwer.wer(self.true, self.said)) if self.true else None


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() or c == "'" else " " for c in text.lower()).split())


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
) -> Task:
    """Attention decoder, from a Hugging Face Whisper folder (`pretrained`) or fresh with a `tokenizer.json`.

    Args:
        soft: share of the soft targets in the loss, 0 to 1.
        language_weight: weight of the language token's loss.
        use_text: learn from `text` where no teacher wrote anything.
    """
    path = tokenizer or (f"{pretrained}/tokenizer.json" if pretrained else None)
    if path is None:
        raise ValueError("transcribe needs `pretrained` (a Whisper folder) or `tokenizer` (a tokenizer.json)")

    def head(width: int) -> nn.Module:
        decoder = AttentionDecoder.from_pretrained(pretrained) if pretrained else AttentionDecoder(dim=dim, depth=depth)
        if decoder.dim != width:
            raise ValueError(f"the decoder is {decoder.dim} wide, the encoder {width}: make them the same")
        return TranscribeHead(decoder, path)

    return Task(
        spec=TaskSpec(
            "transcribe",
            Resolution.TEXT,
            {"kind": "transcript", "cross": "cross.onnx", "vocabulary": "vocabulary.txt"},
            file="decoder.onnx",
        ),
        label=TranscriptLabel(path, use_text=use_text),
        head=head,
        loss_per_clip=_DecoderLoss(soft, language_weight),
        metrics=lambda: (_WordErrorRate(path),),
        reads="last",
    )
