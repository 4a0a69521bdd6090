"""Writes the cleaned sound of `--audio-out`: one file for one input, or a folder with a file for each.

What cannot be written (another ending, names that clash, an input that would be overwritten, a model that cannot
clean) fails before any work is done. Sound is 16 bit at the model's rate; files are whole or not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from allears.cli._outputs import output_stems, prepare_folder
from allears.cli._sound_file import write_sound
from allears.decode.answers import Audio
from allears.runtime.result import CLEAN, Result
from allears.spec import ModelSpec

__all__ = ["AudioWriter", "audio_writer_for", "with_clean", "write_audio"]

AudioWriter = Callable[[str, Result], None]
"""(input file, its result)"""

_FORMATS = (".wav", ".flac")
_OTHER_AUDIO = frozenset({".aac", ".aif", ".aiff", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".raw", ".webm", ".wma"})


def with_clean(tasks: Sequence[str] | None, model: ModelSpec) -> list[str]:
    """The tasks to ask for, `clean` among them; if None, those that are asked for by default, and `clean`.

    Raises:
        ValueError: the model cannot clean.
    """
    have = [task.name for task in model.tasks]
    if CLEAN not in have:
        raise ValueError(
            f"--audio-out needs a model that can clean, and {model.name} {model.version} has no task {CLEAN!r} "
            f"(it has {', '.join(have)}): give another with --model, or leave --audio-out out"
        )
    return list(dict.fromkeys([*(model.default_tasks if tasks is None else tasks), CLEAN]))


def audio_writer_for(target: Path, files: Sequence[str]) -> AudioWriter:
    """What to do with the sound of each result. `target`: a file that ends in .wav or .flac, or else a folder.

    Raises:
        ValueError: the target cannot take the sound of these files.
    """
    paths = _paths(target, files)
    inputs = {Path(file).resolve(): file for file in files}
    if lost := sorted(str(path) for path in paths.values() if path.resolve() in inputs):
        raise ValueError(f"--audio-out would overwrite the input {lost[0]}: choose another folder or name")
    for folder in {path.parent for path in paths.values()}:
        prepare_folder(folder)

    def write(file: str, result: Result) -> None:
        cleaned = result.cleaned
        assert cleaned is not None, "clean was asked for"
        write_audio(paths[file], cleaned)

    return write


def _paths(target: Path, files: Sequence[str]) -> dict[str, Path]:
    """Input -> where its sound goes."""
    suffix = target.suffix.lower()
    if target.is_dir() or suffix not in {*_FORMATS, *_OTHER_AUDIO}:
        if target.exists() and not target.is_dir():
            raise ValueError(
                f"--audio-out {target} is a file and no sound: give a folder, or a name ending in .wav or .flac"
            )
        return {file: target / f"{stem}.wav" for file, stem in output_stems(files).items()}
    if suffix not in _FORMATS:
        raise ValueError(f"--audio-out cannot write {suffix} ({target}): use .wav or .flac, or a folder")
    if len(files) > 1:
        raise ValueError(f"{len(files)} inputs cannot share the file {target}: give --audio-out a folder")
    return {files[0]: target}


def write_audio(path: Path, audio: Audio) -> None:
    """Write 16-bit WAV or FLAC, by the ending, whole or not at all.

    Raises:
        ValueError: it cannot be written.
    """
    write_sound(path, audio.samples, audio.sample_rate, "--audio-out")
