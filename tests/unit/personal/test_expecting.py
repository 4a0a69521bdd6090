"""Words of one voice are expected only where it speaks."""

from __future__ import annotations

import pytest

from allears.personal import Lexicon, UserWord
from allears.personal.expecting import ByVoice, expected


@pytest.mark.parametrize(("voice", "found"), [("id1", ["Bencze"]), ("", [])])
def test_only_the_voice_that_speaks_counts(voice: str, found: list[str]) -> None:
    lexicon = Lexicon((UserWord("Bencze", voice="id1"),))
    bias = ByVoice(lexicon, None, lambda: voice).pick("call benze", "en")
    assert [p.written for p in (bias.propose(["call", "benze"]) if bias else [])] == found


def test_what_is_expected_is_prepared_once() -> None:
    lexicon = Lexicon((UserWord("Bencze"),))
    assert expected(lexicon, None) is expected(Lexicon((UserWord("Bencze"),)), None)
