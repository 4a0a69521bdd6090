"""One worker: a session of its own, that hears one clip after the other and writes down what it heard.

In: items. Out: an `Outcome` each; what was heard is on disk when it is told. A clip that is done is not heard again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from allears.archive.items import Item
from allears.archive.outputs import Outputs

if TYPE_CHECKING:
    from allears.runtime.session import Session

__all__ = ["Hearer", "OpenSession", "Outcome", "SessionOptions"]


@dataclass(frozen=True)
class SessionOptions:
    """What every worker opens its session with; plain values, since they travel to other machines.

    Attributes:
        model, tasks, languages, hotwords, domain, understand, adapters, user_words: see `Session`.
        language: that is spoken; found for each clip if None.
        num_threads: of each worker.
    """

    model: str | None = None
    tasks: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    hotwords: str | None = None
    domain: str | None = None
    understand: str | None = None
    adapters: tuple[str, ...] = ()
    user_words: bool = False
    language: str | None = None
    num_threads: int = 1

    def open(self) -> Session:
        """A session.

        Raises:
            ModelError, ValueError: see `Session`.
        """
        from allears.runtime.session import Session

        given = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "language"}
        given["hotwords"] = None if self.hotwords is None else Path(self.hotwords)
        return Session(**given)

    def settings(self) -> dict[str, Any]:
        """What the answers depend on.

        Raises:
            ModelError: there is no such model.
        """
        from allears.runtime.model_folder import ENCODER, ModelFolder

        folder = ModelFolder(self.model)
        given = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("num_threads", "model")}
        return {"model": f"{folder.spec.name} {folder.spec.version}", "encoder": folder.sums.get(ENCODER), **given}


OpenSession = Callable[[SessionOptions], "Session"]
"""What opens a worker's session; tests give another."""


@dataclass(frozen=True)
class Outcome:
    """What came of a clip.

    Attributes:
        key: of the item.
        status: `heard`; `failed`, with the reason in the folder; or `known`: it was done before.
        duration_s: seconds of audio that were heard.
        compute_s: seconds of work.
    """

    key: str
    status: Literal["heard", "failed", "known"]
    duration_s: float = 0.0
    compute_s: float = 0.0


class Hearer:
    """See the module.

    Args:
        options: of the session.
        folder: of the outputs.
        open_session: opens it.

    Raises:
        ModelError, ValueError: see `Session`.
    """

    def __init__(self, options: SessionOptions, folder: str, open_session: OpenSession = SessionOptions.open) -> None:
        self._options, self._outputs = options, Outputs(folder)
        self._session = open_session(options)
        self._session.load()

    def hear(self, item: Item) -> Outcome:
        """Hear a clip.

        Raises:
            ModelError: the model is damaged.
            OSError: what was heard cannot be written.
        """
        from allears.formats.json_ import as_json
        from allears.runtime.onnx_file import ModelError

        if self._outputs.is_heard(item):
            return Outcome(item.key, "known")
        try:
            result = self._session.hear(_source(item), language=self._options.language)
        except ModelError:  # would be said of every clip
            raise
        except (ValueError, OSError) as error:
            self._outputs.keep_failure(item, " ".join(str(error).split()))
            return Outcome(item.key, "failed")
        heard = {name: value for name, value in as_json(result).items() if name != "source"}
        self._outputs.keep(item, heard)
        return Outcome(item.key, "heard", result.duration_s, result.compute_s.get("total", 0.0))


def _source(item: Item) -> Any:
    """The path of a whole file, which is read as it is heard; the samples of a part."""
    if not item.start_s and item.duration_s is None:
        return item.audio
    from allears.audio import load_clip
    from allears.data.manifest import Clip

    return load_clip(Clip(item.id, Path(item.audio), item.start_s, item.duration_s))
