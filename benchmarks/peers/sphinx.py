"""PocketSphinx, the classical peer: its own English model, with a lexicon, and a grammar or an ARPA file of ours."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["NAME", "Sphinx", "dictionary"]

NAME = "PocketSphinx"
_PAD = np.zeros(4_000, np.float32)  # 0.25 s at 16 kHz: a word needs some silence around it


def dictionary() -> Path:
    """The pronunciations that come with it: cmudict, BSD.

    Raises:
        ValueError: it is not installed.
    """
    try:
        import pocketsphinx
    except ImportError as error:
        raise ValueError("PocketSphinx is missing: pip install -r benchmarks/requirements.txt") from error
    return Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict"))


class Sphinx:
    """A decoder.

    Args:
        lexicon: word -> pronunciations, phones with a space between.
        arpa: text of the language model; a grammar of one word if None.
    """

    def __init__(self, lexicon: Mapping[str, Sequence[str]], arpa: str | None = None) -> None:
        from pocketsphinx import Decoder, get_model_path

        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            rows = (
                f"{word}{f'({n})' if n > 1 else ''} {said}" for word, all_said in lexicon.items()
                for n, said in enumerate(all_said, 1)
            )  # fmt: skip
            (folder / "words.dict").write_text("\n".join(rows) + "\n")
            grammar = f"#JSGF V1.0;\ngrammar words;\npublic <word> = {' | '.join(lexicon)};\n"
            (folder / "words.gram").write_text(grammar)
            (folder / "words.arpa").write_text(arpa or "")
            search: dict[str, Any] = {"jsgf": str(folder / "words.gram")}
            if arpa is not None:
                search = {"lm": str(folder / "words.arpa")}
            self._decoder = Decoder(
                hmm=get_model_path("en-us/en-us"), dict=str(folder / "words.dict"), loglevel="FATAL", **search
            )

    def hear(self, audio: np.ndarray) -> str:
        """What was said in samples (S,)."""
        self._decode(audio)
        found = self._decoder.hyp()
        return "" if found is None else found.hypstr

    def align(self, audio: np.ndarray, text: str) -> list[tuple[str, float]]:
        """Words of a text and their starts, seconds; none where it finds no way."""
        self._decoder.set_align_text(text)
        try:
            self._decode(audio)
            found = list(self._decoder.seg() or ())
        except RuntimeError:
            return []
        shift_s = len(_PAD) / 16_000
        return [
            (one.word.partition("(")[0], one.start_frame / 100 - shift_s)
            for one in found
            if not one.word.startswith(("<", "[", "("))
        ]

    def _decode(self, audio: np.ndarray) -> None:
        padded = np.concatenate([_PAD, audio, _PAD])
        self._decoder.start_utt()
        self._decoder.process_raw((np.clip(padded, -1, 1) * 32767).astype("<i2").tobytes(), full_utt=True)
        self._decoder.end_utt()
