"""Measuring the engine on this machine. Speed is reported here and never asserted in a test."""

import math
import time
from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.engine import shared as sh
from rtsynth.engine.bandwidth import stream
from rtsynth.engine.compile import Compiled, new_arena
from rtsynth.engine.layout import aligned_floats, header_of, no_events
from rtsynth.engine.render import render_block
from rtsynth.errors import InputError
from rtsynth.families import find_family
from rtsynth.plugin import Codec, Manifest, Parameter, Plugin, Tier

BLOCK_FRAMES = 256
LIVE_PERCENTILES = {"p50": 50.0, "p99": 99.0, "p999": 99.9, "max": 100.0}


def synthetic_plugin(arch: str) -> Plugin:
    """A plugin of random weights, e.g. "gru:4x48" (layers x hidden size), 16 kHz, 256 levels.

    Raises:
        InputError: not such a text.
    """
    kind, _, size = arch.partition(":")
    layers, _, hidden = size.partition("x")
    if kind != "gru" or not (layers.isdecimal() and hidden.isdecimal()):
        raise InputError(f"--arch {arch}: expected gru:LAYERSxHIDDEN, e.g. gru:4x48")
    names = ["instrument", "amplitude", "pitch"]
    manifest = Manifest(
        name=arch,
        sample_rate_hz=16_000,
        codec=Codec(name="mu_law_round", levels=256),
        tiers=[
            Tier(
                name="audio",
                family="gru",
                rate_hz=16_000,
                conditioning=names,
                config={"hidden_size": int(hidden), "layers": int(layers)},
            )
        ],
        parameters=[Parameter(name=name, minimum=0, maximum=1, default=0.5) for name in names],
        initial_state="uniform_0.05",
    )
    try:
        shapes = find_family("gru").tensor_shapes(manifest, manifest.tiers[0])
    except ValueError as error:
        raise InputError(f"--arch {arch}: {error}") from error
    random = np.random.default_rng(0)
    scale = 1 / math.sqrt(int(hidden))
    tensors: dict[str, np.ndarray] = {
        f"audio.{name}": random.uniform(-scale, scale, shape).astype(np.float32)
        for name, shape in shapes.items()
    }
    return Plugin(manifest, tensors)


def bandwidth_gb_s(weight_bytes: int, seconds: float = 0.3) -> float:
    """Speed at which one core reads an array of `weight_bytes` over and over (best of several)."""
    size = max(weight_bytes // 4 // 64 * 64, 64)
    weights = aligned_floats(size)
    times = max(1, 20_000_000 // size)
    stream(weights, 1)
    best, end = math.inf, time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        stream(weights, times)
        best = min(best, time.perf_counter() - began)
    return size * 4 * times / best / 1e9


def measure(compiled: Compiled, seconds: float) -> dict[str, Any]:
    """Offline speed: the best block of `seconds` of wall time (the machine may be busy)."""
    program = compiled.program
    arena = new_arena(compiled)
    header = header_of(arena)
    out, nothing = np.empty(BLOCK_FRAMES, np.float32), no_events()
    render_block(program, header, arena, nothing, 0, out)
    best, end = math.inf, time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        render_block(program, header, arena, nothing, 0, out)
        best = min(best, time.perf_counter() - began)
    us_per_sample = best / BLOCK_FRAMES * 1e6
    weight_bytes = program.weights.nbytes
    bandwidth = bandwidth_gb_s(weight_bytes)
    limit_us = weight_bytes / bandwidth / 1e3
    return {
        "plugin": compiled.plugin.name,
        "precision": "float32",
        "threads": 1,
        "voices": 1,
        "us_per_sample": us_per_sample,
        "x_realtime": 1e6 / compiled.plugin.sample_rate_hz / us_per_sample,
        "weight_bytes": weight_bytes,
        "bandwidth_gb_s": bandwidth,
        "limit_us_per_sample": limit_us,
        "fraction_of_limit": limit_us / us_per_sample,
    }


def measure_live(
    compiled: Compiled, seconds: float, device: str | None, rate_hz: int | None, block: int | None
) -> dict[str, Any]:
    """Durations of the callbacks while the plugin plays."""
    from rtsynth.host import Host

    with Host(device, rate_hz=rate_hz, block_frames=block) as host:
        host.load(compiled)
        host.start()
        time.sleep(seconds)
        durations = host.core.callback_ns()
        block_frames = host.core.counter(sh.BLOCK_FRAMES)
        return {
            "device": host.device,
            "block_frames": block_frames,
            "rate_hz": host.rate_hz,
            "callbacks": host.core.counter(sh.CALLBACKS),
            "xruns": host.core.counter(sh.XRUNS),
            "callback_us": {
                name: float(np.percentile(durations, percent)) / 1e3
                for name, percent in LIVE_PERCENTILES.items()
            },
            "period_us": block_frames / host.rate_hz * 1e6,
        }


def cpu_name() -> str:
    """What the processor calls itself."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # not Linux
    import platform

    return platform.processor() or platform.machine()
