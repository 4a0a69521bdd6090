"""Which parameters are shared, found out by the gradient; and adversarial tasks in the model."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from allears.batch import Batch, Labels
from allears.encoders.cnn_bilstm import cnn_bilstm
from allears.model import MultiTaskModel
from allears.reversal import Reversal
from allears.sharing.hard import hard
from allears.tasks.language import language
from allears.tasks.speech import speech


def _model(reads: dict[str, str], reversals: dict[str, Reversal] | None = None) -> MultiTaskModel:
    torch.manual_seed(0)
    encoder = cnn_bilstm(dim=16, lstm_dim=8, dropout=0.0)
    tasks = {"speech": speech(hidden=8), "language": language(classes=("de", "en"), hidden=8)}
    sharing = hard(reads=reads, dim=16, num_layers=encoder.num_layers)
    return MultiTaskModel(encoder, sharing, {name: tasks[name] for name in reads}, reversals)


def _batch() -> Batch:
    audio = 0.1 * torch.randn(2, 8_000, generator=torch.Generator().manual_seed(1))
    labels = {"language": Labels(torch.tensor([0, 1]), torch.tensor([0, 1]))}
    return Batch(audio, torch.tensor([8_000, 8_000]), labels, ("a", "b"))


def _names(model: MultiTaskModel, parameters: list[nn.Parameter]) -> set[str]:
    name_of = {p: name for name, p in model.named_parameters()}
    return {name_of[p] for p in parameters}


def test_what_two_tasks_reach_is_shared_and_a_layer_mix_is_not() -> None:
    model = _model({"speech": "mix", "language": "last"})
    before = torch.get_rng_state()
    shared = _names(model, model.shared_parameters())
    assert shared == {name for name, _ in model.named_parameters() if name.startswith("encoder.")}
    assert torch.equal(before, torch.get_rng_state())
    assert model.training


def test_a_frozen_part_is_not_shared_any_more() -> None:
    model = _model({"speech": "mix", "language": "mix"})
    assert any(n.startswith("encoder.conv1") for n in _names(model, model.shared_parameters()))
    for parameter in model.encoder.conv1.parameters():
        parameter.requires_grad_(False)
    assert not any(n.startswith("encoder.conv1") for n in _names(model, model.shared_parameters()))
    for parameter in model.encoder.parameters():
        parameter.requires_grad_(False)
    assert model.shared_parameters() == []


def test_a_single_task_shares_nothing() -> None:
    assert _model({"speech": "mix"}).shared_parameters() == []


class _Depth(nn.Module):
    """Each task reads one layer."""

    def forward(self, hidden, tasks=None):
        at = {"speech": 1, "language": 2}
        return {task: hidden.layers[at[task]] for task in (at if tasks is None else tasks)}

    def shared_parameters(self) -> list[nn.Parameter]:
        return []


def test_layers_above_where_a_task_taps_are_not_shared() -> None:
    model = _model({"speech": "mix", "language": "mix"})
    model.sharing = _Depth()
    shared = _names(model, model.shared_parameters())
    assert any(name.startswith("encoder.layers.0.") for name in shared)
    assert not any(name.startswith("encoder.layers.1.") for name in shared)


def test_an_adversarial_task_pushes_the_encoder_the_other_way() -> None:
    grads = []
    for reversals, progress in (({}, 0.0), ({"language": Reversal(0.5, "linear")}, 0.5)):
        model = _model({"speech": "mix", "language": "mix"}, reversals).eval()
        losses = model.losses(_batch(), progress=progress)
        losses["language"].backward()
        grads.append({name: p.grad for name, p in model.named_parameters() if p.grad is not None})
    assert set(grads[0]) == set(grads[1])
    for name, plain in grads[0].items():
        factor = 1.0 if name.startswith("heads.") else -0.25
        torch.testing.assert_close(grads[1][name], factor * plain, msg=name)


def test_the_adversarys_own_part_of_the_sharing_is_known() -> None:
    model = _model({"speech": "mix", "language": "mix"}, {"language": Reversal()})
    assert _names(model, model.adversary_parameters()) == {"sharing.mix.language"}


@pytest.mark.parametrize("progress", [0.0, 1.0])
def test_a_reversal_does_not_change_the_loss(progress: float) -> None:
    plain = _model({"speech": "mix", "language": "mix"}).eval().losses(_batch())
    turned = _model({"speech": "mix", "language": "mix"}, {"language": Reversal()}).eval()
    assert torch.equal(plain["language"], turned.losses(_batch(), progress=progress)["language"])


class _ZeroStart(nn.Module):
    """An adapter whose output begins at zero, as adapters do; both tasks read it."""

    def __init__(self) -> None:
        super().__init__()
        self.down, self.up = nn.Linear(16, 4), nn.Linear(4, 16)
        nn.init.zeros_(self.up.weight)

    def forward(self, hidden, tasks=None):
        x = hidden.layers[-1]
        return dict.fromkeys(("speech", "language") if tasks is None else tasks, x + self.up(self.down(x)))


def test_what_begins_at_zero_is_seen_and_left_as_it_is() -> None:
    model = _model({"speech": "mix", "language": "mix"})
    model.sharing = _ZeroStart()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    assert "sharing.down.weight" in _names(model, model.shared_parameters())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
