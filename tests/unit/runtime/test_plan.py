"""Only what the asked answers need is run."""

from dataclasses import replace

import pytest

from allears.decode.spelling_heads import letters_head, spelling_head
from allears.runtime.plan import make_plan
from allears.spec import ModelSpec, Resolution, TaskSpec

TEXT = TaskSpec("transcribe", Resolution.TEXT, {"kind": "transcript"}, (), "decoder.onnx")
SPEECH = TaskSpec("speech", Resolution.FRAME, {"kind": "segments"}, (), "speech.onnx")
LANGUAGE = TaskSpec("language", Resolution.CLIP, {"kind": "top_one"}, ("en",), "language.onnx")
SPEAKER = TaskSpec("speaker", Resolution.CLIP, {"kind": "embedding"}, (), "speaker.onnx")


def model(*tasks: TaskSpec) -> ModelSpec:
    return ModelSpec("m", "1", 16_000, 0.02, 1.0, 29.0, 1, 1, tasks)


CTC = TaskSpec("ctc", Resolution.FRAME, {"kind": "ctc"}, ("", "a"), "ctc.onnx")
FULL = model(TEXT, SPEECH, LANGUAGE, SPEAKER)


@pytest.mark.parametrize(
    ("tasks", "is_language_known", "networks"),
    [
        (["speech"], False, {"speech"}),
        (["speaker"], False, {"speaker"}),
        (["language"], False, {"language", "transcribe"}),  # the decoder has a say
        (["transcribe"], True, {"transcribe", "speech"}),  # the speech head guards the decoder
        (["transcribe"], False, {"transcribe", "speech", "language"}),
        (None, False, {"transcribe", "speech", "language", "speaker"}),
    ],
)
def test_networks(tasks: list[str] | None, is_language_known: bool, networks: set[str]) -> None:
    assert set(make_plan(FULL, tasks, is_language_known=is_language_known).networks) == networks


def test_answers_are_in_the_order_asked_without_doubles() -> None:
    assert make_plan(FULL, ["speaker", "speech", "speaker"], is_language_known=False).asked == ("speaker", "speech")
    assert make_plan(FULL, "speech", is_language_known=False).asked == ("speech",)


def test_what_is_not_answered_by_default_is_answered_on_request() -> None:
    rare = replace(SPEAKER, name="rare", is_default=False)
    assert make_plan(model(SPEECH, rare), None, is_language_known=False).asked == ("speech",)
    assert make_plan(model(SPEECH, rare), ["rare"], is_language_known=False).asked == ("rare",)
    assert make_plan(model(rare), None, is_language_known=False).asked == ("rare",), "it has nothing else"


def test_long_audio_always_looks_for_speech() -> None:
    plan = make_plan(FULL, ["speaker"], is_language_known=False)
    assert (plan.speech, plan.long_speech) == (None, "speech")


def test_a_model_of_one_task() -> None:
    plan = make_plan(model(SPEAKER), None, is_language_known=False)
    assert plan.networks == ("speaker",)
    assert plan.long_speech is None


def test_unknown_and_no_tasks() -> None:
    with pytest.raises(ValueError, match="no task 'smell': it has transcribe, speech"):
        make_plan(FULL, ["smell"], is_language_known=False)
    with pytest.raises(ValueError, match="ask for one or more of transcribe"):
        make_plan(FULL, [], is_language_known=False)


def test_a_translation_is_written_beside_the_transcript() -> None:
    translate = TaskSpec("translate", Resolution.TEXT, {"kind": "transcript", "writes": "translation"}, (), "t.onnx")
    plan = make_plan(model(translate, TEXT, SPEECH), None, is_language_known=True)
    assert (plan.transcribe, plan.more_texts) == ("transcribe", ("translate",))
    assert {"transcribe", "translate"} <= set(plan.networks)
    alone = make_plan(model(translate, TEXT), ["translate"], is_language_known=True)
    assert (alone.transcribe, alone.more_texts, alone.networks) == ("translate", (), ("translate",))


@pytest.mark.parametrize(
    ("tasks", "also", "ctc", "frame_heads", "networks"),
    [
        (["transcribe"], [], "ctc", (), {"transcribe", "speech", "ctc"}),  # it spells a draft
        (["ctc"], [], None, ("ctc",), {"ctc"}),  # it answers for itself
        (["ctc", "transcribe"], [], "ctc", ("ctc",), {"transcribe", "speech", "ctc"}),
        (["speaker"], [], None, (), {"speaker"}),
        (["speaker"], ["ctc", "ctc"], None, (), {"speaker", "ctc"}),
    ],
)
def test_the_ctc_head(
    tasks: list[str], also: list[str], ctc: str | None, frame_heads: tuple[str, ...], networks: set[str]
) -> None:
    plan = make_plan(model(*FULL.tasks, CTC), tasks, is_language_known=True, also=also)
    assert (plan.ctc, plan.frame_heads, set(plan.networks)) == (ctc, frame_heads, networks)
    assert plan.transcribe == ("transcribe" if "transcribe" in tasks else None)


def test_letters_beside_a_head_that_spells_with_pieces_tell_times() -> None:
    letters = TaskSpec("letters", Resolution.FRAME, {"kind": "ctc"}, ("", "a"), "letters.onnx")
    both = model(*FULL.tasks, CTC, letters)
    plan = make_plan(both, ["transcribe"], is_language_known=True)
    assert (plan.ctc, plan.letters, plan.spelling) == ("ctc", "letters", ("ctc", "letters"))
    assert {"ctc", "letters"} <= set(plan.networks)
    assert make_plan(both, ["ctc"], is_language_known=True).spelling == ()
    assert (spelling_head(both), letters_head(both)) == ("ctc", "letters")
    alone = model(*FULL.tasks, CTC)
    assert make_plan(alone, ["transcribe"], is_language_known=True).spelling == ("ctc",)
    assert (spelling_head(alone), letters_head(alone), letters_head(FULL)) == ("ctc", "ctc", None)
    assert letters_head(model(replace(letters, decode={"kind": "multilabel"}))) is None


def test_only_heads_of_frames_run_without_being_asked() -> None:
    with pytest.raises(ValueError, match="'speaker' has no output a frame: ask for one of the heads that have, speech"):
        make_plan(FULL, ["speech"], is_language_known=True, also=["speaker"])
    with pytest.raises(ValueError, match="no task 'ctc'"):
        make_plan(FULL, ["speech"], is_language_known=True, also=["ctc"])
