"""Initial weights of a SampleRNN, by the names of its tensors.

Recurrent matrices are orthogonal gate by gate, other matrices uniform with the variance that keeps
a signal's (LeCun; He before a rectifier), biases zero; an LSTM's forget gate starts with a bias of
3, as the original's does.
"""

import math

import torch
from torch import Tensor, nn

from rtsynth.families.samplernn.spec import GATES, SampleRnnConfig

FORGET_BIAS = 3.0
CLASS_DEVIATION = 0.3


def initial_tensor(name: str, shape: tuple[int, ...], config: SampleRnnConfig) -> Tensor:
    """The tensor called `name` of a new network (draws from torch's generator)."""
    tensor = torch.zeros(shape)
    part = name.rsplit(".", 1)[-1]
    if part in ("bias", "bias_hh"):
        return tensor
    if part == "bias_ih":
        if config.rnn == "lstm":  # gates i, f, g, o
            tensor[config.hidden_size : 2 * config.hidden_size] = FORGET_BIAS
        return tensor
    if part == "weight_hh":
        for gate in tensor.chunk(GATES[config.rnn]):
            nn.init.orthogonal_(gate)
        return tensor
    if part == "embedding":
        return nn.init.normal_(tensor)
    if name.endswith("condition.weight"):
        return nn.init.normal_(tensor, std=CLASS_DEVIATION)
    inputs = shape[1]
    if name == "sample.1.weight" and config.embedding_size == 0:
        inputs = config.sample_window  # of one-hot vectors one number each is not zero
    rectified = [f"sample.{layer}.weight" for layer in config.dense_layers[1:]]
    gain = 2.0 if name in rectified else 1.0
    if config.activation == "linear":
        gain = 1.0
    bound = math.sqrt(3 * gain / inputs)
    return nn.init.uniform_(tensor, -bound, bound)
