"""A user's own words in a hearing; what reads them is imported only where somebody asks for them.

In: whether or where they are. Out: what they make of what is expected, and of what was written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from allears.decode.answers import Transcript
from allears.runtime.parts import Expectation
from allears.runtime.plan import Plan
from allears.spec import ModelSpec

if TYPE_CHECKING:
    from allears.biasing.biasing import Biasing
    from allears.personal.lexicon import Lexicon, OwnWords

__all__ = ["WordSource", "expected_words", "own_words_of", "with_speaker", "written_by_rules"]

WordSource: TypeAlias = "OwnWords | str | Path | bool"
"""A user's words, the folder that holds `words` and `corrections`, or true for the user's own; false for none."""


def own_words_of(source: WordSource | None) -> OwnWords | None:
    """The user's words; None if nothing is asked for.

    Raises:
        ValueError: a folder that is not there.
    """
    if source is None or source is False:
        return None
    from allears.personal.lexicon import OwnWords

    if isinstance(source, OwnWords):
        return source
    if source is not True and not Path(str(source)).is_dir():
        raise ValueError(
            f"{source} is no folder: give the one that holds the folders `words` and `corrections`, or true for your "
            "own"
        )
    return OwnWords(None if source is True else str(source))


def expected_words(lexicon: Lexicon, biasing: Biasing | None, speaker: Callable[[], str]) -> Expectation | None:
    """What is expected: `biasing` and the user's words. `speaker`: id of the voice that speaks, asked where needed."""
    from allears.personal.expecting import ByVoice, expected

    return ByVoice(lexicon, biasing, speaker) if lexicon.has_voices else expected(lexicon, biasing)


def with_speaker(plan: Plan, model: ModelSpec, name: str, lexicon: Lexicon) -> Plan:
    """The plan, with the head run that tells whose words may be expected."""
    is_needed = lexicon.has_voices and plan.transcribe is not None and any(task.name == name for task in model.tasks)
    if not is_needed or name in (*plan.clip_heads, *plan.also):
        return plan
    return replace(plan, also=(*plan.also, name))


def written_by_rules(answers: dict[str, Any], plan: Plan, lexicon: Lexicon, speaker: Callable[[], str]) -> None:
    """Write right, in the answers, what is always misread in the same way, and what words sound like.

    `speaker`: as for `expected_words`.
    """
    name = plan.transcribe
    if name is None or not isinstance(answers.get(name), Transcript):
        return
    rules = lexicon.rules_for(speaker() if lexicon.has_voices else "")
    if rules:
        from allears.personal.rules import apply_rules

        answers[name] = apply_rules(answers[name], rules)
