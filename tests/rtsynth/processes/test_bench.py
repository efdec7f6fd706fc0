"""Measuring: plugins of random weights, and figures that fit together."""

import platform
import timeit
from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.compiler.compile import compile_plugin
from rtsynth.processes.bench import bandwidth_gb_s, cpu_name, measure, synthetic_plugin


def test_the_reference_network_has_its_size() -> None:
    """4 x 48 with three parameters: 69,232 weights, as the system it stands for counts them."""
    plugin = synthetic_plugin("gru:4x48")
    assert sum(tensor.size for tensor in plugin.tensors.values()) == 69_232
    assert plugin.sample_rate_hz == 16_000


@pytest.mark.parametrize("arch", ["", "gru", "gru:", "gru:4", "gru:x", "gru:-1x4", "lstm:1x1"])
def test_other_texts_are_refused(arch: str) -> None:
    with pytest.raises(InputError, match="--arch"):
        synthetic_plugin(arch)


def test_figures_fit_together() -> None:
    row = measure(compile_plugin(synthetic_plugin("gru:1x16")), seconds=0.1)
    assert row["x_realtime"] * row["us_per_sample"] == pytest.approx(62.5)
    assert row["limit_us_per_sample"] == pytest.approx(
        row["weight_bytes"] / row["bandwidth_gb_s"] / 1e3
    )


def test_bandwidth_is_that_of_a_sum_over_the_same_bytes() -> None:
    numbers = np.ones(4_000_000, np.float32)
    took_s = min(timeit.repeat(numbers.sum, number=1, repeat=20))
    speed = bandwidth_gb_s(numbers.nbytes, seconds=0.05)
    assert 0.3 < speed / (numbers.nbytes / took_s / 1e9) < 30


@pytest.mark.system
def test_the_cpu_has_its_name() -> None:
    cpuinfo = Path("/proc/cpuinfo")
    listed = cpuinfo.read_text() if cpuinfo.exists() else ""
    assert cpu_name()
    assert cpu_name() in listed + platform.processor() + platform.machine()
