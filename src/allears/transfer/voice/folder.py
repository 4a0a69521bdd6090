"""The voice folder with the new voice: that of the old ones with the vectors that were learned.

In: the old folder, the model that has learned. Out: a folder that appears whole or not at all.

Where the vectors alone have learned, they alone are changed in `acoustic.onnx`; where more has, it
is exported anew. The vocoder and the dictionaries are copied. A new dialect has the dictionary of the one it is like,
and spells with the vector of that one: what it has learned is how it sounds, not how it is written.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from allears.export.folder import new_model_folder
from allears.export.half import halve_weights
from allears.export.onnx_files import set_metadata
from allears.export.speaking import export_acoustic
from allears.model import MultiTaskModel
from allears.speaking.folder import ACOUSTIC, PRONOUNCE
from allears.transfer.voice.tables import DIALECTS, VOICES, read_tables, write_rows
from allears.voice_spec import VOICE_METADATA_KEY, VoiceSpec

__all__ = ["check_folder", "write_folder"]

_ROUNDING = 2e-3  # of what 16 bit keep of numbers of about 1


def check_folder(folder: Path, weights: Mapping[str, np.ndarray], spec: VoiceSpec) -> None:
    """Raise if the folder was not packed from the run that has these tables.

    Raises:
        ValueError: another run.
    """
    for name, kept in read_tables(folder / ACOUSTIC).items():
        used = slice(0, 1 + len(spec.voices if name == VOICES else spec.dialects))
        if kept.shape != weights[name].shape or not np.allclose(kept[used], weights[name][used], _ROUNDING, _ROUNDING):
            raise ValueError(f"{folder} was not packed from this run: give the run and the folder that belong together")


def write_folder(
    old: Path,
    out: Path,
    spec: VoiceSpec,
    model: MultiTaskModel,
    kinds: Mapping[str, str],
    lexicon_of: Mapping[str, str],
    *,
    is_exported: bool,
) -> None:
    """Write it.

    Args:
        old: folder of the old voices.
        out: the new one.
        spec: with the new voice.
        model: that has learned.
        kinds: kind of task -> its name in the model.
        lexicon_of: new dialect -> the one whose dictionary it has.
        is_exported: whether more than the vectors has learned.
    """
    known = [dialect for dialect in spec.dialects if dialect not in lexicon_of]
    told = {VOICE_METADATA_KEY: spec.to_json()}
    with new_model_folder(out) as made:
        for path in sorted(old.iterdir()):
            if path.is_file() and path.name not in (ACOUSTIC, PRONOUNCE):
                shutil.copy(path, made / path.name)
        for dialect, like in lexicon_of.items():
            shutil.copy(old / f"lexicon-{like}.txt.xz", made / f"lexicon-{dialect}.txt.xz")
        write_rows(old / PRONOUNCE, made / PRONOUNCE, {DIALECTS: _spelling(old, spec, lexicon_of)})
        if is_exported:
            export_acoustic(model, dict(kinds), made / ACOUSTIC)
            halve_weights(made / ACOUSTIC)
            set_metadata(made / ACOUSTIC, told)
        else:
            write_rows(old / ACOUSTIC, made / ACOUSTIC, _learned(model, spec, num_known=len(known)), told)


def _learned(model: MultiTaskModel, spec: VoiceSpec, *, num_known: int) -> dict[str, dict[int, np.ndarray]]:
    """The last voice's row, and those of new dialects."""
    state, row = model.state_dict(), len(spec.voices)
    dialects = range(1 + num_known, 1 + len(spec.dialects))
    return {
        VOICES: {row: state[VOICES][row].cpu().numpy()},
        DIALECTS: {number: state[DIALECTS][number].cpu().numpy() for number in dialects},
    }


def _spelling(old: Path, spec: VoiceSpec, like: Mapping[str, str]) -> dict[int, np.ndarray]:
    """Rows of new dialects in the file that spells."""
    known = read_tables(old / PRONOUNCE)[DIALECTS]
    place = {dialect: 1 + number for number, dialect in enumerate(spec.dialects)}
    return {place[dialect]: known[place[other]] for dialect, other in like.items()}
