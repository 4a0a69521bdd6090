"""VoiceBank-DEMAND: clean speech with noise added, both versions of each clip.

`audio` is the noisy file, the label `clean` the path of the clean one. Speakers p226 and p287 of the training part are
dev, as most papers have it. The noise and its ratio are from the log files, where they are;
the label is `background`, since `noise` would say that nobody speaks.
Valentini-Botinhao et al. 2016.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._base import known
from allears.data.recipes._folders import audio_files, find_root

__all__ = ["voicebank_demand"]

_DEV = ("p226", "p287")


def _read(folder: Path) -> Iterator[Item]:
    root = find_root(folder, "noisy_*set*_wav/*.wav", "clean_*set*_wav")
    noises = _noises(root)
    for noisy in sorted(path for path in root.glob("noisy_*_wav") if path.is_dir()):
        part = noisy.name.removeprefix("noisy_").removesuffix("_wav")  # trainset_28spk, testset
        for path in audio_files(noisy, "*.wav"):
            clean = root / f"clean_{part}_wav" / path.name
            if not clean.is_file():
                yield Skipped("a noisy file without its clean one", str(path))
                continue
            speaker = path.stem.partition("_")[0]
            words = root / f"{part}_txt" / f"{path.stem}.txt"
            labels = known(
                text=" ".join(words.read_text(encoding="utf-8").split()) if words.is_file() else None,
                language="en",
                speaker=speaker,
                clean=str(clean),
                **noises.get(path.stem, {}),
            )
            split = "test" if part.startswith("test") else "dev" if speaker in _DEV else "train"
            yield Clip(path.stem, path, split=split, labels=labels)


def _noises(root: Path) -> dict[str, dict[str, Any]]:
    """Clip -> noise and ratio, from lines like `p232_001 bus 2.5` of log_*.txt, in the folder or its `logfiles`."""
    found = {}
    for log_file in sorted([*root.glob("log_*set*.txt"), *root.glob("logfiles/log_*set*.txt")]):
        for line in log_file.read_text(encoding="utf-8").splitlines():
            cells = line.split()
            if len(cells) == 3:
                found[cells[0]] = {"background": cells[1], "snr_db": float(cells[2])}
    return found


@CORPORA.register
def voicebank_demand() -> Corpus:
    """VoiceBank-DEMAND: noisy and clean speech, English."""
    return Corpus(
        title="VoiceBank-DEMAND",
        licence="CC-BY-4.0",
        url="https://datashare.ed.ac.uk/handle/10283/2791",
        layout="noisy_trainset_28spk_wav/, clean_trainset_28spk_wav/, noisy_testset_wav/, clean_testset_wav/; "
        "trainset_28spk_txt/, logfiles/ if there",
        labels=("clean", "text", "language", "speaker", "background", "snr_db"),
        split="official test; p226 and p287 of the training part are dev",
        read=_read,
    )
