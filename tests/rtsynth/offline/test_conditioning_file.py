"""Conditioning for every sample: what a file becomes, where it takes effect, what is refused."""

import time
from pathlib import Path

import numpy as np
import pytest

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.common.files import csv_rows
from rtsynth.compiler.compile import compile_plugin
from rtsynth.offline.automation import read_automation
from rtsynth.offline.conditioning_file import is_conditioning, read_conditioning, without_smoothing
from rtsynth.offline.teacher import OverTime
from rtsynth.plugin import Parameter, Plugin
from tests.rtsynth.class_plugin import RATE_HZ, class_plugin, expected_signs
from tests.rtsynth.control.step_plugin import LEVEL, step_plugin
from tests.rtsynth.plugins import samplernn_manifest

VOICE = Parameter(name="voice", minimum=0, maximum=3, default=0, role="class", smoothing_ms=0)
BRIGHT = Parameter(name="bright_side", minimum=-1, maximum=1, default=0, smoothing_ms=20)
BOTH = Plugin(samplernn_manifest(parameters=(BRIGHT, VOICE), rate_hz=RATE_HZ), {})
TWO_CLASSES = Plugin(
    samplernn_manifest(parameters=(VOICE, VOICE.model_copy(update={"name": "room"}))), {}
)
NO_CLASS = Plugin(samplernn_manifest(parameters=(BRIGHT,)), {})


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def told(path: Path, plugin: Plugin = BOTH) -> list[tuple[int, str, float]]:
    events = list(read_conditioning(path, plugin).events)
    assert events == list(read_automation(path, plugin))
    return [(round(event.time_s * RATE_HZ), event.name, event.value) for event in events]


# --- what it becomes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["0\n0\n2\n2\n1\n", "0,0,2,2,1", "\ufeffclass\r\n0\r\n0\r\n2\n2\n1"]
)
def test_a_class_for_every_sample(tmp_path: Path, text: str) -> None:
    """Only changes become events."""
    path = write(tmp_path / "a.csv", text)
    assert is_conditioning(path, BOTH)
    assert told(path) == [(0, "voice", 0.0), (2, "voice", 2.0), (4, "voice", 1.0)]
    read = read_conditioning(path, BOTH)
    assert (read.names, read.rows, read.first) == (("voice",), 5, {"voice": 0.0})


def test_columns(tmp_path: Path) -> None:
    """Names as the trainer found them; controls of the engine; a class may lie in between."""
    text = "Voice,Bright-Side;temperature\n0,1,0.5\n0.5,1,0.5\n\n0.5,-1,1\n"
    path = write(tmp_path / "a.csv", text)
    assert is_conditioning(path, BOTH)
    assert told(path) == [
        (0, "voice", 0.0), (0, "bright_side", 1.0), (0, "temperature", 0.5),
        (1, "voice", 0.5), (2, "bright_side", -1.0), (2, "temperature", 1.0),
    ]  # fmt: skip
    read = read_conditioning(path, BOTH)
    assert read.first == {"voice": 0.0, "bright_side": 1.0, "temperature": 0.5}
    assert read.rows == 3


def test_what_rounding_puts_out_of_range_is_put_in(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "bright_side\n-1.0000001\n-1\n1.0000001\n")
    assert told(path) == [(0, "bright_side", -1.0), (2, "bright_side", 1.0)]


def test_changes_at_the_borders_of_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_BLOCK_CHARACTERS", 7)
    classes = np.random.default_rng(0).integers(0, 4, 300).repeat(3)
    path = write(tmp_path / "a.csv", "\n".join(map(str, classes)))
    changes = np.flatnonzero(np.diff(classes)) + 1
    assert told(path) == [
        (row, "voice", float(classes[row])) for row in (0, *changes.tolist())
    ]  # fmt: skip


def test_a_million_rows(tmp_path: Path) -> None:
    """About half a second on two cores of 2024; the limit is far above, for busy machines."""
    classes = np.zeros(1_000_000, np.int64)
    classes[400_000:] = 3
    path = write(tmp_path / "a.csv", "\n".join(map(str, classes.tolist())) + "\n")
    start_s = time.thread_time()
    assert told(path) == [(0, "voice", 0.0), (400_000, "voice", 3.0)]
    assert time.thread_time() - start_s < 10


@pytest.mark.parametrize(
    "text",
    [
        "time_s,voice\n0,1\n",
        "# take 2\ntime_s,voice\n0,1\n",
        "time,voice\n0,1\n",
        "",
        "# 1\n",
        "x\n",
    ],
)
def test_other_files_are_left_to_others(tmp_path: Path, text: str) -> None:
    assert not is_conditioning(write(tmp_path / "a.csv", text), BOTH)
    assert not is_conditioning(write(tmp_path / "a.txt", "0\n1\n"), BOTH)
    assert not is_conditioning(tmp_path / "none.csv", BOTH)
    (tmp_path / "b.csv").write_bytes(b"0\n\x80")
    assert not is_conditioning(tmp_path / "b.csv", BOTH)


def test_for_scores_it_is_one_row_a_sample(tmp_path: Path) -> None:
    plugin = class_plugin(tmp_path / "a.safetensors")
    path = write(tmp_path / "a.csv", "0\n1\n1\n0\n")
    rows = OverTime(compile_plugin(plugin), read_automation(path, plugin), {}, 6).rows(0, 6)
    assert rows[:, 0].tolist() == [0, 1, 1, 0, 0, 0]


# --- where it takes effect ----------------------------------------------------------------------


@pytest.mark.parametrize("tier", [1, 0], ids=["samples", "frames"])
def test_a_class_changes_at_its_sample(tmp_path: Path, tier: int) -> None:
    """The tone turns exactly there; of frames, at the first that begins after it."""
    plugin = class_plugin(tmp_path / "a.safetensors", tier)
    classes = np.zeros(3000, np.int64)
    classes[1003:2005] = 1
    path = write(tmp_path / "a.csv", "\n".join(map(str, classes)))
    audio = rtsynth.render(plugin, 3000 / RATE_HZ, events=read_automation(path, plugin))
    heard = classes if tier == 1 else classes[np.arange(3000) // 8 * 8]
    # The first sample is silent: a voice fades in.
    np.testing.assert_array_equal(np.sign(audio[1:]), expected_signs(heard)[1:])
    assert np.abs(audio[200:]).min() > 0.05


def test_columns_are_not_smoothed(tmp_path: Path) -> None:
    """Though the plugin's knob is: 10 ms."""
    plugin = step_plugin(tmp_path / "step.safetensors", threshold=0.9)
    knob = np.zeros(4000)
    knob[2001:3002] = 1.0
    path = write(tmp_path / "a.csv", "knob\n" + "\n".join(map(str, knob)))
    read = read_conditioning(path, plugin)
    exact = without_smoothing(plugin, read.names)
    audio = rtsynth.render(exact, 4000 / plugin.sample_rate_hz, events=read.events)
    np.testing.assert_array_equal(audio > LEVEL / 2, knob > 0)
    smooth = rtsynth.render(plugin, 4000 / plugin.sample_rate_hz, events=read.events)
    assert np.flatnonzero(smooth > LEVEL / 2)[0] > 2001 + 400
    assert without_smoothing(exact, read.names) is exact
    assert without_smoothing(plugin, []) is plugin
    assert exact.parameters[0].smoothing_ms == 0.0 < plugin.parameters[0].smoothing_ms


# --- refusals ------------------------------------------------------------------------------------

REFUSED = {
    "half": (BOTH, "0\n1.5\n", "entry 2 is 1.5, not a class: they are whole numbers"),
    "word": (BOTH, "0\nman\n", "entry 2 is 'man', not a finite number"),
    "not there": (BOTH, "0\n3\n4\n", "entry 3 is 4, but voice has the classes 0 to 3"),
    "no class": (NO_CLASS, "0\n1\n", "holds classes, but of class parameters random has none;"),
    "which class": (TWO_CLASSES, "0\n1\n", "random has several: voice, room; begin with a line of"),
    "out of range": (BOTH, "voice\n0\n\n3.1\n", "row 2: voice: 3.1 is not in 0..3"),
    "no rows": (BOTH, "voice\n", "has names, but no rows"),
    "ragged": (BOTH, "voice,temperature\n0,1\n2\n", "row 2 has 1 values, the first line names 2"),
    "not finite": (BOTH, "voice\nnan\n", "entry 1 is 'nan', not a finite number"),
    "twice": (BOTH, "voice,Voice\n0,1\n", "column 'voice' is there twice"),
    "unknown": (
        BOTH,
        "voice,nois\n0,1\n",
        "'nois' is none of bright_side, voice, gain, temperature",
    ),
    "empty": (BOTH, "\n", ": empty; the first line names the columns: time_s,NAME,... (or it has"),
}


@pytest.mark.parametrize(("plugin", "text", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_refusals_are_one_line(tmp_path: Path, plugin: Plugin, text: str, said: str) -> None:
    path = write(tmp_path / "bad.csv", text)
    with pytest.raises(InputError) as caught:
        read_automation(path, plugin)
    line = str(caught.value)
    assert line.startswith(str(path))
    assert said in line
    assert "\n" not in line
