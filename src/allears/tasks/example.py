"""A small case of a task, in the task's own file: the contract tests build the task from it and train on its clips.

In: nothing. Out: `EXAMPLE` of each task file, of this class. No list of them exists anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

__all__ = ["EXAMPLE_DIM", "Example", "write_byte_tokenizer"]

EXAMPLE_DIM = 16  # width of the encoder that the example is read with
_FOLDER = "{folder}"


@dataclass(frozen=True)
class Example:
    """What the contract tests run a task on.

    Attributes:
        options: of the builder, small.
        clips: manifest fields of two clips that carry the label; one is a low tone, the other a high one.
        write: writes the files that `options` or `clips` name as `{folder}/NAME`; None if they name none.
    """

    options: Mapping[str, Any]
    clips: tuple[Mapping[str, Any], Mapping[str, Any]]
    write: Callable[[Path], None] | None = None

    def at(self, folder: Path) -> Example:
        """The example with its files in `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.write is not None:
            self.write(folder)
        first, second = (_placed(fields, folder) for fields in self.clips)
        return replace(self, options=_placed(self.options, folder), clips=(first, second))


def _placed(values: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    return {k: v.replace(_FOLDER, str(folder)) if isinstance(v, str) else v for k, v in values.items()}


def write_byte_tokenizer(folder: Path) -> None:
    """`tokenizer.json`: a byte-level BPE without merges, its 256 tokens numbered as GPT-2 and Whisper number theirs."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [*map(chr, printable), *(chr(256 + i) for i in range(256 - len(printable)))]
    tokenizer = Tokenizer(models.BPE(vocab={letter: i for i, letter in enumerate(letters)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.save(str(folder / "tokenizer.json"))
