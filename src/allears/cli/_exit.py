"""Exit codes of the command, and which error means which."""

from __future__ import annotations

from typing import Final

__all__ = ["FAILED", "INTERRUPTED", "MODEL", "OK", "PIPE_CLOSED", "REFUSED", "USAGE", "code_of", "words_of"]

OK: Final = 0
FAILED: Final = 1  # part of the work failed
USAGE: Final = 2  # argparse's own code for wrong usage
MODEL: Final = 3  # the model cannot be loaded
REFUSED: Final = 4  # what was made breaks a limit that was set, and nothing was kept
INTERRUPTED: Final = 130  # 128 + SIGINT, what shells use
PIPE_CLOSED: Final = 141  # 128 + SIGPIPE


def code_of(error: Exception) -> int:
    """The exit code of an error that ended a verb: `MODEL` for a `ModelError`, else `USAGE`."""
    from allears.runtime.onnx_file import ModelError  # here, since it imports onnxruntime

    return MODEL if isinstance(error, ModelError) else USAGE


def words_of(error: Exception) -> str:
    """An error in words; a file that is not there, or may not be used, with what to do."""
    if isinstance(error, OSError) and error.filename is not None:
        why = (error.strerror or str(error)).lower()
        if isinstance(error, FileNotFoundError):
            return f"there is no file or folder {str(error.filename)!r}: check the name, and the folder you are in"
        return f"{str(error.filename)!r} cannot be used ({why}): check what it is and who may read or write it"
    return str(error)
