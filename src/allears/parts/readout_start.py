"""What a readout begins as: the end of a text decoder, of a Whisper folder or of a model folder.

In: a folder and the names of the units. Out: a `ReadoutHead` (`readout.py`) with the decoder's weights in it; or, from
the file of a head that was exported, with all weights of that.

Letters: D width, V tokens of the decoder, C units.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from allears.decode.spelling import SPACE
from allears.parts.readout import ReadoutHead
from allears.runtime.model_folder import ModelFolder
from allears.spec import TaskSpec
from allears.vocabulary import Vocabulary

__all__ = ["start_readout", "vocabulary_of"]

_PLACES = {
    "value": "encoder_attn.v_proj", "write": "encoder_attn.out_proj", "norm": "final_layer_norm", "fc1": "fc1",
    "fc2": "fc2",
}  # fmt: skip


def start_readout(head: ReadoutHead, names: Sequence[str], folder: str | Path) -> None:
    """Fill `head` with the last layers of the decoder in `folder`; its LSTMs and its blank stay as they are.

    Args:
        head: of C units.
        names: of the units, the blank first; every other one a token of the decoder, U+2581 for a space; a word
            that has none may have one with a capital.
        folder: of a Hugging Face Whisper, or of a model with a text decoder; or the file of an exported readout.

    Raises:
        ValueError: no text decoder there, one of another width, or a unit that is none of its tokens; a file of
            another head.
    """
    if Path(folder).is_file():
        _start_from_head(head, Path(folder))
        return
    state = _decoder(Path(folder))
    size, width = state["embed_tokens.weight"].shape[1], head.norm.weight.shape[0]
    if size != width:
        raise ValueError(
            f"the decoder of {folder} is {size} wide and the encoder {width}: give the decoder that reads it"
        )
    rows = _rows(names, vocabulary_of(folder), folder)
    depth = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    if depth < len(head.layers):
        raise ValueError(
            f"the decoder of {folder} has {depth} layers, and {len(head.layers)} are to be read: give a larger one"
        )
    with torch.no_grad():
        for number, layer in enumerate(head.layers, start=depth - len(head.layers)):
            for own, place in _PLACES.items():
                _fill(getattr(layer, own), state, f"layers.{number}.{place}")
        _fill(head.norm, state, "layer_norm")
        head.tokens.weight.copy_(state["embed_tokens.weight"][rows])
        head.tokens.bias.zero_()


def _start_from_head(head: ReadoutHead, path: Path) -> None:
    from allears.transfer.exported_weights import exported_weights

    own, start = head.state_dict(), "head.body."
    weights = {n.removeprefix(start): v for n, v in exported_weights(path).items() if n.startswith(start)}
    if {n: v.shape for n, v in weights.items()} != {n: tuple(v.shape) for n, v in own.items()}:
        raise ValueError(f"{path} is no readout of {head.tokens.out_features} units like this one: give its own file")
    head.load_state_dict({name: torch.from_numpy(np.array(value, np.float32)) for name, value in weights.items()})


def _fill(module: nn.Module | None, state: Mapping[str, Tensor], place: str) -> None:
    if module is not None:
        for kind, parameter in module.named_parameters():
            parameter.copy_(state[f"{place}.{kind}"])


def vocabulary_of(folder: str | Path) -> Vocabulary:
    """Tokens of the text decoder in a Whisper folder or a model folder."""
    path = Path(folder)
    if (path / "tokenizer.json").is_file():
        return Vocabulary.from_tokenizer_json(path / "tokenizer.json")
    model = ModelFolder(path)
    return Vocabulary.load(model.check(str(_text_task(model).decode["vocabulary"])))


def _rows(names: Sequence[str], vocabulary: Vocabulary, folder: str | Path) -> list[int]:
    found = [_row(name.replace(SPACE, " "), vocabulary) for name in names[1:]]
    strange = [name for name, row in zip(names[1:], found, strict=True) if row is None]
    if strange:
        raise ValueError(
            f"{len(strange)} units are no tokens of the decoder in {folder} (such as {strange[:3]}): take pieces that "
            "`python -m allears.parts.decoder_pieces` wrote with that folder"
        )
    return [row for row in found if row is not None]


def _row(token: str, vocabulary: Vocabulary) -> int | None:
    """Its number, or that of the same word with a capital, where there is no other."""
    number = vocabulary.number(token.encode())
    return vocabulary.number(token.title().encode()) if number is None and token.startswith(" ") else number


def _decoder(path: Path) -> dict[str, Tensor]:
    """The parameters of the decoder, by the names that they have in an `AttentionDecoder`."""
    if (path / "model.safetensors").is_file():
        from allears.parts.attention_decoder import AttentionDecoder

        return AttentionDecoder.from_pretrained(path).state_dict()
    from allears.transfer.whereabouts import whereabouts

    model = ModelFolder(path)
    task = _text_task(model)
    start = f"heads.{task.name}.decoder."
    state = {
        name.removeprefix(start): torch.from_numpy(np.array(where.value, np.float32))
        for name, where in whereabouts(model, [task.name]).items()
        if name.startswith(start)
    }
    return state | dict(_biases(model, task))


def _biases(model: ModelFolder, task: TaskSpec) -> Iterator[tuple[str, Tensor]]:
    """Those of a decoder in ONNX, which keep their names there."""
    import onnx

    from allears.transfer.places import constants_of

    for file, start in ((task.file, "decoder."), (str(task.decode["cross"]), "attentions.")):
        for name, value in constants_of(onnx.load(model.check(file)).graph).items():
            if name.startswith(start) and name.endswith(".bias"):
                own = name.removeprefix("decoder.")
                number, _, rest = own.removeprefix("attentions.").partition(".")
                found = torch.from_numpy(np.array(value, np.float32))
                yield (own if start == "decoder." else f"layers.{number}.encoder_attn.{rest}"), found


def _text_task(model: ModelFolder) -> TaskSpec:
    task = next((task for task in model.spec.tasks if task.decode["kind"] == "transcript"), None)
    if task is None:
        raise ValueError(
            f"{model.path} has no text decoder (it has {', '.join(task.name for task in model.spec.tasks)}): give a "
            "model with `transcribe`, or a Whisper folder"
        )
    return task
