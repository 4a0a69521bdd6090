"""Let a padded Whisper write down what it hears: pseudo-labels for clips, in files a later run trains on.

In: clips. Out: one `.npz` a clip with the teacher's tokens, its few best guesses at every token, its language
probabilities and its encoder frames; and the clips with the field `teacher` pointing there. A clip the teacher is
unsure of gets no `teacher` field (counted and logged). What is there already is not made again: a killed run goes on.

Letters: B clips, N tokens, K guesses, T frames, D width.
"""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip
from allears.encoders.whisper import WhisperEncoder
from allears.parts.attention_decoder import AttentionDecoder
from allears.vocabulary import LANGUAGES, Vocabulary

__all__ = ["Teacher", "teach"]

log = logging.getLogger(__name__)

WINDOW_SAMPLES = 30 * SAMPLE_RATE  # what Whisper was trained on
NUM_GUESSES = 16  # probabilities kept a token; the rest of the mass is under 1 % on clear speech
FRAMES_AFTER = 50  # frames of silence kept after the clip, 1 s: the student sees that tail too
MAX_TOKENS = 200
MIN_MEAN_LOGPROB = -1.0  # Whisper's own threshold for "I am guessing"
MAX_COMPRESSION = 2.4  # Whisper's own threshold for "I repeat myself"


@dataclass(frozen=True)
class Teacher:
    """A padded Whisper.

    Attributes:
        encoder: with `tail_s=0`; it is fed 30 s.
        decoder: its text decoder.
        vocabulary: tokens of both.
    """

    encoder: WhisperEncoder
    decoder: AttentionDecoder
    vocabulary: Vocabulary

    @classmethod
    def from_pretrained(cls, folder: Path) -> Teacher:
        """Load a Hugging Face Whisper folder that also holds `tokenizer.json`."""
        return cls(
            WhisperEncoder.from_pretrained(folder, tail_s=0.0).eval(),
            AttentionDecoder.from_pretrained(folder).eval(),
            Vocabulary.from_tokenizer_json(folder / "tokenizer.json"),
        )

    @torch.inference_mode()
    def label(self, audios: Sequence[np.ndarray], languages: Sequence[str | None]) -> list[dict[str, np.ndarray]]:
        """What the teacher hears in clips (S,) of up to 30 s; `languages` are tags where they are known."""
        batch = torch.zeros(len(audios), WINDOW_SAMPLES)
        for row, audio in zip(batch, audios, strict=True):
            row[: min(len(audio), WINDOW_SAMPLES)] = torch.from_numpy(audio[:WINDOW_SAMPLES])
        frames = self.encoder(batch).layers[-1]
        cache = self.decoder.start(frames)
        start = torch.full((len(audios), 1), self.vocabulary.start)
        first = self.decoder.step(start, cache)[0][:, 0]
        language = first[:, self.vocabulary.first_language : self.vocabulary.translate].softmax(-1)
        prompts = torch.stack([self._prompt(tag, language[i]) for i, tag in enumerate(languages)])
        tokens, guesses, logprobs = self._greedy(prompts, cache)
        labels = []
        for i, audio in enumerate(audios):
            count = int((tokens[i] == self.vocabulary.end).int().argmax()) + 1
            kept = min(len(audio) // 320 + 1 + FRAMES_AFTER, frames.shape[1])
            labels.append(
                {
                    "prompt": prompts[i].numpy().astype(np.int32),
                    "tokens": tokens[i, :count].numpy().astype(np.int32),
                    "guesses": guesses[i, :count].numpy().astype(np.int32),
                    "guess_logprobs": logprobs[i, :count].numpy().astype(np.float16),
                    "language": language[i].numpy().astype(np.float16),
                    "no_speech": first[i].softmax(-1)[self.vocabulary.no_speech].numpy(),
                    "frames": frames[i, :kept].numpy().astype(np.float16),
                }
            )
        return labels

    def _prompt(self, tag: str | None, language: Tensor) -> Tensor:
        vocabulary = self.vocabulary
        known = vocabulary.language_token(tag or LANGUAGES[int(language.argmax())])
        return torch.tensor([vocabulary.start, known, vocabulary.transcribe, vocabulary.no_timestamps])

    def _greedy(self, prompts: Tensor, cache: object) -> tuple[Tensor, Tensor, Tensor]:
        """Tokens (B, N) ending in `end`, best guesses (B, N, K) and their log-probabilities."""
        end = self.vocabulary.end
        never = torch.tensor([*self.vocabulary.non_speech, *range(end + 1, self.decoder.embed_tokens.num_embeddings)])
        fed = prompts
        tokens: list[Tensor] = []
        guesses: list[Tensor] = []
        logprobs: list[Tensor] = []
        done = torch.zeros(len(prompts), dtype=torch.bool)
        while not done.all():
            logits, cache = self.decoder.step(fed, cache)  # type: ignore[arg-type]
            scores = logits[:, -1].log_softmax(-1)
            best = scores.topk(NUM_GUESSES)
            guesses.append(best.indices)
            logprobs.append(best.values)
            scores[:, never] = -torch.inf
            if not tokens:
                scores[:, [self.vocabulary.blank, end]] = -torch.inf
            token = scores.argmax(-1)
            token[done] = end
            if len(tokens) == MAX_TOKENS:
                token[:] = end
            tokens.append(token)
            done |= token == end
            fed = token[:, None]
        return torch.stack(tokens, 1), torch.stack(guesses, 1), torch.stack(logprobs, 1)

    def is_sure(self, label: dict[str, np.ndarray]) -> bool:
        """Whether a label is worth learning from: neither guessed nor repetitive nor cut off."""
        chosen = label["guesses"] == label["tokens"][:, None]
        if len(label["tokens"]) > MAX_TOKENS or not chosen.any(1).mean() > 0.9:
            return False
        logprob = float((label["guess_logprobs"].astype(np.float32) * chosen).sum(1).mean())
        text = self.vocabulary.decode(label["tokens"]).encode()
        return logprob > MIN_MEAN_LOGPROB and len(text) / max(1, len(zlib.compress(text))) < MAX_COMPRESSION


def teach(teacher: Teacher, clips: Sequence[Clip], out_dir: Path, *, batch_size: int = 4) -> Iterator[Clip]:
    """Label clips and yield each as it is done, in order; those the teacher is unsure of lose the `teacher` field."""
    out_dir.mkdir(parents=True, exist_ok=True)
    num_unsure = 0
    for at in range(0, len(clips), batch_size):
        some = clips[at : at + batch_size]
        paths = [out_dir / f"{_safe(clip)}.npz" for clip in some]
        todo = [(clip, path) for clip, path in zip(some, paths, strict=True) if not path.exists()]
        if todo:
            labels = teacher.label([load_clip(c) for c, _ in todo], [c.labels.get("language") for c, _ in todo])
            for (_, path), label in zip(todo, labels, strict=True):
                _save(path, label, teacher.is_sure(label))
        for clip, path in zip(some, paths, strict=True):
            with np.load(path) as label:
                sure = bool(label["is_sure"])
                text = teacher.vocabulary.decode(label["tokens"]).strip()
            num_unsure += not sure
            taught = {"teacher": str(path.resolve()), "teacher_text": text} if sure else {}
            yield replace(clip, labels={**clip.labels, **taught})
    if num_unsure:
        log.warning("the teacher is unsure of %d of %d clips: they carry no `teacher` label", num_unsure, len(clips))


def _safe(clip: Clip) -> str:
    """A file name for a clip: its corpus and id, without separators."""
    return f"{clip.source or 'clip'}_{clip.id}".replace("/", "_").replace(" ", "_")


def _save(path: Path, label: dict[str, np.ndarray], is_sure: bool) -> None:
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, is_sure=np.array(is_sure), **label)  # type: ignore[arg-type]  # no key is `allow_pickle`
    os.replace(partial, path)
