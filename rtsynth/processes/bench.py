"""Measuring the engine on this machine. Speed is reported here and never asserted in a test."""

import json
import math
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import writing
from rtsynth.common.version import __version__
from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.engine.kernels.bandwidth import stream
from rtsynth.engine.kernels.cpu import PATH
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    SECTION_DIVIDER,
    SECTION_END,
    SECTION_FIRST,
    Program,
    aligned_floats,
    header_of,
    no_events,
)
from rtsynth.engine.program.ops import EmbeddingSum, Matrix, Recall, op_of
from rtsynth.engine.run.render import render_block
from rtsynth.plugin import Codec, Manifest, Parameter, Plugin, Tier
from rtsynth.plugin.family import find_family

BLOCK_FRAMES = 64
LIVE_PERCENTILES = {"p50": 50.0, "p99": 99.0, "p999": 99.9, "max": 100.0}
LIMIT_TRIES = 4
SETTLE_S = 1.0  # before live figures are taken
NAMES = ("instrument", "amplitude", "pitch")  # what a synthetic GRU is conditioned with

# --arch KIND:LAYERSxHIDDEN -> (family, conditioned, what its configuration has besides the sizes)
ARCHITECTURES: dict[str, tuple[str, bool, dict[str, Any]]] = {
    "gru": ("gru", True, {}),
    "mtcrnn": ("mtcrnn", True, {}),
    "samplernn2": (
        "samplernn",
        False,
        {"rnn": "lstm", "frame_sizes": [16], "activation": "linear"},  # as published
    ),
    "samplernn3": ("samplernn", False, {"rnn": "gru", "frame_sizes": [8, 2]}),
}
NICKNAMES = {"rnncontrol": "gru:4x48"}


def synthetic_plugin(arch: str) -> Plugin:
    """A plugin of random weights, e.g. "gru:4x48" (layers x hidden size), 16 kHz, 256 levels.

    Raises:
        InputError: not such a text.
    """
    kind, _, size = NICKNAMES.get(arch, arch).partition(":")
    layers, _, hidden = size.partition("x")
    if kind not in ARCHITECTURES or not (layers.isdecimal() and hidden.isdecimal()):
        known = ", ".join(f"{name}:LAYERSxHIDDEN" for name in ARCHITECTURES)
        raise InputError(f"--arch {arch}: expected {known} or rnncontrol, e.g. gru:4x48")
    family, conditioned, config = ARCHITECTURES[kind]
    names = list(NAMES) if conditioned else []
    manifest = Manifest(
        name=arch,
        sample_rate_hz=16_000,
        codec=Codec(name="mu_law_round", levels=256),
        tiers=[
            Tier(
                name="audio",
                family=family,
                rate_hz=16_000,
                conditioning=names,
                config={"hidden_size": int(hidden), "layers": int(layers), **config},
            )
        ],
        parameters=[Parameter(name=name, minimum=0, maximum=1, default=0.5) for name in names],
        initial_state="uniform_0.05",
    )
    try:
        shapes = find_family(family).tensor_shapes(manifest, manifest.tiers[0])
    except ValueError as error:
        raise InputError(f"--arch {arch}: {error}") from error
    random = np.random.default_rng(0)
    scale = 1 / math.sqrt(int(hidden))
    tensors: dict[str, NDArray[np.generic]] = {}
    for name, shape in shapes.items():
        tensors[f"audio.{name}"] = random.uniform(-scale, scale, shape).astype(np.float32)
    return Plugin(manifest, tensors)


def bandwidth_gb_s(weight_bytes: int, threads: int = 1, seconds: float = 0.3) -> float:
    """Speed at which `threads` cores together read `weight_bytes` over and over (best of several).

    Each of them reads its share of the array, as the kernels do.
    """
    size = max(weight_bytes // 4 // 64 // threads * 64, 64)
    arrays = [aligned_floats(size) for _ in range(threads)]
    times = max(1, 20_000_000 // size)

    def share(weights: NDArray[np.float32]) -> float:
        best, end = math.inf, time.perf_counter() + seconds
        while time.perf_counter() < end:
            began = time.perf_counter()
            stream(weights, times)
            best = min(best, time.perf_counter() - began)
        return size * 4 * times / best / 1e9

    stream(arrays[0], 1)
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(share, arrays))


def bytes_per_sample(program: Program) -> float:
    """Bytes of weights that a sample needs while no knob moves (which is how it is measured).

    Those of a tier count by how often it steps, and of what is known already one result.
    """
    total = 0.0
    for section in program.sections:
        at = int(section[SECTION_FIRST])
        while at < section[SECTION_END]:
            op = op_of(program.ops[at])
            if isinstance(op, Matrix):
                total += op.weight_bytes / section[SECTION_DIVIDER]
            elif isinstance(op, EmbeddingSum):
                row_bytes = op.size * (1 if op.small else 4)
                total += op.tables * row_bytes / section[SECTION_DIVIDER]
            elif isinstance(op, Recall):
                total += op.size * 4 / section[SECTION_DIVIDER]
                at += op.skip
            at += 1
    return total


def measure(compiled: Compiled, seconds: float, voices: int = 1) -> dict[str, Any]:
    """Offline speed: the best block of `seconds` of wall time (the machine may be busy)."""
    program = compiled.program
    arena = new_arena(compiled, 0, voices)
    header = header_of(arena)
    out, nothing = np.empty(BLOCK_FRAMES, np.float32), no_events()
    render_block(program, header, arena, nothing, 0, out)
    best, end = math.inf, time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        render_block(program, header, arena, nothing, 0, out)
        best = min(best, time.perf_counter() - began)
    us_per_sample = best / BLOCK_FRAMES * 1e6
    needed = bytes_per_sample(program)
    bandwidth = bandwidth_gb_s(program.weights.nbytes, compiled.threads)
    for _ in range(LIMIT_TRIES - 1):
        if needed / bandwidth / 1e3 <= us_per_sample:
            break  # a render faster than the limit: the limit was measured in a bad moment
        again = bandwidth_gb_s(program.weights.nbytes, compiled.threads)
        bandwidth = max(bandwidth, again)
    limit_us = needed / bandwidth / 1e3
    return {
        "plugin": compiled.plugin.name,
        "precision": compiled.precision,
        "threads": compiled.threads,
        "voices": voices,
        "us_per_sample": us_per_sample,
        "x_realtime": 1e6 / compiled.plugin.sample_rate_hz / us_per_sample,
        "weight_bytes": program.weights.nbytes,
        "bytes_per_sample": needed,
        "bandwidth_gb_s": bandwidth,
        "limit_us_per_sample": limit_us,
        "fraction_of_limit": limit_us / us_per_sample,
        "cpu_path": PATH.name,
    }


def measure_live(
    compiled: Compiled,
    seconds: float,
    device: str | None,
    rate_hz: int | None,
    block: int | None,
    voices: int = 1,
    ahead_ms: float = 0.0,
) -> dict[str, Any]:
    """Durations of the callbacks while the plugin plays, after SETTLE_S.

    `cpu_us` is what they computed; `overruns` counts those that computed for longer than a period:
    only these are the engine's fault, any other late one was kept from its core. Where the sound is
    computed ahead, all of this is of the blocks of the thread that does it, and `xruns` counts the
    callbacks that found too little.
    """
    from rtsynth.host.host import Host

    with Host(
        device, rate_hz=rate_hz, block_frames=block, voices=voices, ahead_ms=ahead_ms
    ) as host:
        host.load(compiled)
        host.start()
        time.sleep(SETTLE_S)
        counter = host.core.counter
        callbacks, xruns = counter(sh.CALLBACKS), counter(sh.XRUNS)
        time.sleep(seconds)
        callbacks = min(counter(sh.CALLBACKS) - callbacks, sh.TIMING_CAPACITY)
        if callbacks == 0:
            raise InputError(f"{host.device}: no callback in {seconds:g} s; measure for longer")
        durations = host.core.callback_ns(callbacks)
        computed = host.core.callback_cpu_ns(callbacks)
        block_frames = counter(sh.RENDER_FRAMES)
        period_us = block_frames / host.rate_hz * 1e6
        return {
            "device": host.device,
            "block_frames": block_frames,
            "rate_hz": host.rate_hz,
            "ahead_ms": ahead_ms,
            "callbacks": callbacks,
            "xruns": counter(sh.XRUNS) - xruns,
            "overruns": int((computed > period_us * 1e3).sum()),
            "callback_us": _percentiles(durations),
            "cpu_us": _percentiles(computed),
            "period_us": period_us,
        }


def _percentiles(nanoseconds: NDArray[np.int64]) -> dict[str, float]:
    return {
        name: float(np.percentile(nanoseconds, percent)) / 1e3
        for name, percent in LIVE_PERCENTILES.items()
    }


def append_results(path: Path, rows: list[dict[str, Any]]) -> None:
    """Add the results to a file of JSON lines, each with the time, the commit and the CPU.

    Raises:
        InputError: the file cannot be written.
    """
    about = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": __version__,
        "commit": commit(),
        "cpu": cpu_name(),
    }
    with writing(path), path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(about | row) + "\n" for row in rows)


def commit() -> str:
    """The commit of the checkout that this code runs from (with + if it was changed), or ""."""
    folder = Path(__file__).resolve().parents[2]
    if not (folder / ".git").exists():
        return ""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), "describe", "--always", "--dirty=+", "--exclude=*"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""  # no git
    return done.stdout.strip()


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
