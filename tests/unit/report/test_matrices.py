"""Matrices are means of records; two tasks that were never together have no value."""

from __future__ import annotations

import numpy as np

from allears.report.matrices import affinity_of, cosines_of, norms_of
from tests.unit.report.conftest import MakeRun

SCORES = {"language": 0.8, "speech": 0.9, "gender": 0.5}


def test_cosines_are_meaned_and_symmetric(make_run: MakeRun) -> None:
    extra = [
        {"event": "conflict", "step": 1, "cosine": {"language": {"speech": 0.2}}, "norm": {"language": 1.0}},
        {"event": "conflict", "step": 2, "cosine": {"speech": {"language": 0.4}}, "norm": {"language": 3.0}},
        {"event": "conflict", "step": 3, "cosine": {"gender": {"gender": 1.0}}, "norm": {}},
    ]
    run = make_run("a", SCORES, extra=extra)
    matrix = cosines_of(run)
    assert matrix is not None
    assert matrix.tasks == ("language", "speech", "gender")
    assert matrix.values[0, 1] == matrix.values[1, 0] == np.float64(0.30000000000000004)
    assert np.isnan(matrix.values[0, 2])
    assert matrix.as_dict() == {
        "language": {"speech": matrix.values[0, 1]},
        "speech": {"language": matrix.values[0, 1]},
    }
    assert norms_of(run) == {"language": 2.0}


def test_cosines_of_a_balancer_do_where_there_is_no_record(make_run: MakeRun) -> None:
    extra = [{"event": "train", "step": 41, "losses": {}, "cosine": {"language~speech": -0.5}}]
    matrix = cosines_of(make_run("a", SCORES, extra=extra))
    assert matrix is not None
    assert matrix.pairs() == [("language", "speech", -0.5), ("speech", "language", -0.5)]
    assert cosines_of(make_run("b", SCORES)) is None


def test_affinity_is_not_symmetric(make_run: MakeRun) -> None:
    extra = [{"event": "affinity", "step": 1, "affinity": {"language": {"speech": 0.1}, "speech": {"language": -0.2}}}]
    matrix = affinity_of(make_run("a", SCORES, extra=extra))
    assert matrix is not None
    assert matrix.pairs() == [("language", "speech", 0.1), ("speech", "language", -0.2)]
