"""Token numbers to text, and the special tokens of Whisper's multilingual vocabulary.

In: a vocabulary file, one token a line in base64, in order of its number (OpenAI's tiktoken layout, without ranks).
Out: bytes and text. Only decoding is needed at run time, so no tokenizer library is.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

__all__ = ["LANGUAGES", "Vocabulary", "base_language", "byte_of_letter", "language_index"]

LANGUAGES = tuple(
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml"
    " cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am"
    " yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su".split()
)
"""Whisper's 99 languages in the order of their tokens."""

_END_OF_TEXT = 50257  # the first special token; every number below it is text
_MISC_SYMBOLS = "♩♪♫♬♭♮♯"  # Whisper suppresses the first token of each, whatever follows


def base_language(tag: str) -> str:
    """The primary subtag of a BCP-47 tag: `fr-CA` -> `fr`."""
    return tag.replace("_", "-").split("-")[0].lower()


def language_index(tag: str) -> int:
    """Place of a language tag in `LANGUAGES`.

    Raises:
        ValueError: Whisper does not know the language.
    """
    base = base_language(tag)
    if base not in LANGUAGES:
        raise ValueError(
            f"unknown language {tag!r}: give one of {', '.join(sorted(LANGUAGES))} (a BCP-47 tag such as "
            "fr-CA works too), or leave it out to have it detected"
        )
    return LANGUAGES.index(base)


class Vocabulary:
    """Token numbers -> bytes.

    Attributes:
        end: the token that ends a transcript.
        start: the token every transcript starts with.
        transcribe, translate: the two tasks.
        no_speech: its probability after `start` says that nobody speaks.
        no_timestamps: asks for text without time tokens.
    """

    end = _END_OF_TEXT
    start = end + 1
    first_language = start + 1
    translate = first_language + len(LANGUAGES)
    transcribe = translate + 1
    no_speech = transcribe + 3
    no_timestamps = no_speech + 1
    first_time = no_timestamps + 1
    blank = 220  # " " alone, which Whisper never starts with

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines

    @classmethod
    def load(cls, path: str | Path) -> Vocabulary:
        """Read a vocabulary file. Nothing is decoded until it is asked for."""
        return cls(Path(path).read_bytes().split())

    @classmethod
    def from_tokenizer_json(cls, path: str | Path) -> Vocabulary:
        """Read the vocabulary of a Hugging Face byte-level BPE `tokenizer.json`.

        Raises:
            ValueError: it is not one, or its numbers have a gap (every token after it would be another).
        """
        to_byte = byte_of_letter()
        try:
            vocab: dict[str, int] = json.loads(Path(path).read_text(encoding="utf-8"))["model"]["vocab"]
            texts = sorted((number, text) for text, number in vocab.items() if number < _END_OF_TEXT)
            lines = [base64.b64encode(bytes(to_byte[c] for c in text)) for _, text in texts]
        except (AttributeError, KeyError, TypeError, json.JSONDecodeError) as error:
            raise ValueError(
                f"{path} is not a byte-level BPE tokenizer.json ({error!r}): give the one of a Whisper folder"
            ) from error
        gap = next((i for i, (number, _) in enumerate(texts) if i != number), None)
        if gap is not None:
            raise ValueError(f"{path} has no token number {gap}: give the tokenizer.json of a Whisper folder")
        return cls(lines)

    def save(self, path: str | Path) -> None:
        """Write the file that `load` reads."""
        Path(path).write_bytes(b"\n".join(self._lines) + b"\n")

    def __len__(self) -> int:
        return len(self._lines)

    def piece(self, token: int) -> bytes:
        """The bytes of a text token; b"" for a special one."""
        return base64.b64decode(self._lines[token]) if token < len(self._lines) else b""

    def number(self, piece: bytes) -> int | None:
        """The text token of these bytes; None if there is none."""
        return self._numbers.get(base64.b64encode(piece))

    @cached_property
    def _numbers(self) -> dict[bytes, int]:
        return {line: number for number, line in enumerate(self._lines)}

    def decode(self, tokens: Iterable[int]) -> str:
        """Text of the tokens; special tokens are left out, broken UTF-8 becomes U+FFFD."""
        return b"".join(self.piece(t) for t in tokens).decode("utf-8", errors="replace")

    def language_token(self, language: str) -> int:
        """The token of a language tag.

        Raises:
            ValueError: Whisper does not know the language.
        """
        return self.first_language + language_index(language)

    @cached_property
    def non_speech(self) -> tuple[int, ...]:
        """Tokens that are never speech (brackets, music signs...), which Whisper suppresses by default."""
        symbols = list('"#()*+/:;<=>@[\\]^_`{|}~「」『』')
        symbols += "<< >> <<< >>> -- --- -( -[ (' (\" (( )) ((( ))) [[ ]] {{ }} ♪♪ ♪♪♪".split()
        wanted = {s.encode() for s in symbols} | {b" " + s.encode() for s in symbols} | {b" -", b" '"}
        for sign in _MISC_SYMBOLS:
            for end in range(1, 4):
                wanted |= {sign.encode()[:end], b" " + sign.encode()[:end]} if end > 1 else set()
        index = {base64.b64encode(w) for w in wanted}
        return tuple(i for i, line in enumerate(self._lines) if line in index)


def byte_of_letter() -> dict[str, int]:
    """GPT-2's printable stand-in for every byte, inverted."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    return {chr(b): b for b in printable} | {chr(256 + i): b for i, b in enumerate(others)}
