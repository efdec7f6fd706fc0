"""`rtsynth render` of values, batches, random priming and automation by files of values."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import rtsynth
from rtsynth.cli import main
from rtsynth.common.compile_progress import TEXT
from rtsynth.offline.automation import read_automation
from rtsynth.offline.events import ControlEvent
from rtsynth.offline.render import render_values
from rtsynth.plugin import Plugin
from tests.rtsynth.cli.run import refused
from tests.rtsynth.cli.run import rtsynth as run
from tests.rtsynth.compiler.three_tiers import below_motion, motion_alone
from tests.rtsynth.plugins import MOTION, TIMBRE, tiers_plugin

pytestmark = pytest.mark.system

STEP_24_BIT = 2.0**-23
Plugins = dict[str, Plugin]


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Plugins:
    """The whole one, its top tier alone, and what is below that: as files."""
    folder = tmp_path_factory.mktemp("plugins")
    whole = tiers_plugin()
    made = {"three": whole, "motion": motion_alone(whole), "below": below_motion(whole)}
    return {
        name: rtsynth.save(folder / f"{name}.safetensors", plugin.manifest, plugin.tensors)
        for name, plugin in made.items()
    }


def render(plugin: Plugin, out: Path, *flags: Any, seconds: float = 0.05) -> None:
    """`rtsynth render`, in this process."""
    words = ["render", plugin.path, "--out", out, "--seconds", seconds, *flags]
    assert main([str(word) for word in words]) == 0


def in_range(plugin: Plugin, names: list[str], values: np.ndarray) -> np.ndarray:
    by_name = {parameter.name: parameter for parameter in plugin.parameters}
    low = np.array([by_name[name].minimum for name in names], np.float32)
    return np.clip(values, low, np.array([by_name[name].maximum for name in names], np.float32))


def read_csv(path: Path) -> tuple[list[str], np.ndarray]:
    header, *lines = path.read_text().splitlines()
    rows = [[float(cell) for cell in line.split(",")] for line in lines]
    return header.split(","), np.array(rows)


# --- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "tier", "names"),
    [(["--tier", "motion"], "motion", MOTION), ([], "timbre", TIMBRE)],
)
def test_values_are_what_the_tier_drew(
    plugins: Plugins,
    tmp_path: Path,
    flags: list[str],
    tier: str,
    names: list[str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """By default of the last tier that makes any; both kinds of file hold the same."""
    three = plugins["three"]
    more = ("--seed", 7, "--set", "fill=0.8", *flags)
    render(three, tmp_path / "a.npy", *more)
    render(three, tmp_path / "a.csv", *more)
    drawn = render_values(three, 0.05, {"fill": 0.8}, 7).values[tier]
    wanted = in_range(three, names, drawn)
    array = np.load(tmp_path / "a.npy")
    assert array.dtype == np.float32
    np.testing.assert_array_equal(array, wanted)
    header, rows = read_csv(tmp_path / "a.csv")
    assert header == ["time_s", *names]
    np.testing.assert_array_equal(rows[:, 1:].astype(np.float32), wanted)
    rate_hz = {"motion": 125, "timbre": 500}[tier]
    np.testing.assert_allclose(rows[:, 0], np.arange(len(wanted)) / rate_hz)
    # Draws may leave the range that a knob has: that is said.
    outside = (drawn != wanted).sum(axis=0)
    said = capfd.readouterr().err
    for name, count in zip(names, outside, strict=True):
        assert (f"{name} ({count})" in said) == (count > 0)
    assert ("clamped" in said) == (outside.sum() > 0)


def test_values_drive_the_plugin_below(plugins: Plugins, tmp_path: Path) -> None:
    """What the top tier writes is automation for the tiers below it, as .csv and as .npy."""
    render(plugins["motion"], tmp_path / "a.csv", "--seed", 3, seconds=0.2)
    render(plugins["motion"], tmp_path / "a.npy", "--seed", 3, seconds=0.2)
    values = np.load(tmp_path / "a.npy")
    assert values.shape == (25, 3)
    below = plugins["below"]
    events = list(read_automation(tmp_path / "a.csv", below))
    assert events == [
        ControlEvent(step / 125, name, pytest.approx(value, rel=1e-7))
        for step, row in enumerate(values.tolist())
        for name, value in zip(MOTION, row, strict=True)
    ]
    # The array's columns are the plugin's parameters in its own order; what stays is no event.
    assert [p.name for p in below.parameters if p.name in MOTION] == MOTION
    moves = [(e.time_s, e.name, float(np.float32(e.value))) for e in events]
    changes = [move for at, move in enumerate(moves) if at < 3 or move[2] != moves[at - 3][2]]
    told = [(e.time_s, e.name, e.value) for e in read_automation(f"{tmp_path}/a.npy:125", below)]
    assert sorted(told) == sorted(changes)
    flags = ("--automation", tmp_path / "a.csv")
    render(below, tmp_path / "a.wav", *flags, seconds=0.25)
    audio, _ = soundfile.read(tmp_path / "a.wav")
    wanted = rtsynth.render(below, 0.25, events=events)
    np.testing.assert_allclose(audio, wanted, atol=STEP_24_BIT)
    assert np.abs(audio - rtsynth.render(below, 0.25)).max() > 0.01


def test_the_last_row_holds(plugins: Plugins, tmp_path: Path) -> None:
    """A file that is over and one that continues both give the same."""
    short = np.array([[0.1, 500, 50], [0.9, 3000, 70]], np.float32)
    np.save(tmp_path / "short.npy", short)
    np.save(tmp_path / "long.npy", np.concatenate([short, *[short[1:]] * 30]))
    for name in ("short", "long"):
        flags = ("--automation", f"{tmp_path}/{name}.npy:125")
        render(plugins["below"], tmp_path / f"{name}.wav", *flags, seconds=0.1)
    assert (tmp_path / "short.wav").read_bytes() == (tmp_path / "long.wav").read_bytes()


# --- batches -------------------------------------------------------------------------------------


def test_a_batch_counts_seeds_up(plugins: Plugins, tmp_path: Path) -> None:
    three = plugins["three"]
    render(three, tmp_path / "a.b.wav", "--batch", 3, "--seed", 5, "--prime", "random:2")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.b-1.wav", "a.b-2.wav", "a.b-3.wav",
    ]  # fmt: skip
    for number in range(3):
        audio, _ = soundfile.read(tmp_path / f"a.b-{number + 1}.wav")
        wanted = rtsynth.render(three, 0.05, seed=5 + number, prime_seed=2)
        np.testing.assert_allclose(audio, wanted, atol=STEP_24_BIT)
    render(three, tmp_path / "one.npy", "--batch", 1)
    render(three, tmp_path / "two.npy", "--batch", 2)
    np.testing.assert_array_equal(np.load(tmp_path / "one.npy"), np.load(tmp_path / "two-1.npy"))
    assert not (tmp_path / "two-3.npy").exists()


def test_an_array_of_several_gives_several_files(plugins: Plugins, tmp_path: Path) -> None:
    below = plugins["below"]
    rows = np.array([[[0.1, 500, 50]], [[0.9, 3000, 70]]], np.float32)
    np.save(tmp_path / "b.npy", rows)
    render(below, tmp_path / "a.wav", "--automation", f"{tmp_path}/b.npy:10", "--seed", 4)
    render(below, tmp_path / "c.wav", "--automation", f"{tmp_path}/b.npy:10", "--batch", 2)
    assert sorted(path.name for path in tmp_path.glob("*.wav")) == [
        "a-1.wav", "a-2.wav", "c-1.wav", "c-2.wav",
    ]  # fmt: skip
    for name, seed, number in (("a-1", 4, 0), ("a-2", 5, 1), ("c-2", 1, 1)):
        events = [
            ControlEvent(0, knob, value)
            for knob, value in zip(MOTION, rows[number, 0].tolist(), strict=True)
        ]
        wanted = rtsynth.render(below, 0.05, seed=seed, events=events)
        audio, _ = soundfile.read(tmp_path / f"{name}.wav")
        np.testing.assert_allclose(audio, wanted, atol=STEP_24_BIT, err_msg=name)


# --- priming and .params -------------------------------------------------------------------------


def test_random_priming_has_a_seed_of_its_own(plugins: Plugins, tmp_path: Path) -> None:
    def rendered(*flags: Any) -> bytes:
        render(plugins["three"], tmp_path / "a.wav", *flags, seconds=0.02)
        return (tmp_path / "a.wav").read_bytes()

    first = rendered("--prime", "random:12", "--seed", 1)
    assert rendered("--prime", "random:12", "--seed", 1) == first
    assert rendered("--prime", "random:13", "--seed", 1) != first
    assert rendered("--prime", "random:12", "--seed", 2) != first
    assert rendered("--seed", 1) != first
    assert rendered("--prime", "random", "--seed", 1) == rendered("--prime", "random:0", "--seed=1")


def write_params(path: Path, **tracks: dict[str, Any]) -> Path:
    usual = {"units": "norm", "minval": 0, "maxval": 1}
    entries = {name: usual | {"nvals": 2} | track for name, track in tracks.items()}
    path.write_text(json.dumps({"meta": {"filename": f"{path.stem}.wav"}} | entries))
    return path


def test_the_parameters_of_a_recording_move_the_knobs(plugins: Plugins, tmp_path: Path) -> None:
    """`fill` is a knob of the whole plugin; its centroid is generated, so the file's is left."""
    fill = {"times": [0, 0.1], "values": [0, 1]}
    params = write_params(tmp_path / "take.params", centroid=fill, fill=fill)
    render(plugins["three"], tmp_path / "a.wav", "--automation", f"{params}:0.05", seconds=0.1)
    events = list(read_automation(f"{params}:0.05", plugins["three"]))
    assert {event.name for event in events} == {"fill"}
    assert (events[0].time_s, events[0].value) == (0.0, pytest.approx(0.5))
    wanted = rtsynth.render(plugins["three"], 0.1, events=events)
    audio, _ = soundfile.read(tmp_path / "a.wav")
    np.testing.assert_allclose(audio, wanted, atol=STEP_24_BIT)


# --- refusals ------------------------------------------------------------------------------------

# {three}, {motion}, {below}: plugins; {folder}: what the fixture wrote.
CASES = [
    ("render {motion} --out {folder}/a.wav --seconds 1", "motion: generates parameters, not audio"),
    ("play {motion} --headless --device null --midi none", "generates parameters, not audio"),
    ("serve {motion} --device null --midi none --osc 0", "motion: generates parameters, not audio"),
    ("score {motion} {folder}/silence.wav", "motion: generates parameters, not audio"),
    ("render {motion} --out {folder}/a.npy --seconds 1 --prime {folder}/silence.wav",
     "motion: generates parameters, not audio"),
    ("render {three} --out {folder}/a.wav --seconds 1 --tier motion",
     "--tier motion: is for values; let --out end in .npy or .csv"),
    ("render {three} --out {folder}/a.npy --seconds 1 --tier audio",
     "--tier audio: generates nothing; those that do: motion, timbre"),
    ("render {three} --out {folder}/a.csv --seconds 1 --tier nonesuch", "--tier nonesuch"),
    ("render {below} --out {folder}/a.csv --seconds 1 --tier motion", "those that do: timbre"),
    ("render {plain} --out {folder}/a.csv --seconds 1", "random: generates no parameters"),
    ("render {three} --out {folder}/a.npy --seconds 1 --voices 2", "--voices 2: is for audio"),
    ("render {three} --out {folder}/no/a.npy --seconds 0.01", "does not exist"),
    ("render {three} --out {folder}/dir.csv --seconds 0.01", "is a folder"),
    ("render {three} --out {folder}/a.npy --seconds 1e308", "seconds"),
    ("render {three} --out {folder}/a.wav --seconds 1 --batch 0", "--batch"),
    ("render {three} --out {folder}/a.wav --seconds 1 --prime random:x", "'x' is no seed"),
    ("render {three} --out {folder}/a.wav --seconds 1 --prime random:", "'' is no seed"),
    ("render {three} --out {folder}/a.wav --seconds 1 --prime random:-1", "'-1' is no seed"),
    ("render {three} --out {folder}/a.wav --seconds 1 --prime random:" + "9" * 5000, "is no seed"),
    ("render {three} --out {folder}/a.wav --seconds 1 --prime random --voices 2", "prime: one"),
    ("render {below} --out {folder}/a.wav --seconds 1 --automation {folder}/two.npy:125",
     "two.npy: has shape [4, 2]; the plugin expects [T, 3], one column for each parameter that"),
    ("render {below} --out {folder}/a.wav --seconds 1 --automation {folder}/four.npy:125",
     "four.npy: has shape [1, 1, 4, 3]"),
    ("render {below} --out {folder}/a.wav --seconds 1 --automation {folder}/inf.npy:125",
     "inf.npy: row 0, column 1 (centroid): inf is not in 100..4000"),
    ("render {below} --out {folder}/a.wav --seconds 1 --automation {folder}/two.npy", "y:125"),
    ("render {three} --out {folder}/a.wav --seconds 1 --automation {folder}/nan.params",
     "nan.params: fill: values[1] is nan"),
    ("render {three} --out {folder}/a.wav --seconds 1 --automation {folder}/ragged.params",
     "ragged.params: fill: 3 times, but 2 values"),
    ("render {three} --out {folder}/a.wav --seconds 1 --automation {folder}/unsorted.params",
     "unsorted.params: fill: times do not increase"),
    ("render {three} --out {folder}/a.wav --seconds 1 --automation {folder}/good.params:9",
     "good.params: ends at 1 s, before 9 s"),
    ("render {three} --out {folder}/a.wav --seconds 1 --automation {folder}/good.params:x",
     "'x' is not a time in seconds"),
    ("render {below} --out {folder}/a.wav --seconds 1 --automation {folder}/good.params",
     "good.params: has fill, none of the plugin's parameters"),
]  # fmt: skip


@pytest.fixture(scope="module")
def names(
    tmp_path_factory: pytest.TempPathFactory, plugins: Plugins, plugin_path: Path
) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("refusals")
    (folder / "dir.csv").mkdir()
    soundfile.write(folder / "silence.wav", np.zeros(100), 16_000)
    np.save(folder / "two.npy", np.zeros((4, 2)))
    np.save(folder / "four.npy", np.zeros((1, 1, 4, 3)))
    np.save(folder / "inf.npy", np.array([[0, np.inf, 60]] * 3))
    tracks = {
        "nan": {"times": [0, 1], "values": [0, np.nan]},
        "ragged": {"times": [0, 1, 2], "values": [0, 1]},
        "unsorted": {"times": [1, 0], "values": [0, 1]},
        "good": {"times": [0, 1], "values": [0, 1]},
    }
    for name, track in tracks.items():
        write_params(folder / f"{name}.params", fill=track)
    paths = {name: str(plugin.path) for name, plugin in plugins.items()}
    return paths | {"plain": str(plugin_path), "folder": str(folder)}


@pytest.mark.parametrize(("command", "says"), CASES, ids=[command[:120] for command, _ in CASES])
def test_one_line_and_nothing_written(
    command: str, says: str, names: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    before = sorted(Path(names["folder"]).iterdir())
    status = main([word.format(**names) for word in command.split()])
    out, errors = capfd.readouterr()
    assert (status, out) == (2, ""), errors
    # On a machine that has yet to compile the kernels, that is reported, too.
    (line,) = (text for text in errors.splitlines() if not text.startswith(TEXT))
    assert line.startswith("rtsynth: ")
    assert says in line
    assert sorted(Path(names["folder"]).iterdir()) == before


def test_as_a_process(names: dict[str, str]) -> None:
    line = refused(
        "render", names["below"], "--out", f"{names['folder']}/a.wav", "--seconds", "1",
        "--automation", f"{names['folder']}/inf.npy:125",
    )  # fmt: skip
    assert "inf.npy: row 0, column 1" in line


@pytest.mark.parametrize("name", ["motion.beta", "motion/beta"])
def test_controls_of_tiers_are_named_with_dots_or_slashes(
    plugins: Plugins, tmp_path: Path, name: str
) -> None:
    """By --set and in automation alike; and both move the sound."""
    three = plugins["three"]
    moves = tmp_path / "moves.csv"
    moves.write_text(f"time_s,{name}\n0,2\n")
    outs = [tmp_path / f"{number}.wav" for number in range(3)]
    render(three, outs[0], "--set", f"{name}=2")
    render(three, outs[1], "--automation", moves)
    render(three, outs[2])
    plain, moved = (rtsynth.render(three, 0.05, controls) for controls in ({}, {name: 2}))
    assert np.abs(plain - moved).max() > 0.001
    for out, expected in zip(outs, (moved, moved, plain), strict=True):
        np.testing.assert_allclose(soundfile.read(out)[0], expected, atol=STEP_24_BIT)


@pytest.mark.measure
def test_play_takes_what_render_takes(plugins: Plugins) -> None:
    path = plugins["three"].path
    flags = ("--device", "null", "--midi", "none", "--precision", "float32", "--osc", "0")
    for settings in (("motion/beta=2", "centroid.take=0"), ("sampling/top_k=7", "gain=-3")):
        words = [word for text in settings for word in ("--set", text)]
        done = run("serve", path, *flags, *words, "--seconds", "0.1")
        assert done.returncode == 0, done.stderr
    line = refused("serve", path, *flags, "--set", "motion/bta=2")
    assert "--set motion.bta: parameter 'motion.bta' is unknown; three has motion.beta, " in line
    assert line.endswith(", ...")
