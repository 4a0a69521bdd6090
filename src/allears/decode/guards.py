"""Signs that a text decoder has lost the audio: loops, and more tokens than anyone can say.

Sources: the compression ratio is Whisper's (Radford et al. 2022, section 4.5); loops are cut here while decoding, which
saves the steps that Whisper spends on them before it notices.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

__all__ = ["compression_ratio", "cut_loop", "token_budget"]

MAX_TOKENS_PER_S = 12.0  # fast speech is about 6 words/s; scripts of many bytes need 2 tokens a word
MIN_TOKENS = 16  # what the shortest clip may say: "Thank you very much." and some
MAX_TOKENS = 440  # the decoder has 448 positions
_MAX_PERIOD = 24  # longest phrase looked for in a loop, tokens
_LOOP_TOKENS = 12  # a loop is cut when its repeats span this many tokens or more ...
_MIN_REPEATS = 3  # ... and there are this many


def compression_ratio(text: str) -> float:
    """UTF-8 bytes of the text / bytes after zlib; 0 for no text."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def token_budget(duration_s: float) -> int:
    """Most tokens a clip of that length may have."""
    return min(MAX_TOKENS, MIN_TOKENS + int(duration_s * MAX_TOKENS_PER_S))


def cut_loop(tokens: Sequence[int]) -> int:
    """How many tokens to keep: all of them, or up to the end of the first round if the end is a loop.

    A loop is a phrase of 1 to 24 tokens said at least 3 times in a row, over at least 12 tokens: "no, no, no" is not.
    """
    count = len(tokens)
    for period in range(1, min(_MAX_PERIOD, count // _MIN_REPEATS) + 1):
        run = 0  # tokens at the end that equal the token one period before
        while run + period < count and tokens[count - 1 - run] == tokens[count - 1 - run - period]:
            run += 1
        span = run + period
        if span >= max(_LOOP_TOKENS, _MIN_REPEATS * period):
            return count - run
    return count
