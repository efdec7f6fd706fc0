"""`python -m rtsynth_train.samplernn.throughput`: training speed, and that of the reference.

Both take whole optimiser steps (forward, back, clip, Adam) on the same random codes in the same
process, in turn; what counts is the median of several steps. CPU seconds of the process are shown
beside: where other programs run too, they are more reliable.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import torch

from rtsynth.families.samplernn.spec import SampleRnnConfig
from rtsynth.plugin import codec
from rtsynth_models.networks.samplernn import SampleRnn
from rtsynth_train.core.cores import limited_threads
from rtsynth_train.core.malloc import keep_memory
from rtsynth_train.samplernn.reference import ReferenceSampleRnn

LEVELS = 256
RATE = 1e-3
CLIP = 1.0


class Speed(NamedTuple):
    """Thousand samples per second, by the clock and by the process's CPU time."""

    wall: float
    cpu: float


def speed(step: Callable[[], None], samples: int, steps: int) -> Speed:
    """Of `steps` calls of `step`, after one to warm up: from the median."""
    step()
    wall, cpu = [], []
    for _ in range(steps):
        began, cpu_began = time.perf_counter(), time.process_time()
        step()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - cpu_began)
    return Speed(*(samples / statistics.median(times) / 1000 for times in (wall, cpu)))


def our_step(network: SampleRnn, codes: torch.Tensor) -> Callable[[], None]:
    """One optimiser step of the trainer's network, the state carried on."""
    optimiser = torch.optim.Adam(network.parameters(), lr=RATE)
    state = network.initial_state(len(codes)).detach()

    def step() -> None:
        nonlocal state
        optimiser.zero_grad(set_to_none=True)
        loss, after = network.loss(codes, None, state)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        optimiser.step()
        state = after.detach()

    return step


def reference_step(network: ReferenceSampleRnn, codes: torch.Tensor) -> Callable[[], None]:
    """The same of the reference implementation."""
    optimiser = torch.optim.Adam(network.parameters(), lr=RATE)
    state = network.initial_state(len(codes))

    def step() -> None:
        nonlocal state
        optimiser.zero_grad(set_to_none=True)
        loss, after = network.loss(codes, state)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        optimiser.step()
        state = [tuple(part.detach() for part in tier) for tier in after]

    return step


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="rtsynth_train.samplernn.throughput", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--rnn", choices=("gru", "lstm"), default="gru")
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--frames", default="16", help="frame sizes, top down: 16, or 8,2")
    parser.add_argument("--embedding", type=int, default=256)
    parser.add_argument("--rows", type=int, default=128)
    parser.add_argument("--steps", type=int, default=1024, help="samples of a row in one step")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only-ours", action="store_true")
    chosen = parser.parse_args()
    keep_memory()
    with limited_threads(chosen.threads):
        measure(chosen)


def measure(chosen: argparse.Namespace) -> None:
    """Print the throughput of what the command line asks for."""
    torch.set_float32_matmul_precision("medium")
    torch.manual_seed(0)
    config = SampleRnnConfig(
        rnn=chosen.rnn,
        layers=chosen.layers,
        hidden_size=chosen.hidden,
        frame_sizes=[int(size) for size in chosen.frames.split(",")],
        embedding_size=chosen.embedding,
    )
    ours = SampleRnn(config, codec.input_table("mu_law", LEVELS), learned_h0=False)
    codes = torch.randint(
        LEVELS, (chosen.rows, config.prompt_codes + chosen.steps), dtype=torch.int32
    )
    samples = chosen.rows * chosen.steps
    print(f"{config.frame_sizes} {config.rnn} {config.layers} x {config.hidden_size},", end=" ")
    print(f"{chosen.rows} rows of {chosen.steps} samples, {chosen.threads} thread(s)")
    mine = speed(our_step(ours, codes), samples, chosen.repeats)
    print(f"ours   {mine.wall:7.1f} k samples/s ({mine.cpu:.1f} by CPU time)", flush=True)
    if chosen.only_ours:
        return
    reference = ReferenceSampleRnn(config, ours.frame_inputs)
    reference.load(ours.weights())
    torch.set_float32_matmul_precision("highest")  # as the systems' own code leaves it
    other = speed(reference_step(reference, codes), samples, chosen.repeats)
    print(f"plain  {other.wall:7.1f} k samples/s ({other.cpu:.1f} by CPU time)")
    torch.set_float32_matmul_precision("medium")
    same = speed(reference_step(reference, codes), samples, chosen.repeats)
    print(f"plain  {same.wall:7.1f} k samples/s ({same.cpu:.1f}) with ours' matrix precision")
    print(f"ratio  {mine.wall / other.wall:7.1f} ({mine.wall / same.wall:.1f} of the second)")


if __name__ == "__main__":
    main()
