"""Controls by name: ranges, units, and values put in place."""

from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.control_names import MODULATION_CONTROLS
from rtsynth.common.errors import InputError
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.compiler.controls import controls_of, decode_control, find_control, place
from rtsynth.engine.program.layout import (
    GAIN,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    VALUE,
    header_of,
    no_events,
)
from rtsynth.engine.run.render import render_block
from rtsynth.plugin import Parameter, Plugin, Sampling
from tests.rtsynth.plugins import random_plugin


def test_own_parameters_come_first(plugin: Plugin) -> None:
    names = [control.spec.name for control in controls_of(plugin)]
    assert names == [
        "instrument", "amplitude", "pitch", "gain", "temperature", "top_k", "top_p", "min_p",
        "attack", "decay", "sustain", "release", "glide", *MODULATION_CONTROLS,
    ]  # fmt: skip


def test_an_unknown_name_lists_the_known(plugin: Plugin) -> None:
    with pytest.raises(InputError, match=r"'loudness' is unknown; random has instrument, amplit"):
        find_control(plugin, "loudness")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_only_finite_values(plugin: Plugin, value: float) -> None:
    for name in ("pitch", "gain"):
        with pytest.raises(InputError, match=f"{name}: .* is not a finite number"):
            decode_control(find_control(plugin, name), value)


def test_values_are_clamped_and_decibels_become_factors(plugin: Plugin) -> None:
    pitch, gain = find_control(plugin, "pitch"), find_control(plugin, "gain")
    assert [decode_control(pitch, value) for value in (0, 70.5, 99)] == [64, 70.5, 76]
    assert decode_control(gain, 0.0) == 1.0
    assert decode_control(gain, -20.0) == pytest.approx(0.1, rel=1e-12)
    assert decode_control(gain, 50.0) == pytest.approx(10 ** (12 / 20), rel=1e-12)
    assert decode_control(gain, -60.0) == decode_control(gain, -1e9) == 0.0


def test_a_plugin_parameter_may_shadow_a_built_in(tmp_path: Path) -> None:
    own = [Parameter(name="gain", minimum=0, maximum=2, default=1)]
    shadowing = random_plugin(tmp_path / "x.safetensors", parameters=own)
    names = [control.spec.name for control in controls_of(shadowing)]
    assert names == [
        "gain", "temperature", "top_k", "top_p", "min_p",
        "attack", "decay", "sustain", "release", "glide", *MODULATION_CONTROLS,
    ]  # fmt: skip
    assert find_control(shadowing, "gain").index != GAIN


@pytest.mark.parametrize(
    "sampling",
    [Sampling(temperature=10), Sampling(top_k=100_000), Sampling(top_p=0.01), Sampling(min_p=1)],
    ids=str,
)
def test_any_sampling_default_a_manifest_may_have(tmp_path: Path, sampling: Sampling) -> None:
    """The range of a built-in control reaches as far as the plugin's own default."""
    plugin = random_plugin(tmp_path / "x.safetensors", sampling=sampling)
    for control in controls_of(plugin):
        assert control.spec.minimum <= control.spec.default <= control.spec.maximum
    compile_plugin(plugin)


@pytest.mark.parametrize("decibel", [-20.0, 6.0])
def test_a_gain_put_in_place_never_overshoots(compiled: Compiled, decibel: float) -> None:
    """A fresh voice rises from silence to the gain it was given, and never above it."""
    arena, program = new_arena(compiled), compiled.program
    gain = find_control(compiled.plugin, "gain")
    factor = decode_control(gain, decibel)
    place(arena, gain.index, factor)
    reached = []
    for _ in range(400):
        render_block(program, header_of(arena), arena, no_events(), 0, np.empty(1, np.float32))
        reached.append(float(arena[HEADER_FLOATS + GAIN * PARAMETER_FLOATS + VALUE]))
    line = np.minimum(np.arange(1, 401) / 160, 1) * factor
    np.testing.assert_allclose(reached, line, atol=1e-5 * factor)
