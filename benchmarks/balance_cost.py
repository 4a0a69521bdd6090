"""What each balancer costs: time a training step and peak memory, over fixed weights, at parameters and at features.

python benchmarks/balance_cost.py --out balance_cost.json

The model: `cnn-bilstm` at its default size, hard sharing, five tasks (three to tell clips apart by few classes, one by
many, one CTC) on noise. A step is forward, backward, clipping and AdamW; every task is labelled for every clip. Each
balancer runs in a fresh process, whose peak is `VmHWM` (on a GPU: torch's own count). The time is that of the process
on the CPU, which a busy machine changes little (on a GPU: the clock's). stderr shows the table.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import inspect
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from common.run import Table, progress, run

CLASSES = {"emotion": 6, "gender": 2, "age": 4, "speaker": 200}
TOKENS, TOKENS_A_CLIP = 32, 20
CHILD = "--child"


def measure(args: argparse.Namespace) -> dict[str, Any]:
    results: dict[str, Any] = {}
    for name, at in _cases(args.only):
        key = name if at is None else f"{name} at {at}"
        progress(f"balance_cost: {key}")
        results[key] = _child(args, name, at)
    table = _table(args, results)
    progress(_markdown(table))
    return {"results": results | {"torchjd": importlib.metadata.version("torchjd")}, "tables": [table]}


def _cases(only: Sequence[str] | None) -> list[tuple[str, str | None]]:
    """(balancer, where it takes gradients, None if nowhere), `fixed` first."""
    from allears.balance import BALANCERS

    names = ["fixed", *(name for name in BALANCERS if name != "fixed" and (only is None or name in only))]
    takes = {name: "at" in inspect.signature(BALANCERS[name]).parameters for name in names}
    return [(name, at) for name in names for at in (("parameters", "features") if takes[name] else (None,))]


def _child(args: argparse.Namespace, name: str, at: str | None) -> dict[str, Any]:
    """Steps of one balancer in a fresh process."""
    command = [sys.executable, __file__, CHILD, name, *([] if at is None else ["--at", at])]
    for option in ("batch", "seconds", "steps", "seed", "threads", "device"):
        command += [f"--{option}", str(getattr(args, option))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ValueError(f"{name} failed with exit code {done.returncode} and said: {done.stderr[-800:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def step_in_child(args: argparse.Namespace) -> None:
    """What the fresh process does; prints one line of JSON."""
    import torch

    from allears.balance import BALANCERS

    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    encoder, heads, losses_of = _model(args)
    tasks = (*CLASSES, "transcribe")
    balancer = BALANCERS[args.child](tasks=tasks, **({} if args.at is None else {"at": args.at})).to(args.device)
    shared, own = list(encoder.parameters()), [*heads.parameters(), *balancer.parameters()]
    optimizer = torch.optim.AdamW([*shared, *own], lr=1e-4, fused=True)
    times: list[float] = []
    clock = time.process_time if args.device == "cpu" else time.perf_counter
    for _ in range(args.steps + 2):  # the first two warm up
        started = clock()
        optimizer.zero_grad(set_to_none=True)
        losses, layers = losses_of()
        balancer.backward(losses, shared, features=layers)
        del losses, layers
        torch.nn.utils.clip_grad_norm_([*shared, *own], 1.0)
        optimizer.step()
        if args.device != "cpu":
            torch.cuda.synchronize()
        times.append(1000 * (clock() - started))
    low, median, high = statistics.quantiles(times[2:], n=4)
    facts = {"step_ms": [low, median, high], "peak_mb": _peak_mb(args.device)}
    print(json.dumps(facts | {"shared_parameters": sum(p.numel() for p in shared)}))


def _model(args: argparse.Namespace) -> tuple[Any, Any, Callable[[], tuple[dict[str, Any], Any]]]:
    """Encoder, the rest of the model, and a function that gives the losses of one batch and the encoder's layers."""
    import torch
    from torch import nn

    from allears.encoders.cnn_bilstm import cnn_bilstm
    from allears.parts.heads import ClipHead
    from allears.sharing.hard import hard

    device, functional = args.device, nn.functional
    encoder = cnn_bilstm().to(device)
    sharing = hard(reads=dict.fromkeys((*CLASSES, "transcribe"), "mix"), dim=encoder.dim, num_layers=encoder.num_layers)
    heads = nn.ModuleDict({task: ClipHead(encoder.dim, count) for task, count in CLASSES.items()})
    heads["transcribe"] = nn.Linear(encoder.dim, TOKENS)
    rest = nn.ModuleList([sharing, heads]).to(device)
    num_samples = torch.full((args.batch,), int(args.seconds * 16_000), device=device)
    audio = 0.1 * torch.randn(args.batch, int(num_samples[0]), device=device)
    targets = {task: torch.randint(count, (args.batch,), device=device) for task, count in CLASSES.items()}
    texts = torch.randint(1, TOKENS, (args.batch, TOKENS_A_CLIP), device=device)
    lengths = torch.full((args.batch,), TOKENS_A_CLIP, device=device)

    def losses_of() -> tuple[dict[str, Any], Any]:
        hidden = encoder(audio, num_samples)
        read = sharing(hidden)
        losses = {
            task: functional.cross_entropy(heads[task](read[task], hidden.num_frames), target)
            for task, target in targets.items()
        }
        frames = heads["transcribe"](read["transcribe"]).log_softmax(-1).transpose(0, 1)
        losses["transcribe"] = functional.ctc_loss(frames, texts, hidden.num_frames, lengths)
        return losses, hidden.layers

    return encoder, rest, losses_of


def _peak_mb(device: str) -> float:
    """Peak memory, megabytes (10^6 bytes): of this program on a CPU, of torch's tensors on a GPU."""
    if device != "cpu":
        import torch

        return round(torch.cuda.max_memory_allocated() / 1e6, 1)
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) * 1024 / 1e6, 1)
    raise ValueError("/proc/self/status has no VmHWM: this benchmark needs Linux or a GPU")


def _table(args: argparse.Namespace, results: dict[str, Any]) -> Table:
    base = results["fixed"]
    millions = base["shared_parameters"] / 1e6
    rows = [
        [name, f"{r['step_ms'][1]:.0f} ({r['step_ms'][0]:.0f} to {r['step_ms'][2]:.0f})",
         f"{r['step_ms'][1] / base['step_ms'][1]:.2f}", f"{r['peak_mb']:.0f}", f"{r['peak_mb'] - base['peak_mb']:+.0f}"]
        for name, r in results.items()
    ]  # fmt: skip
    time_column = "step, CPU ms (quartiles)" if args.device == "cpu" else "step, ms (quartiles)"
    return {
        "title": f"A step of five tasks, {args.batch} clips of {args.seconds:g} s",
        "columns": ["balancer", time_column, "times fixed", "peak MB", "MB over fixed"],
        "rows": rows,
        "notes": [f"{millions:.2f} million shared parameters, {args.steps} steps, {args.device}."],
    }  # fmt: skip


def _markdown(table: Table) -> str:
    columns: list[str] = table["columns"]
    rows = [columns, ["---"] * len(columns), *table["rows"]]
    return "\n".join(["| " + " | ".join(row) + " |" for row in rows])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="JSON file to write; standard output if left out")
    parser.add_argument("--only", nargs="+", help="these balancers, and fixed")
    parser.add_argument("--batch", type=int, default=16, help="clips a batch")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of every clip")
    parser.add_argument("--steps", type=int, default=20, help="measured steps a balancer")
    parser.add_argument("--seed", type=int, default=0, help="of everything drawn by chance")
    parser.add_argument("--threads", type=int, default=2, help="compute threads")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--at", help=argparse.SUPPRESS)
    parser.add_argument(CHILD, help=argparse.SUPPRESS)
    parser.set_defaults(model=None, peers_only=True)  # nothing exported takes part
    given = parser.parse_args()
    if given.child:
        step_in_child(given)
    else:
        run("balance_cost", given, measure)
