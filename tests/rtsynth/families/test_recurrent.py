"""Recurrent weights have PyTorch's names and shapes."""

import pytest
import torch

from rtsynth.families.recurrent import RNN_PARTS, rnn_shapes


@pytest.mark.parametrize(("layer", "gates"), [(torch.nn.GRU, 3), (torch.nn.LSTM, 4)])
def test_names_and_shapes_are_pytorchs(layer: type[torch.nn.RNNBase], gates: int) -> None:
    found = {name: tuple(tensor.shape) for name, tensor in layer(5, 7).state_dict().items()}
    names = [f"{part}_l0" for part in RNN_PARTS]
    assert dict(zip(names, rnn_shapes(gates, 7, 5), strict=True)) == found
