"""Threads of a network."""

from __future__ import annotations

from allears.onnx_threads import session_options


def test_threads_stop_spinning_when_a_run_ends() -> None:
    options = session_options(3)
    assert options.intra_op_num_threads == 3
    assert options.get_session_config_entry("session.force_spinning_stop") == "1"
