"""Choosing how a plugin is computed: the most exact precision that is fast enough here."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rtsynth.computing import PRECISIONS, check_precision, usable_threads
from rtsynth.engine.compile import Compiled, compile_plugin, new_arena
from rtsynth.engine.layout import SECTION_DIVIDER, header_of, no_events
from rtsynth.engine.render import render_block
from rtsynth.errors import InputError
from rtsynth.plugin import Plugin

HEADROOM = 0.6  # of the time there is: the rest is for everything else, and for bad moments
LONGEST_BLOCK = 1024  # samples
_ROUNDS, _LEAST_S = 4, 0.03


@dataclass(frozen=True)
class Setting:
    """A way of computing a plugin, and the share of real time it takes here."""

    precision: str
    threads: int
    load: float

    def __str__(self) -> str:
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{self.precision} on {threads} takes {self.load:.0%} of real time"


def measure_load(compiled: Compiled, block_samples: int = 64, voices: int = 1) -> float:
    """Share of real time that the slowest block takes, each block at its best of a few rounds.

    Tiers that step seldom make some blocks heavier than others; a live plugin has to manage those.
    """
    arena = new_arena(compiled, 0, voices)
    header, nothing = header_of(arena), no_events()
    block_samples = min(block_samples, LONGEST_BLOCK)
    out = np.empty(block_samples, np.float32)
    longest = int(compiled.program.sections[:, SECTION_DIVIDER].max())
    # Blocks until the tiers are in step with the blocks again, within reason.
    cycle = min(max(1, np.lcm(longest, block_samples) // block_samples), 16)
    best = np.full(cycle, np.inf)
    render_block(compiled.program, header, arena, nothing, 0, out)
    end, rounds = time.perf_counter() + _LEAST_S, 0
    while rounds < _ROUNDS or time.perf_counter() < end:
        for block in range(cycle):
            began = time.perf_counter()
            render_block(compiled.program, header, arena, nothing, 0, out)
            best[block] = min(best[block], time.perf_counter() - began)
        rounds += 1
        if best.max() > 2 * HEADROOM * block_samples / compiled.plugin.sample_rate_hz:
            break  # far too slow, and so are more rounds of it
    return float(best.max()) / (block_samples / compiled.plugin.sample_rate_hz)


def _settings(precision: str, threads: int | None) -> Iterator[tuple[str, int]]:
    """What to try: the most exact first, and of each as few threads as will do."""
    counts = [threads] if threads is not None else range(1, usable_threads() + 1)
    for name in PRECISIONS if precision == "auto" else (precision,):
        for count in counts:
            yield name, count


def choose(
    plugin: Plugin,
    precision: str = "auto",
    threads: int | None = None,
    *,
    block_samples: int = 64,
    voices: int = 1,
) -> tuple[Compiled, Setting]:
    """Compile a plugin for playing live.

    Args:
        plugin: what to play.
        precision: "auto", or the one to use.
        threads: how many, or None for as few as will do.
        block_samples: samples of the plugin per callback.
        voices: how many are to be played together.

    Raises:
        InputError: "auto" and nothing fits; the line has the figures.
        PluginError: the plugin cannot be compiled.
    """
    check_precision(precision, threads)
    tried: list[Setting] = []
    for name, count in _settings(precision, threads):
        quick = compile_plugin(plugin, name, count, calibrated=False)
        setting = Setting(name, count, measure_load(quick, block_samples, voices))
        tried.append(setting)
        if setting.load <= HEADROOM:
            break
    else:
        setting = min(tried, key=lambda one: one.load)
        if precision == "auto":
            figures = "; ".join(map(str, tried))
            many = f" with {voices} voices" if voices > 1 else ""
            raise InputError(
                f"{plugin.path or plugin.name}: too large to play here{many} within "
                f"{HEADROOM:.0%} of real time ({figures}); name a precision to play it all the "
                "same, or render it"
            )
    if setting.precision == "float32":
        return quick if quick.threads == setting.threads else compile_plugin(
            plugin, "float32", setting.threads
        ), setting
    return compile_plugin(plugin, setting.precision, setting.threads), setting
