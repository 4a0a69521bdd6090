"""Train the head `clean` on the frames that `clean_mixtures.py` kept, and export it.

    python recipes/base/clean_train.py --data $ALLEARS_WORK/clean --model src/allears/models/allears-base --out DIR

In: `audio.npy`, `layers.npy`. Out: `clean.pt` (state of the head, and its weights of all layers of the encoder), and
the model folder `model`: that of `--model` with `clean.onnx` (int8) and its spec. A run that was cut off goes on from
its last checkpoint. The same loss and head as `allears train recipes/base/clean.yaml`, without running the encoder
again in every step.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from clean_mixtures import LAYERS
from torch import Tensor, nn

from allears.encoders.base import Hidden
from allears.export.folder import write_checksums
from allears.export.graphs import HeadGraph
from allears.export.onnx_files import export_head, set_metadata
from allears.export.quantize import quantize
from allears.parts.mask_losses import mask_error
from allears.runtime.model_folder import ModelFolder
from allears.sharing._layer_mix import LayerMix
from allears.sharing.hard import hard
from allears.spec import METADATA_KEY
from allears.tasks.clean import clean

NUM_DEV = 60  # the first mixtures are not trained on
UNUSED = -1e4  # logit of a layer that the head does not read
LR, WARMUP, DECAY, EMA = 2e-3, 60, 0.01, 0.995


class Net(nn.Module):
    """The layer mix over `LAYERS` and the head."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = LayerMix({"clean": "mix"}, 512, len(LAYERS))
        self.head = clean().head(512)

    def forward(self, layers: Tensor, audio: Tensor) -> Tensor:
        features = self.mix.read(Hidden(layers, None), ["clean"])["clean"]
        return self.head(features, torch.full((len(audio),), features.shape[1]), audio)


class Mixtures:
    """Crops that are there so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.audio = np.load(folder / "audio.npy", mmap_mode="r")
        self.layers = np.load(folder / "layers.npy", mmap_mode="r")

    def __len__(self) -> int:
        return int((self.folder / "done.txt").read_text())

    def take(self, rows: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
        """layers (K, B, T, D), noisy (B, S), wanted (B, S)."""
        layers = torch.from_numpy(np.stack([self.layers[row] for row in rows]).astype(np.float32)).transpose(0, 1)
        audio = torch.from_numpy(np.stack([self.audio[row] for row in rows]).astype(np.float32) / 32767)
        return layers, audio[:, 0], audio[:, 1]


def loss_of(net: Net, batch: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    layers, noisy, wanted = batch
    frames = torch.full((len(noisy),), layers.shape[2])
    return mask_error(net(layers, noisy), frames, noisy, wanted)


def save(path: Path, state: object) -> None:
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def export(net: Net, model: Path, out: Path) -> None:
    """`clean.pt` and the folder `model` in `out`; whatever stood there goes."""
    folder = ModelFolder(model)
    weights = torch.full((folder.spec.num_layers,), UNUSED)
    weights[list(LAYERS)] = net.mix["clean"].detach()
    save(out / "clean.pt", {"head": net.head.state_dict(), "mix": weights})
    sharing = hard(reads={"clean": "mix"}, dim=folder.spec.dim, num_layers=folder.spec.num_layers)
    sharing.mix["clean"].data.copy_(weights)
    made = out / "model"
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(folder.path, made)
    graph = HeadGraph(sharing, net.head.eval(), "clean")
    export_head(graph, folder.spec.num_layers, folder.spec.dim, made / "clean.fp32")
    quantize(made / "clean.fp32", made / "clean.onnx")
    (made / "clean.fp32").unlink()
    others = [task for task in folder.spec.tasks if task.name != "clean"]
    spec = replace(folder.spec, tasks=(*others, replace(clean().spec, file="clean.onnx")))
    set_metadata(made / "encoder.onnx", {METADATA_KEY: spec.to_json()})
    write_checksums(made)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--model", type=Path, required=True, help="model folder whose encoder made the mixtures' frames"
    )
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=12)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    mixtures, net = Mixtures(args.data), Net()
    mean = {name: value.clone() for name, value in net.state_dict().items()}
    optimizer = torch.optim.AdamW(net.parameters(), lr=LR, weight_decay=DECAY)
    first, kept = 0, args.out / "last.pt"
    if kept.exists():
        state = torch.load(kept)
        net.load_state_dict(state["net"])
        optimizer.load_state_dict(state["optimizer"])
        mean, first = state["mean"], state["step"]
    began, losses = time.time(), []
    order: list[int] = []
    rng = np.random.default_rng(first)
    for step in range(first, args.steps):
        if len(order) < args.batch:
            order = rng.permutation(np.arange(NUM_DEV, len(mixtures))).tolist()
        rows, order = np.array(order[: args.batch]), order[args.batch :]
        rate = min(1.0, (step + 1) / WARMUP) * 0.5 * (1 + math.cos(math.pi * step / args.steps))
        for group in optimizer.param_groups:
            group["lr"] = LR * rate
        loss = loss_of(net, mixtures.take(rows)).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 3.0)
        optimizer.step()
        losses.append(loss.item())
        keep = min(EMA, step / (step + 10))
        for name, value in net.state_dict().items():
            mean[name] = value.clone() if not value.is_floating_point() else mean[name].lerp(value, 1 - keep)
        if (step + 1) % 100 == 0 or step + 1 == args.steps:
            save(kept, {"net": net.state_dict(), "mean": mean, "optimizer": optimizer.state_dict(), "step": step + 1})
            dev = Net()
            dev.load_state_dict(mean)
            dev.eval()
            with torch.no_grad():
                found = torch.cat([loss_of(dev, mixtures.take(np.arange(i, i + 12))) for i in range(0, NUM_DEV, 12)])
            print(f"{step + 1} train {np.mean(losses):.4f} dev {found.mean():.4f} crops {len(mixtures)} "
                  f"{time.time() - began:.0f} s", flush=True)  # fmt: skip
            losses = []
    final = Net()
    final.load_state_dict(mean)
    export(final, args.model, args.out)


if __name__ == "__main__":
    main()
