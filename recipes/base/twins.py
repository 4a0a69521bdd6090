"""Single-task twins of heads that were trained together on a frozen encoder: one run a task, one folder for the table.

    python recipes/base/twins.py recipes/base/5-traits.yaml --out $ALLEARS_WORK/twins --only emotion gender
    python recipes/base/twins.py recipes/base/5-traits.yaml --out $ALLEARS_WORK/twins-own --branch 4

A twin has the head of its task, the clips that are labelled for it, the seed and the rates of the joint recipe; it
hears each of its clips as often as the joint run does, in about as many steps (src/allears/report/twin_clips.py).
Finished twins are kept and begun ones go on, so the same command can be given again.

What it shows: below the heads nothing is trained, so heads share nothing but the batches and the length that the
gradient is cut to. These twins measure what that costs, and show that a joint run gives nothing away. A task that had
the encoder to itself would change it: `--branch 4` gives each twin its own copy of the layers above the fourth
(docs/sharing.md), which learns. That is the honest single-task model to be judged by, and costs two layers of the
encoder a task at run time.

Out: `OUT/TASK/seed-N` the runs, `OUT/clips` what they heard, `OUT/model` one model folder with all heads that are
finished, each trained alone: `benchmarks/traits.py --twin OUT/model`.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from allears.config.load import dump_recipe, load_recipe, parse_recipe
from allears.config.schema import Recipe
from allears.encoders.exported import ExportedEncoder
from allears.export.pack import About, pack
from allears.report.twin_clips import read_joint_clips, twin_with_own_clips
from allears.report.twins import TwinRun, plan_twins, train_twins
from allears.runtime.model_folder import ENCODER
from allears.runtime.onnx_file import graph_digest
from allears.train.checkpoint import load_model

BRANCH_RATE = 0.2  # of the heads' rate: the layers begin as trained ones


def main(argv: Sequence[str] | None = None) -> int:
    """0: all twins are there. 1: stopped; the same command goes on."""
    args = _arguments().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    logging.getLogger("allears.report").setLevel(logging.INFO)
    planned = plan(load_recipe(args.joint, args.overrides), args.out, args.only, branch=args.branch, steps=args.steps)
    for number, run in enumerate(planned, start=1):
        print(f"{number} of {len(planned)}: {run.task}, {run.recipe.optim.num_steps} steps", file=sys.stderr)
        if not train_twins([run]):
            print(f"{number - 1} of {len(planned)} twins are done; the same command goes on", file=sys.stderr)
            return 1
        export(run.path, args.out / "model")
    print(args.out / "model")
    return 0


def plan(
    recipe: Recipe, out: Path, tasks: Sequence[str] = (), *, branch: int | None = None, steps: int | None = None
) -> list[TwinRun]:
    """The runs.

    Args:
        recipe: of several tasks on an exported encoder.
        out: where runs and manifests go.
        tasks: only these; all if empty.
        branch: last layer that a twin shares with the others; heads alone if None.
        steps: of every twin, for a quick look; as the joint run's batches ask for if None.

    Raises:
        ValueError: an encoder that is trained along, or an unknown task.
    """
    if recipe.encoder.kind != "exported":
        raise ValueError(
            f"the encoder is {recipe.encoder.kind}: this is for heads on an exported one; where it is trained along, "
            "use `allears twins`"
        )
    runs = plan_twins(recipe, out, [recipe.seed], tasks=tasks)
    joint = read_joint_clips(recipe)
    clips = out.resolve() / "clips"
    own = [twin_with_own_clips(joint, str(run.task), clips, num_steps=steps) for run in runs]
    return [replace(run, recipe=one if branch is None else branched(one, branch))
            for run, one in zip(runs, own, strict=True)]  # fmt: skip


def branched(recipe: Recipe, at: int) -> Recipe:
    """The recipe with a copy of the encoder's layers above `at` that learns."""
    data = dump_recipe(recipe)
    data["sharing"] = {"kind": "branch", "at": at}
    data["optim"]["lr_of"].setdefault("sharing.branches", BRANCH_RATE * data["optim"]["lr"])
    return parse_recipe(data, recipe.name)


def export(run: Path, out: Path) -> None:
    """Put the head of a run beside those that are in a model folder already.

    Raises:
        ValueError: those are on another encoder.
    """
    model = load_model(run)
    assert isinstance(model.encoder, ExportedEncoder)
    if (out / ENCODER).exists():
        if graph_digest(out / ENCODER) != graph_digest(model.encoder.folder / ENCODER):
            raise ValueError(f"{out} has heads on another encoder than {model.encoder.folder}: give another --out")
        model.encoder = ExportedEncoder(out, num_threads=1)  # the same one; `pack` keeps what lies beside it
    pack(model, out, About(out.parent.name, "0.1.0", "heads trained one by one, to compare a joint run with"))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("joint", type=Path, help="recipe of several tasks on an exported encoder")
    parser.add_argument("--out", type=Path, required=True, help="folder of runs, clips and the model")
    parser.add_argument("--only", nargs="+", default=[], metavar="TASK", help="only these tasks; all if left out")
    parser.add_argument("--branch", type=int, metavar="LAYER", help="each twin has its own layers above this one")
    parser.add_argument("--steps", type=int, help="of every twin, for a quick look")
    parser.add_argument("--set", dest="overrides", action="append", default=[], metavar="KEY=VALUE")
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ValueError as error:
        sys.exit(str(error))
