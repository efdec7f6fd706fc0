"""Initial weights: orthogonal gates, a signal's variance kept, biases of zero but one."""

import math

import pytest
import torch

from rtsynth.families.samplernn.spec import GATES, SampleRnnConfig
from rtsynth_models.cells.samplernn_init import CLASS_DEVIATION, FORGET_BIAS, initial_tensor


def config(rnn: str = "gru", **more: object) -> SampleRnnConfig:
    return SampleRnnConfig(rnn=rnn, layers=1, hidden_size=32, frame_sizes=[4], **more)


@pytest.mark.parametrize("rnn", sorted(GATES))
def test_recurrent_matrices_are_orthogonal_gate_by_gate(rnn: str) -> None:
    tensor = initial_tensor("frame.0.rnn.0.weight_hh", (GATES[rnn] * 32, 32), config(rnn))
    for gate in tensor.chunk(GATES[rnn]):
        torch.testing.assert_close(gate @ gate.t(), torch.eye(32), atol=1e-5, rtol=0)


def test_only_an_lstms_forget_gate_has_a_bias() -> None:
    assert not initial_tensor("x.bias", (32,), config()).any()
    assert not initial_tensor("x.bias_ih", (96,), config()).any()
    assert not initial_tensor("x.bias_hh", (128,), config("lstm")).any()
    bias = initial_tensor("x.bias_ih", (128,), config("lstm"))
    assert (bias[32:64] == FORGET_BIAS).all()
    assert bias.count_nonzero() == 32


def test_matrices_keep_the_variance_of_their_inputs() -> None:
    torch.manual_seed(0)
    tensor = initial_tensor("frame.0.input.weight", (512, 300), config())
    assert float(tensor.std()) == pytest.approx(1 / math.sqrt(300), rel=0.02)
    assert float(tensor.abs().max()) <= math.sqrt(3 / 300)


def test_conditioning_on_classes_starts_small() -> None:
    torch.manual_seed(0)
    tensor = initial_tensor("frame.0.condition.weight", (512, 64), config())
    assert float(tensor.std()) == pytest.approx(CLASS_DEVIATION, rel=0.05)
