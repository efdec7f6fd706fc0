"""Values at times in a .csv: what they become, and every mistake as one line."""

from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.offline.automation import read_automation
from rtsynth.offline.timeline import LINE_STEP_S
from tests.rtsynth.offline.moves import PLUGIN, told


def refused(path: Path | str, message: str) -> None:
    with pytest.raises(InputError) as error:
        read_automation(path, PLUGIN)
    line = str(error.value)
    assert line.startswith(str(path))
    assert message in line
    assert "\n" not in line


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
    monkeypatch.setattr("rtsynth.offline.automation_csv.LARGEST_CSV_BYTES", 20)
    path = tmp_path / "a.csv"
    path.write_text("time_s,pitch\n0,69\n0.5,72\n")
    refused(path, "larger than 0 MB; for values at a rate write a .npy")
