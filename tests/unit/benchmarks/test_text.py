import numpy as np
import pytest
from common.text import WordErrors, align, is_repeated, pooled_wer


@pytest.mark.parametrize(
    ("reference", "heard", "kinds"),
    [
        ("a b c", "a b c", (0, 0, 0)),
        ("a b c", "a x c", (1, 0, 0)),
        ("a b c", "a c", (0, 1, 0)),
        ("a c", "a b c", (0, 0, 1)),
        ("a b", "", (0, 2, 0)),
        ("", "a b", (0, 0, 2)),
        ("a b c d", "x b d", (1, 1, 0)),
    ],
)
def test_errors_are_told_apart(reference: str, heard: str, kinds: tuple[int, int, int]) -> None:
    errors = align(reference.split(), heard.split())
    assert (errors.substitutions, errors.deletions, errors.insertions) == kinds
    assert errors.words == len(reference.split())


def test_as_many_errors_as_jiwer_counts() -> None:
    jiwer = pytest.importorskip("jiwer")
    rng = np.random.default_rng(0)
    for _ in range(30):
        reference, heard = (" ".join(rng.choice(list("abcd"), rng.integers(1, 12))) for _ in range(2))
        found = jiwer.process_words(reference, heard)
        total = found.substitutions + found.deletions + found.insertions
        assert align(reference.split(), heard.split()).total == total


def test_pooled_wer_weighs_clips_by_their_words() -> None:
    errors = [WordErrors(1, 0, 0, 2), WordErrors(0, 0, 0, 8)]
    assert pooled_wer(errors, np.array([1, 1])) == pytest.approx(0.1)
    assert pooled_wer(errors, np.array([2, 0])) == pytest.approx(0.5)


def test_loops_are_found() -> None:
    loop = "i see the house " * 12
    assert is_repeated(loop, loop.split(), ["house"])
    assert is_repeated("no no no", ["no"] * 3, ["no"])


def test_what_the_reference_repeats_too_is_no_loop() -> None:
    assert not is_repeated("no no no", ["no"] * 3, ["no"] * 3)
    assert not is_repeated("a b a b", "a b a b".split(), ["a"])
    assert not is_repeated("", [], [])
