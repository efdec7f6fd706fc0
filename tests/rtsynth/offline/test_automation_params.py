"""Parameters over time (.params) as automation."""

from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.offline.automation import read_automation
from rtsynth.offline.events import ControlEvent
from rtsynth.offline.params_file import Track, write_params
from rtsynth.offline.timeline import LINE_STEP_S
from rtsynth.plugin import Parameter, Plugin
from tests.rtsynth.offline.moves import PLUGIN, told
from tests.rtsynth.plugins import tiers_plugin

# ------------------------------------------------------------------------------------- .params


def write_tracks(path: Path, **tracks: Track) -> Path:
    write_params(path, f"{path.stem}.wav", tracks)
    return path


NORMALISED = Track(np.array([0.5, 1.0, 2.0]), np.array([0.0, 1.0, 0.5]))


def at(events: list[ControlEvent], name: str, times: np.ndarray) -> np.ndarray:
    """Where a control is at `times`, as its events step."""
    rows = [(event.time_s, event.value) for event in events if event.name == name]
    starts, values = np.array(rows).T
    assert (np.diff(starts) >= 0).all()
    return values[np.searchsorted(starts, times + 1e-9, side="right") - 1]


@pytest.mark.parametrize("start_s", [0.0, 0.25, 0.75, 1.5, 2.0])
def test_parameters_move_on_straight_lines(tmp_path: Path, start_s: float) -> None:
    """Normalised ones over the network's range, from START_S on; before and after they hold."""
    path = write_tracks(tmp_path / "a.params", pitch=NORMALISED)
    events = list(read_automation(f"{path}:{start_s:g}" if start_s else path, PLUGIN))
    assert {event.name for event in events} == {"pitch"}
    times = np.arange(0, 3, 0.004)
    wanted = 64 + 12 * np.interp(start_s + times, NORMALISED.times, NORMALISED.values)
    got = at(events, "pitch", times)
    steepest = 24 * LINE_STEP_S  # of a step at 24 semitones a second
    assert np.abs(got - wanted).max() <= steepest + 1e-6
    marks = NORMALISED.times - start_s
    marks = marks[marks >= 0]
    np.testing.assert_allclose(
        at(events, "pitch", marks), 64 + 12 * np.interp(marks + start_s, *_points()), atol=1e-9
    )
    assert events[0].time_s == 0
    assert events[-1].value == 70


def _points() -> tuple[np.ndarray, np.ndarray]:
    return NORMALISED.times, NORMALISED.values


def test_ranges_and_units(tmp_path: Path) -> None:
    """ "norm", or 0 to 1, is over the network's range and not the knob's; else it is in units."""
    names = ("wide", "plain", "hertz")
    knobs = [
        Parameter(name=name, minimum=100, maximum=4000, default=1000, network_minimum=0,
                  network_maximum=5000)
        for name in names
    ]  # fmt: skip
    plugin = Plugin(PLUGIN.manifest.model_copy(update={"parameters": knobs}), {})
    times, half = np.zeros(1), np.array([0.5])
    path = write_tracks(
        tmp_path / "a.params",
        wide=Track(times, half, "norm", -1, 2),
        plain=Track(times, half, "", 0, 1),
        hertz=Track(times, 600 * half, "Hz", 0, 5000),
    )
    assert told(read_automation(path, plugin)) == [
        (0.0, "wide", 2500.0), (0.0, "plain", 2500.0), (0.0, "hertz", 300.0),
    ]  # fmt: skip
    below = write_tracks(tmp_path / "b.params", hertz=Track(times, 99 * half, "Hz", 0, 5000))
    with pytest.raises(InputError, match=r"b\.params: hertz: 49\.5 is not in 100\.\.4000"):
        read_automation(below, plugin)


def test_what_the_plugin_generates_or_lacks_is_left(tmp_path: Path) -> None:
    three = tiers_plugin()
    path = write_tracks(tmp_path / "a.params", centroid=NORMALISED, other=NORMALISED,
                        fill=NORMALISED)  # fmt: skip
    assert {event.name for event in read_automation(path, three)} == {"fill"}
    path = write_tracks(tmp_path / "b.params", centroid=NORMALISED, other=NORMALISED)
    with pytest.raises(
        InputError, match="has centroid, other, none of the plugin's parameters: fill"
    ):
        read_automation(path, three)


def test_a_parameter_that_ends_early_holds(tmp_path: Path) -> None:
    still = Track(np.zeros(1), np.array([0.5]))
    path = write_tracks(tmp_path / "a.params", pitch=NORMALISED, amplitude=still)
    events = list(read_automation(f"{path}:1.5", PLUGIN))
    assert told(events)[:2] == [(0.0, "amplitude", 0.5), (0.0, "pitch", 73.0)]


@pytest.mark.parametrize(
    ("track", "suffix", "message"),
    [
        (NORMALISED, ":2.01", "a.params: ends at 2 s, before 2.01 s; start it earlier"),
        (NORMALISED, ":nan", "'nan' is not a time in seconds; write for example"),
        (NORMALISED, ":-1", "'-1' is not a time in seconds"),
        (NORMALISED, ":", "'' is not a time in seconds"),
        (Track(np.array([0, 1e9]), np.array([0.0, 1.0])), "", "more than a day"),
    ],
)
def test_mistakes_in_parameters_over_time(
    tmp_path: Path, track: Track, suffix: str, message: str
) -> None:
    path = write_tracks(tmp_path / "a.params", pitch=track)
    with pytest.raises(InputError) as error:
        read_automation(f"{path}{suffix}", PLUGIN)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
