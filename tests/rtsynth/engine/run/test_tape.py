"""Every op against NumPy float64, and the same bits on every CPU path."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rtsynth.engine.kernels.cpu import PATH, VARIABLE, usable_paths
from rtsynth.engine.kernels.packing import FLOAT32, INT4, INT8, group_sizes, padded
from rtsynth.engine.kernels.panels import LARGEST_GROUP, LARGEST_INT4_GROUP
from rtsynth.engine.program.ops import OPS
from rtsynth.engine.program.program import FEWEST_INPUTS_INT4
from tests.rtsynth.engine.run import parity_table
from tests.rtsynth.engine.run.parity_bench import EXECUTED
from tests.rtsynth.engine.run.parity_matrices import OUTPUTS
from tests.rtsynth.engine.run.parity_table import ROWS
from tests.rtsynth.plugins import random_plugin

PATHS = [path.name for path in usable_paths()]
# A CPU that Numba compiles for instead of this one; its features are those its name stands for.
# None of them has byte products, the first neither AVX nor a fused multiply-add.
OTHER_CPUS = (
    ["x86-64", "haswell"] if platform.machine().lower() in ("x86_64", "amd64") else ["generic"]
)


def _run(module: str, *arguments: str, **variables: str) -> dict[str, str]:
    """What a program prints: name -> the rest of its line."""
    ours = (VARIABLE, "NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return dict(line.split("\t") for line in done.stdout.splitlines())


@pytest.mark.parametrize("name", ROWS)
def test_an_op_is_exact_within_its_tolerance(name: str) -> None:
    row = ROWS[name]
    EXECUTED.clear()
    for got, exact in row.compute():
        assert got.dtype == np.float32
        assert got.shape == exact.shape
        assert np.max(np.abs(got - exact)) < row.tolerance
    assert row.op in EXECUTED


def test_the_table_has_every_op() -> None:
    """A new op needs a row: see `parity_table.PARTS`."""
    assert {row.op for row in ROWS.values()} == set(OPS)


def test_the_table_has_every_group_size() -> None:
    for kind, largest in (
        (FLOAT32, LARGEST_GROUP),
        (INT8, LARGEST_GROUP),
        (INT4, LARGEST_INT4_GROUP),
    ):
        sizes = {size for outputs in OUTPUTS for size in group_sizes(padded(outputs) // 16, kind)}
        assert sizes == set(range(1, largest + 1))


@pytest.fixture(scope="module")
def digests() -> dict[str, str]:
    """What this process computes."""
    return parity_table.digests()


def _assert_same(other: dict[str, str], digests: dict[str, str]) -> None:
    assert other.keys() == digests.keys()
    unlike = [name for name, digest in digests.items() if other[name] != digest]
    assert unlike == []


@pytest.mark.measure
@pytest.mark.background
@pytest.mark.parametrize("path", [name for name in PATHS if name != PATH.name])
def test_ops_give_the_same_bits_on_every_path(path: str, digests: dict[str, str]) -> None:
    other = _run(parity_table.__name__, **{VARIABLE: path})
    assert other.pop("path") == path
    _assert_same(other, digests)


@pytest.mark.measure
@pytest.mark.background
@pytest.mark.parametrize("cpu", OTHER_CPUS)
def test_ops_give_the_same_bits_on_other_cpus(cpu: str, digests: dict[str, str]) -> None:
    other = _run(parity_table.__name__, NUMBA_CPU_NAME=cpu, NUMBA_CPU_FEATURES="")
    assert other.pop("path") == "portable"
    _assert_same(other, digests)


@pytest.mark.measure
@pytest.mark.background
def test_a_render_is_the_same_on_every_path(tmp_path: Path) -> None:
    """Enough units for four bits; the weights are rounded anew on every path."""
    path = tmp_path / "x.safetensors"
    random_plugin(path, scale=0.1, hidden=FEWEST_INPUTS_INT4, layers=1)
    arguments = ("tests.rtsynth.engine.played", str(path), "400", "float32", "int8", "int4")
    heard = {name: _run(*arguments, **{VARIABLE: name}) for name in PATHS}
    for name, lines in heard.items():
        assert lines.pop("path") == name
    first = heard[PATHS[0]]
    assert len(set(first.values())) == 3  # every precision has its own sound
    assert all(int(line.split()[1]) > 50 for line in first.values())  # and it is no silence
    assert heard == dict.fromkeys(PATHS, first)
