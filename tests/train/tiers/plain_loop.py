"""Scheduled sampling as MTCRNN does it: a loop over single time steps, PyTorch's own modules.

The independent implementation that `rtsynth_train.tiers.scheduled` is measured against, for
results and for speed: `python -m tests.train.tiers.plain_loop`.
"""

import argparse
import time

import torch
from torch import Tensor, nn

from rtsynth_models.networks import mtcrnn
from rtsynth_models.networks.mtcrnn import Mtcrnn
from rtsynth_train.tiers.config import TierConfig
from rtsynth_train.tiers.heads import Head, Randoms, network_config, random_numbers
from rtsynth_train.tiers.scheduled import DataInputs, coins, run_scheduled
from rtsynth_train.tiers.trainer import sliced_loss


def _plain_run(stack: nn.GRU, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
    return stack(x, state.contiguous())


def plain_loop(
    network: Mtcrnn,
    head: Head,
    data: DataInputs,
    state: Tensor,
    drawn: Tensor,
    randoms: Randoms,
    target: Tensor,
) -> tuple[Tensor, Tensor]:
    """Mean loss per step, not yet back-propagated, and the last state."""
    fused, mtcrnn._run = mtcrnn._run, _plain_run
    try:
        total = torch.zeros(())
        own = data.generated[:1]
        for t in range(len(target)):
            generated = own if drawn[t] else data.generated[t : t + 1]
            inputs = torch.cat([generated, data.conditioning[t : t + 1]], dim=-1)
            outputs, state = network(inputs, state, t)
            now = randoms[t : t + 1]
            total = total + head.loss(outputs, target[t : t + 1], now)
            # Drawn anew at every step, as MTCRNN does, whether the next one has it as input or not.
            if now.uniform.numel() or now.normal.numel():
                own = network.as_input(head.draw(outputs.detach(), now))
    finally:
        mtcrnn._run = fused
    return total / len(target), state


def fused_step(
    network: Mtcrnn,
    head: Head,
    data: DataInputs,
    state: Tensor,
    drawn: Tensor,
    randoms: Randoms,
    target: Tensor,
) -> tuple[float, Tensor]:
    """The same as the trainer does it, back-propagated: mean loss per step and the last state."""
    features, last = run_scheduled(network, head, data, state, drawn, randoms)
    loss, gradient = sliced_loss(head, network, features, target, randoms)
    features.backward(gradient)
    return loss, last.detach()


def main() -> None:
    """Time both at the QuickStart's size."""
    parser = argparse.ArgumentParser(description="seconds per chunk, plain and fused")
    parser.add_argument("--steps", type=int, default=1024)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--tfr", type=float, default=0.9)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    torch.set_num_threads(wanted.threads)
    tier = TierConfig(
        name="audio",
        rate_hz=16_000,
        conditioning=["rate"],
        hidden_size=wanted.hidden,
        layers=wanted.layers,
    )
    config = network_config(tier, 256)
    network = Mtcrnn(config)
    head = Head(network, tier)
    generator = torch.Generator().manual_seed(1)
    shape = (wanted.steps, wanted.batch)
    target = torch.randint(256, shape, generator=generator)
    data = DataInputs(network.as_input(target), torch.rand(*shape, 1, generator=generator))
    drawn = coins(wanted.steps, wanted.tfr, generator)
    randoms = random_numbers(config, *shape, generator, torch.device("cpu"))
    state = network.initial_state(wanted.batch)
    arguments = (network, head, data, state, drawn, randoms, target)
    best = {"plain": float("inf"), "fused": float("inf"), "forced": float("inf")}
    fused_step(*arguments)  # compiles
    # CPU time, and in turn, so that other work on the machine says little.
    for _ in range(wanted.rounds):
        begun = time.process_time()
        plain_loop(*arguments)[0].backward()
        best["plain"] = min(best["plain"], time.process_time() - begun)
        for name, coin in (("fused", drawn), ("forced", torch.zeros_like(drawn))):
            begun = time.process_time()
            fused_step(network, head, data, state, coin, randoms, target)
            best[name] = min(best[name], time.process_time() - begun)
    samples = wanted.steps * wanted.batch
    for name, seconds in best.items():
        print(f"{name:7} {seconds:.3f} CPU s a chunk, {samples / seconds / 1000:.1f} k samples/s")
    print(f"fused is {best['plain'] / best['fused']:.2f} times as fast as the plain loop")


if __name__ == "__main__":
    main()
