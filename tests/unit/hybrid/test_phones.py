"""The DNN-HMM as a value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from allears.hybrid import store
from allears.hybrid.phones import GAP, PhoneModel
from tests.unit.hybrid.conftest import LEXICON, spoken

pytest.importorskip("sklearn")


def test_scores_are_posteriors_over_priors(model: PhoneModel) -> None:
    scores = model.scores(spoken(1, 3)[0][0].high)
    np.testing.assert_allclose(np.exp(scores[:, :-1] + model.network.log_prior).sum(axis=1), 1, rtol=1e-4)
    np.testing.assert_allclose(scores[:, -1], scores[:, :-1].max(axis=1) - GAP, rtol=1e-5)


def test_what_is_written_is_read(model: PhoneModel, tmp_path: Path) -> None:
    model.save(tmp_path / "made")
    again = PhoneModel.load(tmp_path / "made")
    frames = spoken(1, 3)[0][0].high
    np.testing.assert_array_equal(again.scores(frames), model.scores(frames))
    assert again.lexicon.to_dict() == LEXICON.to_dict()
    assert store.kind_of(tmp_path / "made") == "phones"
    assert [file.name for file in (tmp_path / "made").iterdir()] == [store.FILE]


def test_features_of_another_width_are_an_error(model: PhoneModel) -> None:
    with pytest.raises(ValueError, match="reads 39 features a frame and got 5"):
        model.scores(np.zeros((3, 5), np.float32))


def test_a_folder_without_a_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="allears hybrid train"):
        PhoneModel.load(tmp_path)


def test_a_damaged_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / store.FILE).write_bytes(b"nothing")
    with pytest.raises(ValueError, match="damaged"):
        PhoneModel.load(tmp_path)


def test_a_word_with_a_phone_that_was_never_heard_is_a_gap(model: PhoneModel) -> None:
    laid, unsaid = model.lay_out(["ab", "zoo"])
    assert unsaid == ["zoo"]  # guessed, with phones of English
    assert (laid.chain.columns == 3 * len(model.phones) + 1).sum() == 1
