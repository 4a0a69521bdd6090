"""Baseline: the very Whisper base weights ours started from, padded to 30 s, fp32, greedy, without timestamps."""

from __future__ import annotations

import argparse

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.vocabulary import Vocabulary

__all__ = ["PaddedWhisper"]

WINDOW_S = 30
MAX_TOKENS = 220  # a little under half of Whisper's 448, its own limit for one window


class PaddedWhisper:
    """transformers' WhisperForConditionalGeneration with Whisper's own suppression of non-speech tokens."""

    name = "Whisper base padded to 30 s, fp32"

    def __init__(self, args: argparse.Namespace) -> None:
        """Load the model of `--whisper-hf`.

        Raises:
            ValueError: no folder was given.
        """
        if args.whisper_hf is None:
            raise ValueError("give Whisper base, the folder the recipe starts from, with --whisper-hf")
        import torch
        from transformers import WhisperFeatureExtractor, WhisperForConditionalGeneration

        torch.set_num_threads(args.threads)
        self._features = WhisperFeatureExtractor(feature_size=80)
        self._model = WhisperForConditionalGeneration.from_pretrained(args.whisper_hf).eval()
        self._vocabulary = Vocabulary.from_tokenizer_json(args.whisper_hf / "tokenizer.json")

    def transcribe(self, audio: np.ndarray, language: str = "en") -> str:
        """Text of (S,) float32 at 16 kHz, up to 30 s.

        Raises:
            ValueError: longer than one window.
        """
        import torch

        if len(audio) > WINDOW_S * SAMPLE_RATE:
            raise ValueError(f"the padded baseline hears one window: {len(audio) / SAMPLE_RATE:.1f} s > {WINDOW_S} s")
        mel = self._features(audio, sampling_rate=SAMPLE_RATE, return_tensors="pt").input_features
        with torch.inference_mode():
            return self._vocabulary.decode(self._greedy(mel, language)).strip()

    def _greedy(self, mel: object, language: str) -> list[int]:
        import torch

        words = self._vocabulary
        encoded = self._model.model.encoder(mel)
        prompt = [words.start, words.language_token(language), words.transcribe, words.no_timestamps]
        never = [*words.non_speech, *range(words.end + 1, self._model.config.vocab_size)]
        fed, past, tokens = torch.tensor([prompt]), None, []
        while len(tokens) < MAX_TOKENS:
            out = self._model(encoder_outputs=encoded, decoder_input_ids=fed, past_key_values=past, use_cache=True)
            scores, past = out.logits[0, -1], out.past_key_values
            scores[never] = -torch.inf
            if not tokens:
                scores[[words.blank, words.end]] = -torch.inf
            token = int(scores.argmax())
            if token == words.end:
                break
            tokens.append(token)
            fed = torch.tensor([[token]])
        return tokens
