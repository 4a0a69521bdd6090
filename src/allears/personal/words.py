"""Words that a user says and a model would not expect: names of people, places, things.

In: a phrase as it is to be written, what it sounds like, whose it is. Out: one small JSON a phrase in one folder, so
that two processes that add words do not lose any.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from allears.biasing.hotwords import Hotwords
from allears.personal.everyday import is_everyday
from allears.texts import plain_words
from allears.user_data import file_name, private_file, user_folder

__all__ = ["UserWord", "WordStore"]

log = logging.getLogger(__name__)

_SUFFIX = ".json"


@dataclass(frozen=True)
class UserWord:
    """A word or phrase to expect.

    Attributes:
        phrase: as it is to be written.
        sounds_like: other spellings that it may be taken for.
        voice: id of the enrolled voice it is expected of; empty for all.
        weight: as of hotwords, 1 is the usual one.

    Raises:
        ValueError: a phrase or spelling without letters, a spelling of everyday words, or a weight out of range.
    """

    phrase: str
    sounds_like: tuple[str, ...] = ()
    voice: str = ""
    weight: float = 1.0

    def __post_init__(self) -> None:
        Hotwords({self.phrase: self.weight})
        for spelling in self.sounds_like:
            if not plain_words(spelling):
                raise ValueError(
                    f"what {self.phrase!r} sounds like needs letters, got {spelling!r}: write it as you would spell it "
                    "by ear"
                )
            if is_everyday(spelling):
                raise ValueError(
                    f"what {self.phrase!r} sounds like cannot be {spelling!r}, which is said every day: each time it "
                    f"would be written {self.phrase!r}; spell it in another way, such as {spelling + 'h'!r}"
                )


class WordStore:
    """The words of a folder.

    Args:
        folder: that holds them; the user's own if None. One that is not there has none.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = user_folder("words") if folder is None else Path(folder)

    def load(self) -> tuple[UserWord, ...]:
        """All of them, in order."""
        read = [word for file in sorted(self.folder.glob(f"*{_SUFFIX}")) if (word := _read(file)) is not None]
        return tuple(sorted(read, key=lambda word: (word.phrase.casefold(), word.voice)))

    def add(self, word: UserWord) -> Path:
        """Keep a word; the same phrase (in any case) of the same voice is replaced.

        Raises:
            OSError: the folder cannot be written.
        """
        path = self._path(word.phrase, word.voice)
        with private_file(path) as file:
            file.write(json.dumps(asdict(word), ensure_ascii=False).encode())
        return path

    def remove(self, phrase: str, voice: str = "") -> None:
        """Delete a word.

        Args:
            phrase: in any case.
            voice: id of the voice it is expected of; empty for the word of all.

        Raises:
            ValueError: there is no such word; the message names those there are.
        """
        path = self._path(phrase, voice)
        if not path.is_file():
            have = ", ".join(word.phrase for word in self.load()) or "none"
            raise ValueError(f"no word {phrase!r} is in {self.folder}: there are {have} (allears words list)")
        path.unlink()

    def forget_voice(self, voice: str) -> int:
        """Delete the words that are expected of one voice alone. Returns how many there were."""
        own = [word for word in self.load() if voice and word.voice == voice]
        for word in own:
            self._path(word.phrase, word.voice).unlink(missing_ok=True)
        return len(own)

    def _path(self, phrase: str, voice: str) -> Path:
        key = " ".join(phrase.split())
        return self.folder / file_name(f"{key} @{voice}" if voice else key, _SUFFIX)


def _read(path: Path) -> UserWord | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        spellings = tuple(str(spelling) for spelling in data["sounds_like"])
        return UserWord(str(data["phrase"]), spellings, str(data["voice"]), float(data["weight"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s is not a word and is not used (%r): delete it, or add the word again", path, error)
        return None
