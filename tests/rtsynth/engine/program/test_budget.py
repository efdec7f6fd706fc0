"""What a plugin is compiled to is in proportion to its file, or it is refused before it is made."""

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from rtsynth.common.errors import PluginError
from rtsynth.compiler.calibrate import CALIBRATION_VOICES, observe
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.engine.kernels.packing import FLOAT32, INT4, group_sizes
from rtsynth.engine.program import program
from rtsynth.engine.program.budget import ALWAYS_BYTES, Budget
from rtsynth.engine.program.ops import Recall
from rtsynth.families.mtcrnn import tape
from rtsynth.offline.render import render
from rtsynth.plugin import Plugin
from tests.rtsynth.engine.helpers import ops_of
from tests.rtsynth.hollow import file_bytes, hollow_plugin, hollow_samplernn

ALLOWED_BYTES = 300e6  # and ten times the file


@contextmanager
def in_proportion_to(plugin: Plugin) -> Iterator[None]:
    """NumPy's arrays, too, are seen by tracemalloc."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < ALLOWED_BYTES + 10 * file_bytes(plugin)


# Small files that were made gigabytes of: rows of 4 floats padded to 64; a matrix of 32,768 inputs
# and its moments; logits of 65,536 levels of everything that is tried; 16 voices' state.
WIDE: dict[str, Callable[[], Plugin]] = {
    "table": lambda: hollow_samplernn(65536, hidden_size=4, frame_sizes=[256], embedding_size=1),
    "lookup": lambda: hollow_samplernn(
        513, hidden_size=1, frame_sizes=[256], embedding_size=128, activation="linear"
    ),
    "inputs": lambda: hollow_samplernn(2048, hidden_size=40, frame_sizes=[180], embedding_size=128),
    "direct": lambda: hollow_samplernn(
        256, hidden_size=16, frame_sizes=[], window=256, embedding_size=1, direct=True
    ),
    "levels": lambda: hollow_plugin("gru", 65536, hidden_size=2, layers=1),
}


@pytest.mark.measure
@pytest.mark.parametrize("precision", ["float32", "int8"])
@pytest.mark.parametrize("make", WIDE.values(), ids=WIDE)
def test_unusual_shapes_take_no_more_than_they_should(
    make: Callable[[], Plugin], precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rtsynth.compiler.calibrate.MOST_SAMPLES", 50)
    monkeypatch.setattr("rtsynth.compiler.calibrate.FEWEST_SAMPLES", 50)
    plugin = make()
    with in_proportion_to(plugin):
        compiled = compile_plugin(plugin, precision)
    assert np.isfinite(render(compiled, 64 / 16_000)).all()


LARGE: dict[str, Callable[[], Plugin]] = {
    "one-hot": lambda: hollow_samplernn(8192, hidden_size=1, frame_sizes=[256], embedding_size=0),
    "one-hot, folded": lambda: hollow_samplernn(
        1024, hidden_size=1, frame_sizes=[64], embedding_size=0, activation="linear"
    ),
    "frames, folded": lambda: hollow_samplernn(
        65536, hidden_size=64, frame_sizes=[256], embedding_size=1, activation="linear"
    ),
}


@pytest.mark.parametrize("make", LARGE.values(), ids=LARGE)
def test_what_would_be_out_of_proportion_is_refused_first(make: Callable[[], Plugin]) -> None:
    plugin = make()
    with in_proportion_to(plugin), pytest.raises(PluginError) as error:
        compile_plugin(plugin)
    line = str(error.value)
    assert line.startswith("hollow: tier 'audio': needs more than ")
    assert "\n" not in line


def test_a_budget_is_of_all_together() -> None:
    budget = Budget(1000)
    budget.hold("weights", ALWAYS_BYTES)
    budget.hold("state", 6000)
    budget.hold("weights", ALWAYS_BYTES - 1)
    budget.foresee(1)
    with pytest.raises(PluginError, match=r"more than 67 MB of memory for 0\.0 MB of weights"):
        budget.foresee(2)
    with pytest.raises(PluginError, match="more than"):
        budget.hold("state", 6002)


def test_a_machine_without_memory_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("rtsynth.engine.program.program.aligned_floats", none_left)
    with pytest.raises(PluginError, match="hollow: does not fit in this machine's memory"):
        compile_plugin(hollow_plugin("gru", 256, hidden_size=2, layers=1))


def test_what_would_be_much_is_not_kept_for_each_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape, "FEWEST_WEIGHTS_KEPT", 1)
    plugin = hollow_plugin("mtcrnn", 64, hidden_size=33, layers=1)

    def keeps() -> bool:
        small = compile_plugin(plugin, "int8", calibrated=False)
        return bool(ops_of(small.program.ops, Recall))

    monkeypatch.setattr(program, "MOST_KEPT", 64 * 3 * 48)
    assert keeps()
    monkeypatch.setattr(program, "MOST_KEPT", 64 * 3 * 48 - 1)
    assert not keeps()


def test_moments_out_of_proportion_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtsynth.compiler.calibrate.MOST_SAMPLES", 50)
    monkeypatch.setattr("rtsynth.compiler.calibrate.FEWEST_SAMPLES", 50)
    compiled: Compiled = compile_plugin(WIDE["inputs"]())
    arena = new_arena(compiled, 1, CALIBRATION_VOICES)
    observed = observe(compiled.program, compiled.sources, arena, {})
    found = dict(zip((inputs for _, inputs in compiled.sources), observed.moments, strict=True))
    assert found[180 * 128] is None
    others = {inputs: moments for inputs, moments in found.items() if inputs != 180 * 128}
    assert others
    for inputs, moments in others.items():
        assert moments is not None
        assert moments.shape == (inputs + 1, inputs + 1)


@pytest.mark.parametrize(("kind", "largest"), [(FLOAT32, 9), (INT4, 4)])
def test_very_many_panels_are_grouped_as_well(kind: int, largest: int) -> None:
    sizes = group_sizes(1_000_000, kind)
    assert sum(sizes) == 1_000_000
    assert len(sizes) == -(-1_000_000 // largest)
    assert sizes == tuple(sorted(sizes))
