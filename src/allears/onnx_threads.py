"""Threads for onnxruntime, such that networks that run in turn do not get in each other's way.

In: a number of threads. Out: onnxruntime options that use them. Every network has a pool of its own, whose threads by
default go on spinning for a while after each run: the network that runs next then shares the cores with them. On 2
cores a clip took 1.5 times as long and a small head 3 times. Here they spin during a run and stop at its end.

(A pool that all networks share is as fast, but onnxruntime then refuses every network of other code in the process that
does not use it.)
"""

from __future__ import annotations

import onnxruntime

__all__ = ["session_options"]

_LOG_ERRORS = 3  # onnxruntime's severity: 2 warning, 3 error


def session_options(num_threads: int) -> onnxruntime.SessionOptions:
    """Options of a network that runs on `num_threads` threads, and says nothing but errors."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _LOG_ERRORS
    options.intra_op_num_threads = num_threads
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return options
