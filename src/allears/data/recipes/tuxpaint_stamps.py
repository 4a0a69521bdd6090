"""Tux Paint's stamps: short descriptions of pictures, spoken in a dozen languages, with translations.

In: the folder of the Debian package tuxpaint-stamps-default: once installed, /usr/share/tuxpaint/stamps. NAME.txt holds
English in its first line and `fr.utf8=...` below; NAME_desc_fr.ogg is spoken. NAME.ogg, the sound that the thing makes,
is left alone. Speakers are not named; a stamp is in one split over all languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._base import known
from allears.data.recipes._folders import audio_files, wrong_folder
from allears.data.recipes._splits import hashed_split

__all__ = ["tuxpaint_stamps"]

_NAME = re.compile(r"(.+)_desc(?:_([a-z]{2,3}(?:_[A-Z]{2})?))?$")


def _read(folder: Path) -> Iterator[Item]:
    files = list(audio_files(folder, "**/*_desc*")) if folder.is_dir() else []
    if not files:
        raise (
            wrong_folder(folder, ("**/NAME_desc_fr.ogg", "**/NAME.txt"))
            if folder.is_dir()
            else ValueError(f"no folder {folder}: install tuxpaint-stamps-default and give /usr/share/tuxpaint/stamps")
        )
    for path in files:
        match = _NAME.match(path.stem)
        texts = _texts(path.with_name(f"{match[1]}.txt")) if match else {}
        language = (match[2] or "en").replace("_", "-") if match else ""
        if match is None or language not in texts:
            yield Skipped("a sound without a text of its language", str(path))
            continue
        labels = known(
            text=texts[language],
            language=language,
            translations={other: text for other, text in sorted(texts.items()) if other != language},
        )
        stamp = "-".join((*path.relative_to(folder).parts[:-1], match[1]))
        yield Clip(f"{language}-{stamp}", path, split=hashed_split(match[1]), labels=labels)


def _texts(path: Path) -> dict[str, str]:
    """Language -> description."""
    if not path.is_file():
        return {}
    first, *others = path.read_text(encoding="utf-8").splitlines() or [""]
    texts = {"en": first.strip()}
    for line in others:
        language, is_told, text = line.partition(".utf8=")
        if is_told and text.strip() and "@" not in language:  # sr@latin: the same words in other letters
            texts[language.strip().replace("_", "-")] = text.strip()
    return {language: text for language, text in texts.items() if text}


@CORPORA.register
def tuxpaint_stamps() -> Corpus:
    """Tux Paint stamps: spoken descriptions in a dozen languages, with translations."""
    return Corpus(
        title="Tux Paint stamps",
        licence="GPL-2.0",
        url="https://packages.debian.org/tuxpaint-stamps-default",
        layout="animals/birds/NAME.txt and NAME_desc_fr.ogg, as in /usr/share/tuxpaint/stamps",
        labels=("text", "language", "translations"),
        split="ours: by stamp",
        read=_read,
    )
