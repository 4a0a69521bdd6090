"""Train a vocoder: spectra first, then also to please discriminators.

In: clips and a folder. Out: checkpoints in the folder, a log; an interrupted run goes on exactly where it was.
What a step draws depends on its number alone, so the place in the data need not be saved.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from allears.train.checkpoint import FORMAT, RunFolder, find_checkpoint, read_checkpoint
from allears.train.device import move
from allears.train.optim import make_optimizer, rate_factor, set_rates
from allears.train.state import seed_everything
from allears.train.stop import stop_on_signals
from allears.vocoder.data import Stretches, StretchFeed
from allears.vocoder.discriminators import Discriminators, discriminator_loss, pleasing_loss
from allears.vocoder.losses import spectral_distance
from allears.vocoder.network import VocoderNet
from allears.vocoder.transform import to_sound

__all__ = ["VocoderPlan", "load_vocoder", "train_vocoder"]

_BETAS = (0.8, 0.99)  # HiFi-GAN's


@dataclass(frozen=True)
class VocoderPlan:
    """Settings.

    Attributes:
        num_steps: of the whole run.
        lr: peak rate.
        judged_from: step from which discriminators take part; None for never (on a CPU they cost twice the step).
        judged_weight: of what pleases them, beside the spectral distance.
        width, depth: of the network.
        seed: of weights.
        save_every_steps: between checkpoints.
    """

    num_steps: int = 2_000
    lr: float = 1e-3
    judged_from: int | None = None
    judged_weight: float = 0.3
    width: int = 256
    depth: int = 6
    seed: int = 0
    save_every_steps: int = 200


@dataclass
class _State:
    net: VocoderNet
    judges: Discriminators
    optimizers: tuple[torch.optim.Optimizer, torch.optim.Optimizer]
    step: int = 0

    def state_dict(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "kind": "vocoder",
            "step": self.step,
            "options": self.net.options,
            "model": self.net.state_dict(),
            "judges": self.judges.state_dict(),
            "optimizers": [one.state_dict() for one in self.optimizers],
            "average": None,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.net.load_state_dict(state["model"])
        self.judges.load_state_dict(state["judges"])
        for one, saved in zip(self.optimizers, state["optimizers"], strict=True):
            one.load_state_dict(saved)
        self.step = int(state["step"])


def train_vocoder(
    feed: StretchFeed, out: Path, plan: VocoderPlan, device: torch.device, num_workers: int = 0
) -> VocoderNet:
    """Train, or go on; returns the network.

    Args:
        feed: of stretches.
        out: folder of the run.
        plan: settings.
        device: where.
        num_workers: threads that make stretches; 0 makes them between the steps.

    Raises:
        ValueError: the run in `out` has another network, or the loss is not a number.
    """
    seed_everything(plan.seed)
    folder, state = RunFolder(out), _fresh(plan, device)
    if (found := folder.newest_sound(device)) is not None:
        if found[1].get("options") != state.net.options:
            raise ValueError(f"{out} holds a run of {found[1].get('options')}: take its sizes, or another folder")
        state.load_state_dict(found[1])
    folder.write_text("plan.json", json.dumps(asdict(plan)))
    began, first = time.monotonic(), state.step
    batches = feed.batches(first, num_workers)
    with closing(batches), stop_on_signals() as stop, open(out / "log.jsonl", "a", encoding="utf-8") as log:
        while state.step < plan.num_steps and not stop.is_set:
            losses = _step(state, plan, move(next(batches), device))
            state.step += 1
            if state.step % 20 == 0 or state.step == plan.num_steps:
                each_s = (time.monotonic() - began) / (state.step - first)
                _tell(log, state.step, plan.num_steps, losses, each_s)
            if state.step % plan.save_every_steps == 0:
                folder.save(state.state_dict())
    folder.save(state.state_dict())
    return state.net.eval()


def load_vocoder(run: str | Path) -> VocoderNet:
    """The newest network of a run, in eval mode.

    Raises:
        ValueError: there is none.
    """
    state = read_checkpoint(find_checkpoint(run))
    if state.get("kind") != "vocoder":
        raise ValueError(f"{run} is no run of `python -m allears.vocoder`: give its folder")
    net = VocoderNet(**state["options"])
    net.load_state_dict(state["model"])
    return net.eval()


def _fresh(plan: VocoderPlan, device: torch.device) -> _State:
    net, judges = VocoderNet(plan.width, plan.depth).to(device), Discriminators().to(device)
    made = [
        make_optimizer(one, nn.Module(), lr=plan.lr, lr_of={}, weight_decay=0.01, betas=_BETAS) for one in (net, judges)
    ]
    return _State(net, judges, (made[0], made[1]))


def _step(state: _State, plan: VocoderPlan, batch: Stretches) -> dict[str, float]:
    """One update; what the losses were."""
    factor = rate_factor(state.step, warmup_steps=20, num_steps=plan.num_steps, schedule="cosine")
    for optimizer in state.optimizers:
        set_rates(optimizer, max(factor, 0.02))
    said = to_sound(state.net(batch.mel, batch.f0, batch.harmonic, batch.noise))
    loss = distance = spectral_distance(said, batch.sound)
    values = {"distance": float(distance.detach())}
    if plan.judged_from is not None and state.step >= plan.judged_from:
        values["judges"] = _teach_judges(state, batch.sound, said.detach())
        pleasing = pleasing_loss(state.judges(batch.sound), state.judges(said))
        loss, values["pleasing"] = distance + plan.judged_weight * pleasing, float(pleasing.detach())
    _update(state.net, state.optimizers[0], loss, state.step)
    return values


def _teach_judges(state: _State, real: Tensor, made: Tensor) -> float:
    loss = discriminator_loss(state.judges(real), state.judges(made))
    _update(state.judges, state.optimizers[1], loss, state.step)
    return float(loss.detach())


def _update(module: nn.Module, optimizer: torch.optim.Optimizer, loss: Tensor, step: int) -> None:
    if not torch.isfinite(loss):
        raise ValueError(f"step {step}: the loss is {float(loss.detach())}: lower the rate, or look at the clips")
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
    optimizer.step()


def _tell(log: Any, step: int, num_steps: int, losses: Mapping[str, float], each_s: float) -> None:
    log.write(json.dumps({"step": step, **losses, "step_s": round(each_s, 4)}) + "\n")
    log.flush()
    said = ", ".join(f"{name} {value:.3f}" for name, value in losses.items())
    print(f"{step} of {num_steps}: {said}; {each_s:.2f} s a step", file=sys.stderr, flush=True)
