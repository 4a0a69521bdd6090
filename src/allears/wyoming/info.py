"""What there is to be asked, told before the model is loaded: Home Assistant waits a second for it.

In: the model's spec, which is read without its weights; what understands, what speaks, the wake words. Out: one `Info`
with all services, of which Home Assistant makes one device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    HandleModel,
    HandleProgram,
    Info,
    IntentModel,
    IntentProgram,
    TtsProgram,
    TtsVoice,
    WakeModel,
    WakeProgram,
)

from allears import __version__
from allears.spec import ModelSpec
from allears.vocabulary import LANGUAGES

__all__ = ["Offers", "info_of"]

_NAME = "allears"
_BY = Attribution(_NAME, "")  # the protocol wants an address; there is none to promise
_USUAL_VOICE = "default"


@dataclass(frozen=True)
class Offers:
    """What a server has to offer.

    Attributes:
        model: that hears.
        understands: language of the commands; None if nothing is understood.
        has_intents: whether the client is asked to do some of them.
        voices: names of voices; None if nobody speaks, empty for one without a name.
        keywords: names of wake words.
        ends_itself: whether commands end without the client's doing.
    """

    model: ModelSpec
    understands: str | None = None
    has_intents: bool = False
    voices: tuple[str, ...] | None = None
    keywords: tuple[str, ...] = ()
    ends_itself: bool = True


def info_of(offers: Offers) -> Info:
    """The answer to `describe`.

    Of intent and handle programs Home Assistant takes the first; both are answered alike. It is told not to clean the
    sound: the model was trained on sound as it is.
    """
    model = {**_about("everything it hears, in one pass", offers.model.version), "name": offers.model.name}
    return Info(
        asr=[
            AsrProgram(
                **_about("writes down what is said"),
                models=[AsrModel(**model, languages=sorted(LANGUAGES))],
                supports_transcript_streaming=True,
                requires_external_vad=not offers.ends_itself,
                prefers_auto_gain_enabled=False,
                prefers_noise_reduction_enabled=False,
            )
        ],
        intent=_intent(offers),
        handle=_handle(offers),
        wake=_wake(offers.keywords),
        tts=_tts(offers.voices),
    )


def _intent(offers: Offers) -> list[IntentProgram]:
    if offers.understands is None or not offers.has_intents:
        return []
    models = [IntentModel(**_about("commands of the home, and your own"), languages=[offers.understands])]
    return [IntentProgram(**_about("understands commands"), models=models)]


def _handle(offers: Offers) -> list[HandleProgram]:
    if offers.understands is None:
        return []
    models = [HandleModel(**_about("skills"), languages=[offers.understands])]
    return [HandleProgram(**_about("does what is asked"), models=models, supports_home_control=offers.has_intents)]


def _wake(keywords: Sequence[str]) -> list[WakeProgram]:
    if not keywords:
        return []
    about = _about("a keyword of yours")
    models = [WakeModel(**{**about, "name": name}, languages=[], phrase=name) for name in keywords]
    return [WakeProgram(**_about("waits for your keywords"), models=models)]


def _tts(names: Sequence[str] | None) -> list[TtsProgram]:
    if names is None:
        return []
    about = _about("the voice of this server")
    voices = [TtsVoice(**{**about, "name": name}, languages=["en"]) for name in names or (_USUAL_VOICE,)]
    return [TtsProgram(**_about("speaks"), voices=voices, supports_synthesize_streaming=True)]


def _about(description: str, version: str = __version__) -> dict[str, Any]:
    """What every part of it has to say of itself."""
    return {
        "name": _NAME,
        "attribution": _BY,
        "installed": True,
        "description": description,
        "version": version,
    }
