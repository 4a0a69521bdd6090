"""The parts of a task whose answer an attention decoder writes: head, loss, and what it wrote as text.

In: encoder features and `TranscriptTarget`s. Out: a head that writes tokens, one loss a clip.
Source: Radford et al. 2022 (the decoder); Hinton et al. 2015 (soft targets, temperature 1).

Letters: P clips, N tokens, T frames, D width, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import torch
from torch import Tensor, nn

from allears.parts.attention_decoder import AttentionDecoder
from allears.parts.heads import frame_mask
from allears.parts.transcripts import TranscriptTarget
from allears.vocabulary import Vocabulary

__all__ = ["DecoderLoss", "TranscribeHead", "build_head", "tokenizer_path", "written_by"]

_MAX_TOKENS = 120  # generated for evaluation


class TranscribeHead(nn.Module):
    """The decoder; called as every head is, it writes down what it hears: tokens (P, N), filled up with `end`.

    Args:
        decoder: the network.
        tokenizer: path of its `tokenizer.json`.
        asks: the token that says what to write: `Vocabulary.transcribe` or `Vocabulary.translate`.
        is_embedding_frozen: whether the token embedding stays as it is.
    """

    def __init__(
        self,
        decoder: AttentionDecoder,
        tokenizer: str,
        *,
        asks: int = Vocabulary.transcribe,
        is_embedding_frozen: bool = True,
    ) -> None:
        super().__init__()
        self.decoder, self.tokenizer, self.asks = decoder, tokenizer, asks
        if is_embedding_frozen:  # a third of the parameters, tied to the output; a short run only blurs it
            decoder.embed_tokens.weight.requires_grad_(False)

    @torch.no_grad()
    def forward(self, features: Tensor, num_frames: Tensor) -> Tensor:
        cache = self.decoder.start(features, frame_mask(num_frames, features.shape[1]).bool())
        start = torch.full((len(features), 1), Vocabulary.start, device=features.device)
        logits, cache = self.decoder.step(start, cache)
        language = logits[:, 0, Vocabulary.first_language : Vocabulary.translate].argmax(-1)[:, None]
        rest = start.new_tensor([[self.asks, Vocabulary.no_timestamps]]).expand(len(features), 2)
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


class DecoderLoss:
    """Cross-entropy against likely tokens (soft) and the chosen one (hard), and of the language token.

    loss = mean over tokens of ((1 - s) hard + s soft) + w language

    Args:
        soft: s, share of the soft targets, 0 to 1.
        language_weight: w.
    """

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
        loss: Tensor = text.sum(1) / target.is_token.sum(1) + self.language_weight * language
        return loss


def written_by(tokenizer: str) -> Callable[[Tensor, TranscriptTarget], Sequence[str]]:
    """What reads a head's tokens (P, N) as texts, for `ErrorRate` and its like."""

    @cache
    def vocabulary() -> Vocabulary:
        return Vocabulary.from_tokenizer_json(tokenizer)

    return lambda output, target: [vocabulary().decode(tokens) for tokens in output.tolist()]


def tokenizer_path(task: str, pretrained: str | None, tokenizer: str | None) -> str:
    """The `tokenizer.json` of a task's options.

    Raises:
        ValueError: neither option is given.
    """
    path = tokenizer or (f"{pretrained}/tokenizer.json" if pretrained else None)
    if path is None:
        raise ValueError(f"{task} needs `pretrained` (a Whisper folder) or `tokenizer` (a tokenizer.json)")
    return path


def build_head(
    width: int,
    *,
    pretrained: str | None,
    tokenizer: str,
    dim: int,
    depth: int,
    num_heads: int = 8,
    asks: int = Vocabulary.transcribe,
) -> TranscribeHead:
    """A head for an encoder of that width, from a Whisper folder if one is given.

    Raises:
        ValueError: the decoder is not as wide as the encoder.
    """
    if pretrained:
        decoder = AttentionDecoder.from_pretrained(pretrained)
    else:
        decoder = AttentionDecoder(dim=dim, depth=depth, num_heads=num_heads)
    if decoder.dim != width:
        raise ValueError(f"the decoder is {decoder.dim} wide, the encoder {width}: make them the same")
    return TranscribeHead(decoder, tokenizer, asks=asks)
