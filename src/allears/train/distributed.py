"""Training on several processes: they find each other, start from the same weights, and draw by chance each its own.

In: the environment that `torchrun` sets (RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT). Out: a context in
which `allears.ranks` knows the others. How their parts become one update is in `global_losses.py` and `sync.py`; see
`docs/distributed.md`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import nn

from allears.ranks import num_ranks, rank
from allears.train.device import choose_device
from allears.train.state import seed_everything

__all__ = ["joined", "seed_apart", "spread"]

log = logging.getLogger(__name__)

TIMEOUT = timedelta(minutes=30)  # for one collective: process 0 may be reading a large checkpoint
_STRIDE = 7_919  # between the seeds of neighbouring processes; a prime, so that runs of seeds 0, 1, 2 share none


@contextmanager
def joined(device: str) -> Iterator[torch.device]:
    """Join the other processes that `torchrun` started, if there are any; gives the device of this one.

    Args:
        device: of the recipe; `auto` and `cuda` take the GPU of the process's number on its machine.

    Raises:
        ValueError: the environment names several processes, but not which one this is; or there are too few GPUs.
    """
    if dist.is_initialized() or int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield _device(device)
        return
    missing = [name for name in ("RANK", "MASTER_ADDR", "MASTER_PORT") if name not in os.environ]
    if missing:
        raise ValueError(
            f"WORLD_SIZE is {os.environ['WORLD_SIZE']}, but {', '.join(missing)} are not set: start the run with "
            "`torchrun --nproc-per-node N -m allears train RECIPE`, or unset WORLD_SIZE"
        )
    found = _device(device)
    dist.init_process_group("cpu:gloo,cuda:nccl" if found.type == "cuda" else "gloo", timeout=TIMEOUT)
    log.info("process %d of %d on %s", rank(), num_ranks(), found)
    yield found
    dist.destroy_process_group()  # not after an error: a collective may be open, and torchrun ends the others


def spread(*modules: nn.Module) -> None:
    """Weights and buffers of process 0, everywhere."""
    if num_ranks() == 1:
        return
    for module in modules:
        for tensor in (*module.parameters(), *module.buffers()):
            dist.broadcast(tensor.detach(), 0)


def seed_apart(seed: int) -> None:
    """From here on each process draws its own dropout and masks; process 0 those that it would draw alone."""
    if rank() > 0:
        seed_everything(seed + rank() * _STRIDE)


def _device(name: str) -> torch.device:
    device = choose_device(name)
    if device.type != "cuda" or int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return device
    local = int(os.environ.get("LOCAL_RANK", "0"))
    if local >= torch.cuda.device_count():
        raise ValueError(
            f"process {local} of this machine has no GPU: there are {torch.cuda.device_count()}; start as many "
            "processes as there are GPUs (--nproc-per-node), or set device: cpu"
        )
    torch.cuda.set_device(local)
    return torch.device("cuda", local)
