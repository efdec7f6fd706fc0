"""Plugins of random `samplernn` tiers, sample by sample, beside the reference in float64."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.engine.program.layout import (
    CODE,
    CONFIG_SILENCE,
    header_of,
    no_events,
)
from rtsynth.engine.run.render import render_block
from rtsynth.plugin import Parameter, Plugin, save
from rtsynth.plugin.family import find_family
from tests.rtsynth.families.samplernn_reference import SampleRnn, hats
from tests.rtsynth.plugins import samplernn_manifest, samplernn_tensors

VOICE = Parameter(name="voice", minimum=0, maximum=3, default=0, role="class", smoothing_ms=0)
BRIGHT = Parameter(name="bright", minimum=-1, maximum=3, default=0, smoothing_ms=0)
STEPS = 200
TOLERANCE = 1e-4  # of logits, about 1 in size, over all steps


def plugin_of(path: Path, **fields: Any) -> Plugin:
    manifest = samplernn_manifest(**fields)
    tensors = samplernn_tensors(manifest)
    shape = find_family("samplernn").state_shape(manifest, manifest.tiers[0])
    random = np.random.default_rng(1)
    # LSTM cells and states differ from each other, and so do the tiers.
    tensors["rest.audio"] = random.uniform(-0.8, 0.8, shape).astype(np.float32)
    return save(path / "x.safetensors", manifest, tensors)


def logits_now(compiled: Compiled, arena: NDArray[np.float32]) -> NDArray[np.float32]:
    at = int(compiled.tiers[-1].outputs[0])
    return arena[at : at + compiled.plugin.manifest.codec.levels].copy()


def step(compiled: Compiled, arena: NDArray[np.float32]) -> int:
    """One sample: the code drawn."""
    out = np.empty(1, np.float32)
    render_block(compiled.program, header_of(arena), arena, no_events(), 0, out)
    return int(header_of(arena)[CODE])


def exact_of(compiled: Compiled) -> SampleRnn:
    rest = np.asarray(compiled.plugin.tensors["rest.audio"])
    silence = int(compiled.program.config[CONFIG_SILENCE])
    return SampleRnn(compiled.plugin, rest, [silence] * compiled.tiers[-1].prompt)


def exact_logits(
    plugin: Plugin, codes: NDArray[np.int64], rows: NDArray[np.float64], counts: list[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """([T - F, Q], the last state): codes predicted under normalised conditioning [T, C]."""
    prompt = compile_plugin(plugin).tiers[-1].prompt
    exact = SampleRnn(plugin, plugin.tensors["rest.audio"], codes[:prompt].tolist())
    out = []
    for code, row in zip(codes[prompt:], rows[prompt:], strict=True):
        told = [
            hats(value * (count - 1), count) if count > 1 else [value]
            for value, count in zip(row, counts, strict=True)
        ]
        out.append(exact.logits(np.concatenate(told) if told else ()))
        exact.hear(int(code))
    return np.array(out), exact.states
