"""Train a model of open language: sentences of several corpora, each with its own labels, one encoder, a head a label.

In: a `TextRecipe` and a folder. Out: a run folder as `allears train` leaves it, with `spec.json` and `vocabulary.txt`
beside it. `python -m allears.understand.learn.run RECIPE OUT [--resume]`
"""

from __future__ import annotations

import argparse
import json
import logging
from dataclasses import replace
from pathlib import Path

from allears.balance.fixed import fixed
from allears.model import MultiTaskModel
from allears.sharing.hard import hard
from allears.train.checkpoint import RunFolder, find_checkpoint, read_checkpoint, weights_of
from allears.train.logs import RunLog, make_progress
from allears.train.loop import Outcome, Plan, train
from allears.train.optim import Average, make_optimizer
from allears.train.state import TrainState, seed_everything
from allears.train.stop import stop_on_signals
from allears.understand.learn.data import TextData, read_data
from allears.understand.learn.encoder import TextEncoder, load_bert
from allears.understand.learn.feed import TextFeed, encode, fixed_batches
from allears.understand.learn.noise import Noise
from allears.understand.learn.prune import prune, read_vocabulary
from allears.understand.learn.recipe import TextRecipe, load_text_recipe
from allears.understand.learn.scope import choose_threshold
from allears.understand.learn.tasks import build_tasks
from allears.understand.pieces import WordPieces
from allears.understand.spec import UnderstandSpec

__all__ = ["build_model", "load_trained", "measure_thresholds", "run_text_recipe"]

log = logging.getLogger(__name__)

SPEC, VOCABULARY = "spec.json", "vocabulary.txt"


def run_text_recipe(recipe: TextRecipe, out: Path, *, is_resumed: bool = False) -> Outcome:
    """Train as the recipe says, in the folder `out`.

    Raises:
        ValueError: `out` holds a run already and `is_resumed` is false; a file is missing; a loss is not finite.
    """
    folder = RunFolder(out)
    if folder.steps and not is_resumed:
        raise ValueError(f"{out} holds a run already ({folder.steps[-1].stem}): add --resume, or choose another folder")
    seed_everything(recipe.seed)
    data = read_data(recipe)
    vocabulary = _vocabulary(recipe, data)
    encoder = load_bert(Path(recipe.pretrained), vocabulary, num_layers=recipe.num_layers, max_pieces=recipe.max_pieces)
    model = build_model(encoder, data.spec, smoothing=recipe.label_smoothing)
    state, plan = _start(recipe, data, model, WordPieces(vocabulary))
    saved = folder.newest_sound()
    if saved is not None:
        state.load_state_dict(saved[1])
    folder.write_text(VOCABULARY, "".join(f"{piece}\n" for piece in vocabulary))
    folder.write_text(SPEC, data.spec.to_json())
    folder.write_text("recipe.json", recipe.model_dump_json(indent=1))
    outcome = _train(state, plan, folder, recipe, data, WordPieces(vocabulary))
    if outcome.is_finished:
        measure_thresholds(recipe, data, out)
    return outcome


def build_model(encoder: TextEncoder, spec: UnderstandSpec, *, smoothing: float = 0.0) -> MultiTaskModel:
    """Encoder, hard sharing, a head a task. All tasks read the last layer, so each reaches all of the encoder."""
    tasks = build_tasks(spec, smoothing=smoothing)
    sharing = hard(reads={name: task.reads for name, task in tasks.items()}, dim=encoder.dim, num_layers=1)
    model = MultiTaskModel(encoder, sharing, tasks)
    model.keep_reached({name: list(encoder.parameters()) for name in tasks})
    return model


def load_trained(run: Path) -> tuple[MultiTaskModel, UnderstandSpec, WordPieces]:
    """The model of a run folder, in eval mode; averaged weights where averaging was on.

    Raises:
        ValueError: it is no run folder of open language.
    """
    for name in (SPEC, VOCABULARY):
        if not (run / name).is_file():
            raise ValueError(f"{run} has no {name}: give a folder that allears.understand.learn.run wrote")
    spec = UnderstandSpec.from_json((run / SPEC).read_text(encoding="utf-8"))
    pieces = WordPieces.load(run / VOCABULARY)
    weights = weights_of(read_checkpoint(find_checkpoint(run, prefer_best=False)))
    model = build_model(TextEncoder.like(weights, prefix="encoder."), spec)
    model.load_state_dict(weights)
    return model.eval(), spec, pieces


def _vocabulary(recipe: TextRecipe, data: TextData) -> list[str]:
    words = [word for splits in data.examples.values() for e in splits["train"] for word in e.words]
    return prune(read_vocabulary(Path(recipe.pretrained) / "tokenizer.json"), words, recipe.vocabulary_size)


def _start(recipe: TextRecipe, data: TextData, model: MultiTaskModel, pieces: WordPieces) -> tuple[TrainState, Plan]:
    sources = []
    for name, source in recipe.sets.items():
        train_examples = data.examples[name]["train"]
        sources.append((name, [e for e in train_examples if e.is_in_scope is not False], source.times))
        sources.append((name, [e for e in train_examples if e.is_in_scope is False], source.out_times))
    feed = TextFeed(
        [source for source in sources if source[1]], data.spec, model.tasks, pieces, batch_size=recipe.batch_size,
        max_pieces=recipe.max_pieces, noise=None if recipe.noise is None else Noise(**recipe.noise), seed=recipe.seed,
        swap=recipe.swap,
    )  # fmt: skip
    num_steps = recipe.num_epochs * feed.num_batches
    balancer = fixed(tasks=list(model.tasks), weights=recipe.weights)
    optimizer = make_optimizer(
        model, balancer, lr=recipe.head_lr, lr_of={"encoder": recipe.lr}, weight_decay=recipe.weight_decay,
        betas=(0.9, 0.999),
    )  # fmt: skip
    average = Average(model, recipe.ema) if recipe.ema else None
    state = TrainState(model, balancer, optimizer, feed, average=average, facts={"recipe": recipe.model_dump()})
    every = max(1, num_steps // recipe.num_epochs)
    plan = Plan(
        num_steps=num_steps, warmup_steps=round(recipe.warmup * num_steps), evaluate_every_steps=every,
        checkpoint_every_steps=max(1, every // 4), log_every_steps=max(1, every // 20),
    )  # fmt: skip
    return state, plan


def _train(
    state: TrainState, plan: Plan, folder: RunFolder, recipe: TextRecipe, data: TextData, pieces: WordPieces
) -> Outcome:
    items = [
        encode(e, name, data.spec, pieces, max_pieces=recipe.max_pieces)
        for name, splits in data.examples.items()
        for e in splits["dev"]
    ]
    run_log, progress = RunLog(folder.path, first_step=state.step), make_progress(plan.num_steps, state.step)
    try:
        with stop_on_signals() as stop:
            dev = fixed_batches(items, state.model.tasks)
            return train(state, plan, folder=folder, run_log=run_log, progress=progress, dev=dev, stop=stop)
    finally:
        progress.close()
        run_log.close()


def measure_thresholds(recipe: TextRecipe, data: TextData, run: Path) -> UnderstandSpec:
    """The spec of a run folder, written anew with the thresholds that let the asked share of dev sentences pass."""
    model, spec, pieces = load_trained(run)
    sets = []
    for one in spec.sets:
        dev = [e for e in data.examples[one.name]["dev"] if e.is_in_scope]
        inside = [encode(e, one.name, spec, pieces, max_pieces=recipe.max_pieces) for e in dev]
        threshold = choose_threshold(model, inside, one.name, kept=recipe.scope_kept)
        sets.append(replace(one, scope_threshold=threshold))
    measured = replace(spec, sets=tuple(sets))
    RunFolder(run).write_text(SPEC, measured.to_json())
    return measured


def main() -> None:
    """The command; see the module."""
    parser = argparse.ArgumentParser(description="Train a model of open language.")
    parser.add_argument("recipe", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--resume", action="store_true", help="go on from the newest checkpoint")
    parser.add_argument("--seed", type=int, help="instead of the recipe's")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    recipe = load_text_recipe(args.recipe, {} if args.seed is None else {"seed": args.seed})
    outcome = run_text_recipe(recipe, args.out, is_resumed=args.resume)
    print(json.dumps({"step": outcome.step, "is_finished": outcome.is_finished, "scores": outcome.scores}))


if __name__ == "__main__":
    main()
