"""`python -m rtsynth_train.speed`: training speed, and that of a plain PyTorch loop.

Whole optimiser steps of the trainer and of a plain loop of the same network, in turn in one
process, one thread unless told otherwise. What counts is CPU time: other programs may run, too.
"""

import argparse
import sys
from dataclasses import replace

import torch

from rtsynth_train.core.cores import limited_threads
from rtsynth_train.core.malloc import keep_memory
from rtsynth_train.speed.measuring import compare, peak_step
from rtsynth_train.speed.sizes import SIZES

PRECISIONS = {"float32": "highest", "medium": "medium"}


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="rtsynth_train.speed", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("sizes", nargs="*", metavar="SIZE", help=", ".join(SIZES))
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--rows", type=int, help="rows of a batch, instead of the recipe's")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--precision", choices=PRECISIONS, default="float32")
    chosen = parser.parse_args()
    for name in chosen.sizes:
        if name not in SIZES:
            sys.exit(f"{name}: no such size; there are {', '.join(SIZES)}")
    keep_memory()
    torch.set_float32_matmul_precision(PRECISIONS[chosen.precision])
    print(f"{'':22} {'ours':>8} {'plain':>8}  {'ratio (of all rounds)':24} of the limit")
    with limited_threads(chosen.threads):
        peak, peak_macs = peak_step()
        for name in chosen.sizes or SIZES:
            size = SIZES[name] if chosen.rows is None else replace(SIZES[name], rows=chosen.rows)
            bench = size.bench(torch.device("cpu"))
            speed = compare(
                bench.ours, bench.plain, peak, peak_macs, bench.samples, bench.macs, chosen.rounds
            )
            print(
                f"{name:22} {speed.ours / 1000:8.1f} {speed.plain / 1000:8.1f} "
                f" {speed.ratio:5.2f} ({speed.lowest:.2f} to {speed.highest:.2f})"
                f"{speed.share:16.0%}",
                flush=True,
            )


if __name__ == "__main__":
    main()
