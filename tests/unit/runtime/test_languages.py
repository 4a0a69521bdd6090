"""Head and decoder agree on a language."""

import pytest

from allears.runtime.languages import Fusion, choose, fuse, known_codes, sure_or_usual

HEAD = {"en": 0.9, "fr-CA": 0.05, "fr": 0.05}
DECODER = {"en": 0.1, "fr": 0.05, "la": 0.85}


def best(probabilities: dict[str, float]) -> str:
    assert sum(probabilities.values()) == pytest.approx(1.0)
    return max(probabilities, key=lambda code: probabilities[code])


def test_each_alone_is_believed() -> None:
    assert fuse(None, DECODER, Fusion()) == pytest.approx(DECODER)
    assert fuse(HEAD, None, Fusion()) == pytest.approx({"en": 0.9, "fr": 0.1})  # regions are added up


def test_a_sure_head_corrects_the_decoder_among_the_languages_it_knows() -> None:
    decoder = {"en": 0.2, "fr": 0.6, "la": 0.2}
    assert best(fuse(HEAD, decoder, Fusion(fusion=0.7))) == "en"
    assert best(fuse(HEAD, decoder, Fusion(fusion=0.0))) == "fr"
    fused = fuse(HEAD, decoder, Fusion(fusion=1.0))
    assert fused == pytest.approx({"en": 0.72, "fr": 0.08, "la": 0.2}), "the others keep what the decoder gave them"


def test_a_language_the_head_does_not_know_can_win() -> None:
    assert best(fuse({"en": 0.6, "fr": 0.4}, {"en": 0.01, "fr": 0.01, "ja": 0.98}, Fusion())) == "ja"


def test_only_allowed_languages_are_chosen_among() -> None:
    fused = fuse(None, DECODER, Fusion(), allowed=("en", "fr"))
    assert fused == pytest.approx({"en": 2 / 3, "fr": 1 / 3})


def test_windows_count_by_their_speech() -> None:
    windows = [{"en": 0.9, "fr": 0.1}, {"en": 0.2, "fr": 0.8}]
    assert choose(windows, [1.0, 5.0]).label == "fr"
    assert choose(windows, [5.0, 1.0]).label == "en"
    assert choose(windows, [0.0, 0.0]).label == "en"
    assert list(choose(windows, [1.0, 5.0]).probabilities) == ["fr", "en"]


def test_an_unsure_window_is_heard_in_the_usual_language() -> None:
    assert sure_or_usual([{"en": 0.99, "fr": 0.01}, {"en": 0.4, "fr": 0.6}], [9.0, 1.0]) == "en"
    assert sure_or_usual([{"en": 0.99, "fr": 0.01}, {"en": 0.1, "fr": 0.9}], [9.0, 1.0]) == "fr"


def test_known_codes() -> None:
    assert known_codes(None, (), True) is None
    assert known_codes(["fr-CA", "FR", "en_GB"], (), True) == ("fr", "en")
    assert known_codes(["de"], ("de-DE",), False) == ("de",)
    with pytest.raises(ValueError, match=r"\['xx'\] cannot be chosen among: give one or more of af"):
        known_codes(["xx"], (), True)
    with pytest.raises(ValueError, match="give one or more of de, or leave them out"):
        known_codes(["en"], ("de",), False)
    with pytest.raises(ValueError, match="cannot be chosen among"):
        known_codes([], (), True)
