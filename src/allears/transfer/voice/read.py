"""Texts of clips to phones, by the front end of the voice that learns: its dictionaries, its letter-to-sound network.

In: clips with `text` (or `phones`, in the voice's own alphabet, which are taken as they are). Out: phrases.
A clip with something that cannot be said is left out and counted: its sound would be laid over the wrong phones.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from allears.data.manifest import Clip
from allears.speaking.voice import Voice
from allears.transfer.voice.align import Phrase

__all__ = ["read_phrases"]

log = logging.getLogger(__name__)

_SHOWN = 5  # clips named in a warning
_TEXTS = ("normalized_text", "text")  # LJSpeech has both: numbers are written out in the first


def read_phrases(clips: Sequence[Clip], voice: Voice, dialect: str) -> list[Phrase]:
    """The phrases of clips, in order.

    Args:
        clips: with text or phones.
        voice: whose front end reads.
        dialect: of it, whose dictionary is used.
    """
    found, lost = list[Phrase](), list[str]()
    for clip in clips:
        phones = _phones(clip, voice, dialect)
        if phones:
            found.append(Phrase(clip, phones))
        else:
            lost.append(clip.id)
    if lost:
        log.warning("%d of %d clips have something that cannot be said in %s and are left out: %s", len(lost),
                    len(clips), dialect, ", ".join(lost[:_SHOWN]))  # fmt: skip
    return found


def _phones(clip: Clip, voice: Voice, dialect: str) -> str:
    """Empty if something of it cannot be said."""
    if (given := clip.labels.get("phones")) is not None:
        strange = set(given) - set(voice.spec.alphabet)
        return "" if strange else str(given)
    text = str(next(clip.labels[name] for name in _TEXTS if name in clip.labels))
    try:
        read = voice.phonemes(text, dialect=dialect)
    except ValueError as error:
        log.info("%s: %s", clip.id, error)
        return ""
    is_whole = all(one.phones and not one.unsaid for one in read)
    return (" " if " " in voice.spec.alphabet else "").join(one.phones for one in read) if is_whole else ""
