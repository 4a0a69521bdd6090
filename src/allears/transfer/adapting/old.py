"""The tasks that a model had before it was adapted, measured before and after.

In: the model's folder or run, clips that its tasks have labels for. Out: scores. After adapting, the old heads read the
adapted encoder, and tasks that learned themselves are measured as they are now.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from torch import nn

from allears.config.build import build_dev, build_model
from allears.config.data_schema import SourceSection
from allears.config.load import parse_recipe
from allears.config.schema import Recipe
from allears.encoders.exported import ExportedEncoder
from allears.model import MultiTaskModel
from allears.runtime.model_folder import ModelFolder
from allears.train.evaluate import Scores, evaluate
from allears.transfer.adapting.recipe import fill_up
from allears.transfer.initial import is_model_folder

__all__ = ["OldTasks"]

log = logging.getLogger(__name__)


class OldTasks:
    """See the module.

    Args:
        base: model folder or run.
        manifest: clips to measure on.
        split: of them; all if None.
        names: of the tasks; None for those that the model does by itself.
        limit: most clips, evenly spread; all if None.
        out: folder for a tokenizer, if one has to be written.
        max_s: longer clips are left out.

    Attributes:
        model: the model as it was.

    Raises:
        ValueError: no such manifest, or no task that can be measured.
    """

    def __init__(
        self,
        base: str | Path,
        manifest: Path,
        *,
        split: str | None = None,
        names: Sequence[str] | None = None,
        limit: int | None = None,
        out: Path,
        max_s: float = 28.0,
    ) -> None:
        source: dict[str, object] = {"manifest": str(manifest), "split": split, "max_s": max_s, "limit": limit}
        self._source = SourceSection.model_validate(source)
        self._files = {t.name: t.file for t in ModelFolder(base).spec.tasks} if is_model_folder(base) else {}
        self._recipe = _recipe(base, source, names, out)
        self.model = build_model(self._recipe).eval()

    def before(self) -> Scores:
        """Of the model as it was."""
        return self._measure(self.model)

    def after(self, adapted: MultiTaskModel) -> Scores:
        """Of the same tasks with what was learned; changes `model`: call `before` first."""
        learned = {name for name in adapted.tasks if name in self.model.tasks}
        scores = self._measure(adapted, sorted(learned)) if learned else {}
        if not isinstance(adapted.encoder, ExportedEncoder):  # that one cannot have learned
            self.model.encoder = adapted.encoder
        _share_decoders(self.model, adapted, self._files)
        rest = [name for name in self.model.tasks if name not in learned]
        return scores | (self._measure(self.model, rest) if rest else {})

    def _measure(self, model: MultiTaskModel, names: Sequence[str] | None = None) -> Scores:
        batches = build_dev(self._recipe, model, [self._source])
        assert batches is not None
        return evaluate(model, batches, names)


def _recipe(base: str | Path, source: dict[str, object], names: Sequence[str] | None, out: Path) -> Recipe:
    """Of the model as it is, all its tasks that can be taken up."""
    if is_model_folder(base):
        spec = ModelFolder(base).spec
        wanted = list(names or spec.default_tasks)
    else:
        from allears.train.checkpoint import find_checkpoint, read_checkpoint

        wanted = list(names or read_checkpoint(find_checkpoint(base))["recipe"]["tasks"])
    settings = {
        "name": "old",
        "data": {"train": [source], "max_batch_s": 40},
        "optim": {"num_steps": 1},
    }
    kept: dict[str, dict[str, object]] = {}
    for name in wanted:
        try:
            kept[name] = fill_up({**settings, "tasks": {name: {}}}, base, out)["tasks"][name]
        except ValueError as error:
            log.warning("the task %s is not measured: %s", name, error)
    if not kept:
        raise ValueError(f"none of the tasks {', '.join(wanted)} of {base} can be measured: leave --old out")
    return parse_recipe(fill_up({**settings, "tasks": kept}, base, out), str(base))


def _share_decoders(model: MultiTaskModel, adapted: MultiTaskModel, files: Mapping[str, str]) -> None:
    """Two text tasks of one file (a translation beside a transcript) have one decoder, also when one has learned."""
    for name, head in adapted.heads.items():
        decoder = getattr(head, "decoder", None)
        for other, old in model.heads.items():
            if isinstance(decoder, nn.Module) and name in files and files[name] == files.get(other):
                old.decoder = decoder
