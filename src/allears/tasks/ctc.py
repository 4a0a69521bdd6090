"""Speech to text by CTC: every frame says a letter, a piece of a word, or nothing.

Manifest: `text`; `noise` teaches silence. Loss: CTC, a clip's by its number of units.
Source: Graves et al. 2006. Faster than the attention decoder and cannot invent text; knows no more of the language than
its units.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from allears.decode.spelling import join
from allears.parts.error_rates import ErrorRate
from allears.parts.readout import READOUT_STRIDE, ReadoutHead
from allears.parts.readout_start import start_readout
from allears.parts.spelling import Body, SpellingHead, TextLabel, Units, ctc_loss, read_units
from allears.parts.units import Characters, LongestPieces, Pieces
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example
from allears.texts import plain_words

__all__ = ["EXAMPLE", "ctc"]


@TASKS.register
def ctc(
    *,
    units: Sequence[str] = (),
    pieces: str | Sequence[str] | None = None,
    name: str = "ctc",
    field: str = "text",
    per_frame: int = 1,
    body: Body = "conv",
    hidden: int = 256,
    decoder: str | None = None,
    mask: float = 0.0,
    sample: int = 0,
    languages: Sequence[str] = (),
) -> Task:
    """Transcript by CTC. Call it `transcribe` in a recipe (`transcribe: {kind: ctc, ...}`) to have it as the text.

    Args:
        units: letters to spell with: `{from_field: text, each: character}`.
        pieces: or a file of pieces of words, written by `python -m allears.parts.units MANIFEST OUT`; or the pieces
            themselves, U+2581 where a word begins, of which a word takes the longest first.
        name: of the task.
        field: manifest key of the text.
        per_frame: spellings an encoder frame; 2 if many clips do not fit (the log counts them).
        body: `linear` for an encoder that is trained along, `conv` or `lstm` for a frozen one, `readout` for one that a
            text decoder reads.
        hidden: width of the convolutions, or of the LSTMs in each direction.
        decoder: what a `readout` begins as: a Whisper folder, or a model folder with a text decoder; its `pieces` are
            tokens of it, written by `python -m allears.parts.decoder_pieces DECODER OUT MANIFEST...`. Or the file of
            a readout that was exported, with its pieces.
        mask: share of frames, and of features, that are taken away in training: for a head that hears its training
            voices better than others; 0.05 to 0.2.
        sample: units, beside those a batch says, that a training step of a `readout` of many pieces looks at; 0: all.
        languages: codes of those it learns to write; it helps `transcribe` with no other. All if none is given.

    Raises:
        ValueError: neither `units` nor `pieces`, or both; `per_frame` below 1; a `mask` that is no share; a
            `readout` without `decoder`, or the other way round; a `sample` with another body.
    """
    if bool(units) is (pieces is not None) or per_frame < 1:
        raise ValueError(
            f"{name} needs either `units` or `pieces`, and a `per_frame` of 1 or more (it is {per_frame}): units: "
            "{from_field: text, each: character} is a start"
        )
    if not 0 <= mask < 1:
        raise ValueError(f"{name}: mask is {mask}; it is a share, 0 to below 1: 0.1 takes a tenth away")
    if (body == "readout") is not (decoder is not None):
        raise ValueError(
            f"{name}: body: {body} and decoder: {decoder} do not go together: body: readout begins as the end of a "
            "decoder (a Whisper folder or a model folder), and no other body reads one"
        )
    if sample < 0 or (sample and body != "readout"):
        raise ValueError(f"{name}: sample: {sample} with body: {body}; a number of units, 0 for all, for body: readout")
    alphabet = _alphabet(units, pieces)
    names = alphabet.names

    def errors(rate: Literal["wer", "cer"]) -> ErrorRate:
        return ErrorRate(
            rate, lambda output, target: [join(s, names) for s in read_units(output, target, len(names), stride)]
        )

    def head(dim: int) -> SpellingHead:
        built = SpellingHead(dim, len(names), per_frame=per_frame, body=body, hidden=hidden, mask=mask)
        if decoder is not None and isinstance(built.body, ReadoutHead):
            start_readout(built.body, names, decoder)
        return built

    stride = READOUT_STRIDE if body == "readout" else 1
    decode: dict[str, Any] = {"kind": "ctc"} | ({"stride": stride} if stride > 1 else {})
    decode |= {"languages": list(languages)} if languages else {}
    return Task(
        # under its own name it helps the task `transcribe`, and is no second transcript that everybody wants
        spec=TaskSpec(name, Resolution.FRAME, decode, names, is_default=name != "ctc"),
        label=TextLabel(
            lambda fields: plain_words(fields[field]) if field in fields else None, alphabet, per_frame, stride=stride
        ),
        head=head,
        loss_per_clip=ctc_loss(len(names), stride, sample),
        metrics=lambda: (errors("wer"), errors("cer")),
        reads="last" if body == "readout" else "mix",
    )


def _alphabet(units: Sequence[str], pieces: str | Sequence[str] | None) -> Units:
    if pieces is None:
        return Characters(units)
    return Pieces(pieces) if isinstance(pieces, str) else LongestPieces(pieces)


EXAMPLE = Example({"units": ("lowhigh",), "hidden": 8}, ({"text": "Low."}, {"text": "high"}))
