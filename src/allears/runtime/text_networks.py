"""Which networks write the text of a window: the model's own, or those with the adapter of its language on.

In: the networks of a session, the language, what was heard of the window. Out: a text decoder, and its first look at
the window. Everything else (speech, voices, the language itself) is heard without such an adapter, so that no other
task and no other language changes. If the adapter changes the encoder, the window is heard once more; if not, the
frames that are there are read anew.

Letters: S samples, L layers, T frames, D width.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from allears.runtime.parts import Parts, Transcriber

__all__ = ["writer"]


def writer(
    parts: Parts, name: str, language: str, audio: np.ndarray, layers: np.ndarray, started: Any
) -> tuple[Transcriber, Any]:
    """The text decoder of a task, for text in a language, and its first look at the window.

    Args:
        parts: networks of the session.
        name: of the task.
        language: code.
        audio: of the window, (S,).
        layers: what the session's encoder made of it, (L, 1, T, D).
        started: the first look of the session's own decoder.

    Raises:
        ModelError: a network cannot be opened with the adapter on.
    """
    own = parts.for_language(language)
    decoder = own.transcriber(name)
    if own is parts:
        return decoder, started
    return decoder, decoder.start(layers if own.hears_as(parts) else own.encode(audio))
