"""A knob of a large network that is computed ahead, turned ten times a second: heard soon."""

import os

import numpy as np
import pytest

from rtsynth.compiler.compile import compile_plugin
from rtsynth.compiler.precision import measure_load
from rtsynth.processes.bench import synthetic_plugin
from tests.requirements import lacking
from tests.rounds import good_rounds
from tests.rtsynth.host import knob_ahead

LARGEST_LOAD = 0.75  # of the network, on a core of its own
HIDDEN = (800, 640, 500, 400, 256)  # the largest of these that fits stands for them
SECONDS = 4.0  # at rest, and as long while it is turned


@pytest.mark.measure
@pytest.mark.alone
def test_a_knob_is_heard_soon_and_nothing_drops_out_at_rest() -> None:
    """`python -m tests.rtsynth.host.knob_ahead` gives figures. Three rounds of five are good."""
    for hidden in HIDDEN:
        plugin = synthetic_plugin(f"gru:3x{hidden}")
        if measure_load(compile_plugin(plugin, "int4", 1)) <= LARGEST_LOAD:
            break
    else:
        lacking(f"no network of three layers fits: {os.getloadavg()[0]:.1f} programs are at work")

    def attempt() -> str:
        figures = knob_ahead.measure(plugin, SECONDS)
        print(f"3x{hidden}: {figures}")
        assert figures.late_ms.size > 0.9 * SECONDS / knob_ahead.EVERY_S
        typical_ms, late_ms = np.quantile(figures.late_ms, [0.5, 0.99])
        good = figures.rest_xruns == 0 and typical_ms <= 25.0 and late_ms <= 40.0
        return "" if good else f"3x{hidden}: {figures}"

    good_rounds(attempt, good=3, of=5, reason="a virtual machine's cores are taken away at times")
