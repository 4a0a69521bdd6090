"""Gradual unfreezing: first the heads learn, then one more layer of the encoder from the top, every few steps.

In: an encoder and a number of steps, then the step a run is at. Out: the layers whose turn has come train, the others
do not. Source: Howard & Ruder 2018, "Universal language model fine-tuning for text classification" (there a layer an
epoch). What it does depends on the step alone, so a run that is taken up again needs nothing from it. The front
convolutions come last.
"""

from __future__ import annotations

from torch import nn

from allears.transfer.freeze import stages_of

__all__ = ["Thaw"]


class Thaw:
    """See the module.

    Args:
        encoder: of the run; what trains when this is made is what is thawed bit by bit.
        every_steps: steps from one layer to the next.

    Raises:
        ValueError: steps below 1, or an encoder without layers.
    """

    def __init__(self, encoder: nn.Module, every_steps: int) -> None:
        stages = stages_of(encoder)
        if every_steps < 1 or not stages.layers:
            raise ValueError(
                f"gradual unfreezing every {every_steps} steps of an encoder with {len(stages.layers)} layers: give 1 "
                "step or more, and an encoder of layers"
            )
        self._encoder, self._every_steps, self._num_thawed = encoder, every_steps, -1
        known = {p for module in (*stages.conv, *stages.between, *stages.layers) for p in module.parameters()}
        above = [p for p in encoder.parameters() if p not in known]  # the last norm: with the highest layer
        layers = [list(layer.parameters()) for layer in reversed(stages.layers)]
        front = [p for module in (*stages.conv, *stages.between) for p in module.parameters()]
        self._turns = [[p for p in turn if p.requires_grad] for turn in ([*above, *layers[0]], *layers[1:], front)]

    def __call__(self, step: int) -> int:
        """Make the encoder what it is at that step. Returns how many layers train, the front counted as one."""
        count = min(step // self._every_steps, len(self._turns))
        if count != self._num_thawed:
            for number, turn in enumerate(self._turns):
                for parameter in turn:
                    parameter.requires_grad_(number < count)
                    if number >= count:
                        parameter.grad = None
            if count and self._num_thawed <= 0:
                self._encoder.train()
            self._num_thawed = count
        return count
