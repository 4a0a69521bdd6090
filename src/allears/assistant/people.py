"""Who speaks: greeted by name once, and asked once whether to be remembered if nobody knows the voice.

In: what was heard. Out: what to say about it. Voices of strangers stay in memory, and are written down only after a yes
and a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from allears.assistant.heard import Heard
from allears.assistant.spoken import read_yes
from allears.assistant.store import Store
from allears.decode.answers import Embedding
from allears.texts import plain_words

__all__ = ["Enrolls", "People"]

_SAME = 0.5  # cosine from which a stranger is one that was asked already
_ENOUGH = 4  # utterances a voice is remembered by
_NEVER = "never ask"
_MORE = ("Please tell me what you did today.", "And what will you do tomorrow?", "And how do you like it here?")
_BEFORE_NAME = ("my name is ", "i am ", "i'm ", "it is ", "it's ", "call me ", "this is ")


class Enrolls(Protocol):
    """What remembers voices: see `enrolling.py`."""

    def is_taken(self, name: str) -> bool: ...

    def enroll(self, name: str, embeddings: Sequence[Embedding]) -> bool: ...


class People:
    """See the module.

    Args:
        store: knows whether nobody is to be asked.
        enroller: remembers voices; nobody is asked where it is None.
    """

    def __init__(self, store: Store, enroller: Enrolls | None) -> None:
        self._store, self._enroller = store, enroller
        self._greeted: set[str] = set()
        self._asked: list[Embedding] = []
        self._clips: list[Embedding] = []
        self._name = self._step = ""

    @property
    def is_asking(self) -> bool:
        """Whether what is said next is an answer to a question of ours."""
        return bool(self._step)

    def greeting(self, who: str | None) -> str:
        """`Hello Ann.` the first time; else nothing."""
        if who is None or who in self._greeted:
            return ""
        self._greeted.add(who)
        return f"Hello {who}."

    def offer(self, heard: Heard) -> str:
        """The question for a stranger; empty for anybody else, and for who was asked before."""
        voice = heard.voice
        if self._enroller is None or not heard.is_stranger or voice is None or self._store.fact(_NEVER):
            return ""
        if any(voice.similarity(other) >= _SAME for other in self._asked):
            return ""
        self._asked.append(voice)
        self._clips, self._step = [voice], "may i"
        return "I do not know your voice. Shall I remember it?"

    def drop(self) -> None:
        """Ask no further."""
        self._step, self._clips = "", []

    def answer(self, heard: Heard) -> str:
        """What to say to an answer; empty if it was none, and nothing more is asked."""
        if heard.voice is not None:
            self._clips.append(heard.voice)
        match self._step:
            case "may i":
                return self._may(heard.text)
            case "name":
                return self._named(heard.text)
            case _:
                return self._more()

    def _may(self, text: str) -> str:
        said = read_yes(text)
        if said:
            self._step = "name"
            return "What is your name?"
        self.drop()
        if "never" in plain_words(text).split():
            self._store.keep(_NEVER, "yes")
            return "All right, I will never ask."
        return "" if said is None else "All right."

    def _named(self, text: str) -> str:
        name = text.strip(" .,!?")
        for head in _BEFORE_NAME:
            name = name[len(head) :] if name.casefold().startswith(head) else name
        if not 0 < len(name.split()) <= 3:
            self.drop()
            return "I did not get your name. Ask me another time."
        assert self._enroller is not None, "nobody is asked without it"
        if self._enroller.is_taken(name):
            return f"I know a {name.title()} already. What else may I call you?"
        self._name, self._step = name.title(), "more"
        return f"Nice to meet you, {self._name}. {_MORE[0]}"

    def _more(self) -> str:
        if len(self._clips) < _ENOUGH:
            return _MORE[min(len(self._clips), len(_MORE)) - 1]
        assert self._enroller is not None, "nobody is asked without it"
        is_known = self._enroller.enroll(self._name, self._clips)
        self.drop()
        if not is_known:
            return "I heard more than one voice, and remember none. Let us try another time."
        self._greeted.add(self._name)
        return f"Thank you, {self._name}. I will know your voice."
