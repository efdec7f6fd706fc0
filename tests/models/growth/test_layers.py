"""Layers that pass on what they read, by PyTorch's own cells."""

import numpy as np
import pytest
import torch

from rtsynth.families.recurrent import RNN_PARTS
from rtsynth_models.cells.phased_lstm import openness
from rtsynth_models.growth.layers import ALWAYS_OPEN, given_back, passing
from rtsynth_models.growth.maps import units

CELLS = {"gru": (torch.nn.GRU, 3), "lstm": (torch.nn.LSTM, 4)}


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("count", [1, 3])
def test_what_they_read_comes_out(kind: str, count: int) -> None:
    cell, gates = CELLS[kind]
    rng, rows = np.random.default_rng(0), units(4, 6)
    shapes = ((gates * 6, 6), (gates * 6, 6), (gates * 6,), (gates * 6,))
    x = torch.from_numpy(rng.uniform(-1, 1, (50, 1, 6))).float()
    out = x
    for number in range(count):
        fresh = {
            part: rng.normal(0, 0.5, shape) for part, shape in zip(RNN_PARTS, shapes, strict=True)
        }
        weights = passing(kind, fresh, rows, first=number == 0)
        network = cell(6, 6)
        network.load_state_dict(
            {f"{part}_l0": torch.from_numpy(value).float() for part, value in weights.items()}
        )
        with torch.no_grad():
            out, _ = network(out)
    through = out[:, 0, :4].numpy() * given_back(kind, count)
    difference = np.abs(through - x[:, 0, :4].numpy()).max()
    assert difference < 0.012 * count  # 0.5 % of 1, and 0.03 % of the step before


def test_the_clock_of_a_phased_lstm_that_is_always_open() -> None:
    clock = {part: torch.tensor([value]) for part, value in ALWAYS_OPEN.items()}
    steps = torch.tensor([0, 1, 2, 16_000, 57_600_001])
    assert openness(steps, clock["period"], clock["phase"], clock["ratio_on"]).tolist() == [[1]] * 5


def test_no_layers_no_factor() -> None:
    assert given_back("gru", 0) == 1.0
