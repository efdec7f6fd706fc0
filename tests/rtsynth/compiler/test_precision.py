"""`--precision auto`: the most exact setting that leaves headroom, or a refusal with figures."""

import os
import re
import subprocess
import sys

import pytest

from rtsynth.common.computing import PRECISIONS, usable_threads
from rtsynth.common.errors import InputError
from rtsynth.compiler import precision
from rtsynth.compiler.precision import choose
from rtsynth.plugin import Plugin
from rtsynth.processes.bench import synthetic_plugin


@pytest.fixture(scope="module")
def plugin() -> Plugin:
    return synthetic_plugin("gru:2x32")


def test_what_fits_is_played_exactly(plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "HEADROOM", 1e9)
    compiled, setting = choose(plugin)
    assert (compiled.precision, compiled.threads) == ("float32", 1)
    assert (setting.precision, setting.threads) == ("float32", 1)
    assert setting.load > 0


def test_nothing_fits(plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "HEADROOM", 1e-9)
    with pytest.raises(InputError) as error:
        choose(plugin, voices=3)
    (line,) = str(error.value).splitlines()
    assert "gru:2x32: too large to play here with 3 voices" in line
    tried = re.findall(r"(\w+) on (\d) threads? takes \d+% of real time", line)
    counts = range(1, usable_threads() + 1)
    assert tried == [(name, str(count)) for name in PRECISIONS for count in counts]


@pytest.mark.system
@pytest.mark.alone
def test_other_processes_do_not_change_the_choice() -> None:
    """CPU time is measured: with three busy processes to a core every one of them gets a share."""
    plugin = synthetic_plugin("gru:4x48")
    hogs = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(3 * (os.cpu_count() or 1))
    ]
    try:
        for _ in range(3):
            _, setting = choose(plugin)
            assert (setting.precision, setting.threads) == ("float32", 1)
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


@pytest.mark.parametrize("name", PRECISIONS)
def test_a_named_precision_is_played_all_the_same(
    plugin: Plugin, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "HEADROOM", 1e-9)
    compiled, setting = choose(plugin, name, 1)
    assert (compiled.precision, compiled.threads) == (name, 1)
    assert setting.load > precision.HEADROOM


@pytest.mark.measure
def test_ahead_knobs_that_move_are_bridged(plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts what a plugin takes while they stand still; the callback has to manage more."""
    loads = {True: 1.1, False: 0.9}
    monkeypatch.setattr(precision, "measure_load", lambda *_, moving=True: loads[moving])
    monkeypatch.setattr(precision, "_MOMENT_S", 0.0)
    _, setting = choose(plugin, "int4", 1, ahead=True)
    assert (setting.load, setting.still_load, setting.load_ahead) == (1.1, 0.9, 0.9)
    assert choose(plugin, ahead=True)[1].precision == "float32"
    with pytest.raises(InputError, match="within 60% .*start with --ahead 400, name"):
        choose(plugin)
    loads[False] = 1.0
    with pytest.raises(InputError, match=r"within 95% .*\); name a precision"):
        choose(plugin, ahead=True)
    loads[True] = 0.5
    assert choose(plugin, ahead=True)[1].still_load is None


def test_nobody_is_refused_for_one_bad_moment(
    plugin: Plugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is far too slow at first, and fits a little later, is played."""
    still = iter([1.3, 1.2, 0.9, 0.8])
    monkeypatch.setattr(
        precision, "measure_load", lambda *_, moving=True: 1.4 if moving else next(still)
    )
    monkeypatch.setattr(precision, "_MOMENT_S", 0.0)
    assert choose(plugin, ahead=True)[1].load_ahead == 0.9
    assert list(still) == [0.8]


@pytest.mark.parametrize(("ahead", "load", "times"), [(False, 1.2, 1), (True, 1.5, 1)])
def test_what_would_not_help_is_not_measured_again(
    plugin: Plugin, monkeypatch: pytest.MonkeyPatch, ahead: bool, load: float, times: int
) -> None:
    measured = []

    def measure(*_: object, moving: bool = True) -> float:
        measured.append(moving)
        return load

    monkeypatch.setattr(precision, "measure_load", measure)
    with pytest.raises(InputError, match="too large to play here"):
        choose(plugin, ahead=ahead)
    assert measured.count(False) == times


@pytest.mark.parametrize(("load", "ahead_ms"), [(0.61, 100), (0.7, 100), (0.71, 400), (3.0, 400)])
def test_the_less_time_is_left_the_further_ahead(load: float, ahead_ms: float) -> None:
    assert precision.Setting("int4", 2, load).ahead_ms == ahead_ms


@pytest.mark.parametrize(
    ("taken", "chosen"), [(0.0, "float32"), (0.25, "float32"), (0.35, "int8"), (0.46, "int4")]
)
def test_beside_what_plays_the_precision_goes_down(
    plugin: Plugin, monkeypatch: pytest.MonkeyPatch, taken: float, chosen: str
) -> None:
    loads = {"float32": 0.3, "int8": 0.2, "int4": 0.1}
    monkeypatch.setattr(
        precision, "measure_load", lambda compiled, *_, **__: loads[compiled.precision]
    )
    compiled, setting = choose(plugin, threads=1, taken=taken)
    assert (compiled.precision, setting.precision) == (chosen, chosen)
    assert setting.total == pytest.approx(loads[chosen] + taken)
    with pytest.raises(InputError) as error:
        choose(plugin, threads=1, taken=0.55)
    (line,) = str(error.value).splitlines()
    assert "too large to play here beside what plays, which takes 55%, within 60%" in line
    assert "; unload a slot, " in line
