"""Fillets: dialogues of the game Fish Fillets, acted in Czech and Dutch, with translations into a dozen languages.

In: the folder of the Debian packages fillets-ng-data, fillets-ng-data-cs and fillets-ng-data-nl: once installed,
/usr/share/games/fillets-ng; or any folder they were unpacked into. `dialogId("let-m-oko", "font_small", ENGLISH)` and
`dialogStr(TEXT)` in script/LEVEL/*dialogs_cs.lua are what is said in sound/LEVEL/cs/let-m-oko.ogg. The font tells the
two fish apart, and so the speaker; other voices are not named. Levels are in one split as a whole, over all languages.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from allears.data.manifest import Clip
from allears.data.recipes import CORPORA, Corpus, Item, Skipped
from allears.data.recipes._base import known
from allears.data.recipes._folders import audio_files, wrong_folder
from allears.data.recipes._splits import hashed_split

__all__ = ["fillets"]

_STRING = r'"((?:[^"\\]|\\.)*)"'
_CALL = re.compile(rf"dialogId\(\s*{_STRING}\s*,\s*{_STRING}\s*,\s*{_STRING}\s*\)|dialogStr\(\s*{_STRING}\s*\)")
_TABLE = re.compile(r"\w*dialogs_(\w+)\.lua$")
_SPEAKERS = {"font_small": "small fish", "font_big": "big fish"}

Lines = dict[str, dict[str, str]]  # id of a line -> language -> text


def _read(folder: Path) -> Iterator[Item]:
    tables = sorted(folder.rglob("script/*/*dialogs_*.lua")) if folder.is_dir() else []
    sounds = list(audio_files(folder, "**/sound/**/*.ogg"))
    sounds = [path for path in sounds if re.fullmatch(r"[a-z]{2}", path.parent.name)]
    if not tables or not sounds:
        raise (
            wrong_folder(folder, ("script/*/dialogs_cs.lua", "sound/*/cs/*.ogg"))
            if folder.is_dir()
            else ValueError(f"no folder {folder}: install fillets-ng-data-cs and give /usr/share/games/fillets-ng")
        )
    levels: defaultdict[str, Lines] = defaultdict(dict)
    fonts: dict[str, str] = {}
    for table in tables:
        _add(table, levels[table.parent.name], fonts)
    for path in sounds:
        level = path.parts[path.parts.index("sound") + 1]
        yield _clip(path, level, levels[level].get(path.stem, {}), fonts)


def _clip(path: Path, level: str, texts: Mapping[str, str], fonts: Mapping[str, str]) -> Item:
    language = path.parent.name
    if language == "en":
        return Skipped("an effect: the game has no English voices", str(path))
    if not texts.get(language):
        return Skipped("a sound whose text is not in the dialogue files", str(path))
    fish = _SPEAKERS.get(fonts.get(f"{level}/{path.stem}", ""))
    labels = known(
        text=texts[language],
        language=language,
        speaker=f"{language} {fish}" if fish else None,
        translations={other: text for other, text in sorted(texts.items()) if text and other != language},
    )
    inner = "-".join(path.parts[path.parts.index("sound") + 1 : -2])
    return Clip(f"{language}-{inner}-{path.stem}", path, split=hashed_split(level), labels=labels)


def _add(table: Path, lines: Lines, fonts: dict[str, str]) -> None:
    """Add what a dialogue file says; a line without its `dialogStr` has the English text only."""
    match = _TABLE.match(table.name)
    language = match[1].replace("_", "-") if match else ""
    current = ""
    for call in _CALL.finditer(table.read_text(encoding="utf-8")):
        name, font, english, text = call.groups()
        if name is not None:
            current = name
            fonts.setdefault(f"{table.parent.name}/{name}", font)
            lines.setdefault(name, {}).setdefault("en", _plain(english))
        elif current and language and text:
            lines[current][language] = _plain(text)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"\\(.)", r"\1", text).split())


@CORPORA.register
def fillets() -> Corpus:
    """Fillets: acted dialogue in Czech and Dutch, with translations."""
    return Corpus(
        title="Fish Fillets",
        licence="GPL-2.0",
        url="https://packages.debian.org/fillets-ng-data-cs, fillets-ng-data-nl and fillets-ng-data",
        layout="script/LEVEL/dialogs_cs.lua and sound/LEVEL/cs/*.ogg, as in /usr/share/games/fillets-ng",
        labels=("text", "language", "speaker", "translations"),
        split="ours: by level",
        read=_read,
    )
