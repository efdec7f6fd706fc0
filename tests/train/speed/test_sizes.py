"""What is compared: the real trainers, and plain loops of the same networks."""

import torch

from rtsynth.families.samplernn.spec import SampleRnnConfig
from rtsynth_train.speed.sizes import Recurrent, Tiered, tiered_macs

CPU = torch.device("cpu")


def test_all_kinds_can_be_measured() -> None:
    for size in (
        Recurrent(2, 16, 4, 20, relu=False),
        Recurrent(2, 16, 4, 20, relu=True),
        Tiered(1, 16, (4, 2), 4, 5),
    ):
        bench = size.bench(CPU)
        bench.ours()
        bench.plain()
        assert bench.samples == 80


def test_multiply_adds() -> None:
    bench = Recurrent(3, 256, 2, 8, relu=False).bench(CPU)
    assert bench.macs == 3 * (4 * 256 + 3 * 6 * 256 * 256 + 256 * 256)
    config = SampleRnnConfig(rnn="gru", layers=1, hidden_size=10, frame_sizes=[4], embedding_size=0)
    frame = 30 * 4 + 30 * 10 + 40 * 10  # once in four samples
    assert tiered_macs(config, 100) == frame / 4 + 2 * 100 + 10 * 256
