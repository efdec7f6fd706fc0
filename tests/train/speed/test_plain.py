"""The plain loop trains."""

import torch

from rtsynth_train.speed.plain import PlainGru, gru_step


def test_the_plain_loop_learns() -> None:
    torch.manual_seed(0)
    network = PlainGru(1, 16, 1, 4, relu=True)
    target = torch.arange(40)[:, None] % 4
    inputs = (target - 1).remainder(4)[..., None] / 4
    before, _ = network(inputs, torch.zeros(1, 1, 16))
    step = gru_step(network, inputs, target)
    for _ in range(60):
        step()
    after, _ = network(inputs, torch.zeros(1, 1, 16))
    losses = [
        float(torch.nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten()).detach())
        for logits in (before, after)
    ]
    assert losses[1] < 0.95 * losses[0]
