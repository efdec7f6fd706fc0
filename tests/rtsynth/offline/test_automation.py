"""Automation files: what they become, and every mistake as one line."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.offline.automation import batch_size, knobs_of, read_automation
from rtsynth.offline.events import ControlEvent
from rtsynth.offline.params_file import Track, write_params
from rtsynth.offline.timeline import LINE_STEP_S
from rtsynth.plugin import Codec, Manifest, Parameter, Plugin, Tier
from tests.rtsynth.control.recording_engine import PARAMETERS
from tests.rtsynth.plugins import tiers_plugin

PLUGIN = Plugin(
    Manifest(
        name="test",
        sample_rate_hz=16_000,
        codec=Codec(name="mu_law_round", levels=256),
        tiers=[Tier(name="audio", family="gru", rate_hz=16_000)],
        parameters=list(PARAMETERS),  # instrument, amplitude, pitch, rate
    ),
    {},
)


def told(events: Iterable[ControlEvent]) -> list[tuple[float, str, float]]:
    return [(event.time_s, event.name, event.value) for event in events]


def refused(path: Path | str, message: str) -> None:
    with pytest.raises(InputError) as error:
        read_automation(path, PLUGIN)
    line = str(error.value)
    assert line.startswith(str(path))
    assert message in line
    assert "\n" not in line


# ---------------------------------------------------------------------------------------- .csv


def test_rows_set_the_columns_that_are_not_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("# a glide\ntime_s, pitch , gain\n0,69,\n\n0.5,,-6\n1.0,72,-3\n")
    assert told(read_automation(path, PLUGIN)) == [
        (0.0, "pitch", 69.0), (0.5, "gain", -6.0), (1.0, "pitch", 72.0), (1.0, "gain", -3.0),
    ]  # fmt: skip


def test_linear_columns_move_on_a_straight_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("time_s,pitch:linear,amplitude\n0,64,0\n0.5,,1\n1,76,\n")
    events = list(read_automation(path, PLUGIN))
    assert events == sorted(events, key=lambda event: event.time_s)
    line = [event for event in events if event.name == "pitch"]
    times = np.array([event.time_s for event in line])
    assert np.diff(times).max() <= LINE_STEP_S + 1e-9
    np.testing.assert_allclose([event.value for event in line], 64 + 12 * times)
    assert (times[0], times[-1]) == (0.0, 1.0)


CSV_MISTAKES = [
    ("", ": empty"),
    ("# only this\n", ": empty"),
    ("time,pitch\n0,1\n", ":1: the first column is 'time', not time_s; or, with"),
    ("time_s,pitsh\n", ":1: unknown column 'pitsh'; there are pitch, instrument"),
    ("time_s,pitch,pitch:linear\n", "'pitch' is there twice"),
    ("time_s,pitch:cubic\n", "write pitch:step or pitch:linear"),
    ("time_s,pitch\n0\n", ":2: 1 cells under 2 columns"),
    ("time_s,pitch\n0,1,2\n", ":2: 3 cells under 2 columns"),
    ("time_s,pitch\nx,69\n", ":2: time_s: 'x' is not a finite number"),
    ("time_s,pitch\n,69\n", ":2: time_s: ''"),
    ("time_s,pitch\n0,69\n\n-1,69\n", ":4: time_s: -1 is before 0; times begin at 0"),
    ("time_s,pitch\n1,69\n0.5,69\n", ":3: time_s: 0.5 is before 1; sort the rows"),
    ("time_s,pitch\n0,high\n", ":2: pitch: 'high' is not a finite number"),
    ("time_s,pitch\n0,nan\n", ":2: pitch: 'nan'"),
    ("time_s,pitch\n0,77\n", ":2: pitch: 77 is not in 64..76"),
    ("time_s,pitch:linear\n0,64\n1e9,70\n", ":3: time_s: 1e+09 s is more than a day"),
    ("time_s,pitch\n0,\xff\n", "not a text in UTF-8"),
    ("# f\xfcr\ntime_s,pitch\n0,69\n", "not a text in UTF-8"),
    (",pitch\n0,69\n", ":1: the first column is '', not time_s (leave out the row numbers)"),
    ('time_s,pitch\n"1,000",69\n', ":2: time_s: '1,000' may be 1000 or 1.000; write a decimal po"),
    ("time_s;pitch\n0;69\n0,5;69.5\n", ":3: pitch: has decimal commas ('0,5') and points ('69.5')"),
    ("time_s;pitch\n0;1.000,5\n", ":2: pitch: has decimal commas"),
    ("time_s,pitch\n0,1_0\n", ":2: pitch: '1_0' is not a finite number"),
    ('time_s,pitch\n0,"69\n', ":2: quotes that do not match"),
    ("time_s,pitch\n0," + "6" * 70000, ":2: a line of more than 65536 characters"),
    ("time_s,pitch\n0,\0\n", ":2: not a text file"),
    ("time_s,pitch\n0,69\n90000,69\n", ":3: time_s: 90000 s is more than a day"),
]


@pytest.mark.parametrize(("text", "message"), CSV_MISTAKES)
def test_mistakes_in_a_csv_file(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="latin-1")
    refused(path, message)


GLIDE = [(0.0, "pitch", 69.0), (0.5, "pitch", 72.0)]
DIALECTS = {
    "plain": "time_s,pitch\n0,69\n0.5,72\n",
    "semicolons, decimal commas": "time_s;pitch\n0;69\n0,5;72\n",
    "semicolons": "time_s;pitch\n0;69\n0.5;72\n",
    "tabs": "time_s\tpitch\n0\t69\n0.5\t72\n",
    "quoted decimal commas": 'time_s,pitch\n"0","69"\n"0,5","72"\n',
    "quoted": '"time_s","pitch"\n"0","69"\n"0.5","72"\n',
    "declared": "sep=,\ntime_s,pitch\n0,69\n0.5,72\n",
    "declared semicolon": "SEP=;\r\ntime_s;pitch\r\n0;69\r\n0,5;72\r\n",
    "spaces": "time_s, pitch\n0, 69\n0.5, 72\n",
    "trailing comma": "time_s,pitch,\n0,69,\n0.5,72,\n",
    "capitals": "Time_s,Pitch\n0,69\n0.5,72\n",
    "exponent": "time_s,pitch\n0,69\n5e-1,72\n",
    "old Macintosh": "time_s,pitch\r0,69\r0.5,72\r",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("text", DIALECTS.values(), ids=DIALECTS)
def test_what_spreadsheets_write(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    assert told(read_automation(path, PLUGIN)) == GLIDE


def test_a_point_is_no_thousand_and_an_hour_no_day(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("time_s,pitch\n0,69\n1.000,72\n3700,70\n")
    times = [event.time_s for event in read_automation(path, PLUGIN)]
    assert times == [0, 1, 3700]


def test_at_one_time_the_last_row_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("time_s,pitch:linear\n0,69\n0.008,72\n0.008,66\n0.012,66\n")
    assert told(read_automation(path, PLUGIN)) == [
        (0.0, "pitch", 69.0), (0.004, "pitch", 70.5), (0.008, "pitch", 72.0),
        (0.008, "pitch", 66.0), (0.012, "pitch", 66.0),
    ]  # fmt: skip


def test_too_large_a_csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtsynth.offline.automation.LARGEST_CSV_BYTES", 20)
    path = tmp_path / "a.csv"
    path.write_text("time_s,pitch\n0,69\n0.5,72\n")
    refused(path, "larger than 0 MB; for values at a rate write a .npy")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    refused(tmp_path / "a.csv", "cannot be read (No such file")
    refused(tmp_path / "a.mid", "cannot be read (No such file")
    with pytest.raises(InputError, match="cannot be read"):
        read_automation(f"{tmp_path}/a.npy:100", PLUGIN)
    refused(tmp_path / "a.txt", "automation is a .csv, .npy, .params or .mid file")


# ---------------------------------------------------------------------------------------- .npy


def npy(header: str, numbers: bytes = bytes(96)) -> bytes:
    text = header.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + numbers


def test_arrays_that_say_more_than_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    for shape in ("(1000, 3)", f"({1 << 40}, {1 << 40})", f"({1 << 62}, 3)"):
        path.write_bytes(npy(f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}"))
        with pytest.raises(InputError, match=r"not a \.npy file of numbers"):
            read_automation(f"{path}:100", PLUGIN)


def test_arrays_that_python_2_wrote(tmp_path: Path) -> None:
    """Their sizes are long numbers, 4L, of which NumPy warns."""
    path = tmp_path / "a.npy"
    values = ROWS[:1].astype(float)
    text = "{'descr': '<f8', 'fortran_order': False, 'shape': (1L, 4L)}"
    path.write_bytes(npy(text, values.tobytes()))
    np.save(tmp_path / "b.npy", values)
    assert told(read_automation(f"{path}:100", PLUGIN)) == told(
        read_automation(f"{tmp_path}/b.npy:100", PLUGIN)
    )


ROWS = np.array([[0, 0.5, 69, 10], [0, 0.5, 70, 10], [1, 0.5, 70, 10]], np.float32)


@pytest.mark.parametrize("array", [ROWS, ROWS[None], np.stack([ROWS, ROWS + 1])])
def test_arrays_become_what_changes(tmp_path: Path, array: np.ndarray) -> None:
    np.save(tmp_path / "a.npy", array)
    assert told(read_automation(f"{tmp_path}/a.npy:100", PLUGIN)) == [
        (0.0, "instrument", 0.0), (0.0, "amplitude", 0.5), (0.0, "pitch", 69.0),
        (0.0, "rate", 10.0), (0.01, "pitch", 70.0), (0.02, "instrument", 1.0),
    ]  # fmt: skip


def test_one_parameter_may_be_one_dimensional(tmp_path: Path) -> None:
    manifest = PLUGIN.manifest.model_copy(update={"parameters": [PARAMETERS[3]]})
    np.save(tmp_path / "a.npy", np.array([1, 2, 2, 100.00001]))
    events = list(read_automation(f"{tmp_path}/a.npy:2", Plugin(manifest, {})))
    assert told(events) == [(0.0, "rate", 1.0), (0.5, "rate", 2.0), (1.5, "rate", 100.0)]


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((3, 2)), "has shape [3, 2]; the plugin expects [T, 4]"),
        (np.zeros(3), "has shape [3]"),
        (np.zeros((0, 3, 4)), "has shape [0, 3, 4]"),
        (np.zeros((0, 4)), "has shape [0, 4]"),
        (np.array([["a"]]), "not a .npy file of numbers"),
        (np.zeros((2, 3, 3)), "has shape [2, 3, 3]"),
        (np.zeros((1, 1, 3, 4)), "has shape [1, 1, 3, 4]"),
        (np.zeros((2, 0, 4)), "has shape [2, 0, 4]"),
        (np.array(1.0), "has shape []"),
        (np.zeros((3, 4), complex), "not a .npy file of numbers"),
        (np.where(ROWS == 70, np.inf, ROWS), "row 1, column 2 (pitch): inf is not in 64..76"),
        (ROWS * np.nan, "row 0, column 0 (instrument): nan is not in 0..1"),
        (ROWS * np.array([1, 1, 2, 1]), "row 0, column 2 (pitch): 138 is not in 64..76"),
    ],
)
def test_mistakes_in_arrays(tmp_path: Path, array: np.ndarray, message: str) -> None:
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(InputError) as error:
        read_automation(f"{tmp_path}/a.npy:100", PLUGIN)
    assert message in str(error.value)


def test_pickles_are_not_loaded(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(InputError, match=r"not a \.npy file"):
        read_automation(f"{tmp_path}/a.npy:100", PLUGIN)


@pytest.mark.parametrize(
    ("suffix", "message"),
    [
        ("", "for example"),
        (":", "'' is not a rate"),
        (":0", "'0' is not a rate; write for example"),
        (":nan", "'nan' is not a rate"),
        (":-5", "'-5' is not a rate"),
        (":inf", "'inf' is not a rate"),
    ],
)
def test_arrays_need_a_rate(tmp_path: Path, suffix: str, message: str) -> None:
    np.save(tmp_path / "a.npy", ROWS)
    with pytest.raises(InputError, match=message):
        read_automation(f"{tmp_path}/a.npy{suffix}", PLUGIN)


def test_an_array_of_several_is_for_a_batch(tmp_path: Path) -> None:
    """Each rendering has its own rows, and there are no more."""
    path = tmp_path / "a.npy"
    np.save(path, np.stack([ROWS[:1], ROWS[1:2], ROWS[2:]]))
    assert batch_size(f"{path}:100") == 3
    for number, pitch, instrument in ((0, 69, 0), (1, 70, 0), (2, 70, 1)):
        events = list(read_automation(f"{path}:100", PLUGIN, number=number))
        values = {event.name: event.value for event in events}
        assert (values["pitch"], values["instrument"]) == (pitch, instrument)
    with pytest.raises(InputError, match=r"a\.npy: is for 3 renderings; --batch asks for more"):
        read_automation(f"{path}:100", PLUGIN, number=3)
    np.save(path, np.zeros((0, 4, 4)))
    with pytest.raises(InputError, match=r"a\.npy: has shape \[0, 4, 4\]; no render can use it"):
        batch_size(f"{path}:100")
    np.save(path, ROWS)
    assert batch_size(f"{path}:100") == 1
    assert batch_size("not-there.csv") == 1


DAMAGED = [
    b"", b"PK\3\4", b"\x93NUMPY\1\0", b"\x93NUMPY\1\0\xff\xff{", b"time_s,pitch\n0,69\n",
    # A header that promises far more than there is.
    b"\x93NUMPY\1\0v\0" + b"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999,)}"
    .ljust(117) + b"\n",
    b"\x93NUMPY\1\0v\0" + b"{'descr': '<f8', 'fortran_order': False, 'shape': (9,)}".ljust(117)
    + b"\n",
    # What Python's own parser says of a header.
    *(b"\x93NUMPY\1\0v\0" + header.ljust(117) + b"\n" for header in (
        b"{'descr': (((, 'fortran_order': False", b"(" * 117, b"9" * 117, b"{'descr': [[]]}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", b"'\\N{", b"{1: 2}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 99999999999999999999)}",
    )),
]  # fmt: skip


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_damaged_arrays(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.npy: not a \.npy file of numbers") as error:
        read_automation(f"{tmp_path}/a.npy:100", PLUGIN)
    assert "\n" not in str(error.value)


def test_generated_parameters_are_no_columns(tmp_path: Path) -> None:
    three = tiers_plugin()
    assert [knob.name for knob in knobs_of(three)] == ["fill"]
    np.save(tmp_path / "a.npy", np.array([0.25, 0.75]))
    assert told(read_automation(f"{tmp_path}/a.npy:2", three)) == [
        (0.0, "fill", 0.25), (0.5, "fill", 0.75),
    ]  # fmt: skip
    # A .csv may name them: that takes them over.
    (tmp_path / "a.csv").write_text("time_s,centroid,centroid.take,motion.beta\n0,3000,,2\n1,,0,\n")
    assert told(read_automation(tmp_path / "a.csv", three)) == [
        (0.0, "centroid", 3000.0), (0.0, "motion.beta", 2.0), (1.0, "centroid.take", 0.0),
    ]  # fmt: skip


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
