"""`rtsynth render` by conditioning files: one, or as many as an index lists."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import rtsynth
from rtsynth.cli import main
from rtsynth.cli.render_index import read_index
from rtsynth.common.audiofile import read_mono
from rtsynth.common.compile_progress import TEXT
from rtsynth.common.errors import InputError
from rtsynth.offline.events import ControlEvent
from rtsynth.plugin import Plugin
from tests.rtsynth.class_plugin import RATE_HZ, class_plugin, expected_signs
from tests.rtsynth.cli.run import interrupt, spawn, succeeds, wait_for

pytestmark = pytest.mark.system

STEP_24_BIT = 2.0**-23


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Plugin:
    return class_plugin(tmp_path_factory.mktemp("plugin") / "tones.safetensors")


def rendered(plugin: Plugin, out: Path, *flags: Any) -> int:
    """`rtsynth render`, in this process; its status."""
    words = ["render", plugin.path, "--out", out, *flags]
    return main([str(word) for word in words])


def write_classes(path: Path, changes: list[int], count: int) -> Path:
    """A class per sample that begins at 0 and turns at `changes`."""
    classes = np.zeros(count, np.int64)
    for change in changes:
        classes[change:] = 1 - classes[change:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(map(str, classes)) + "\n")
    return path


def classes_of(path: Path) -> np.ndarray:
    return np.array(path.read_text().split(), np.int64)


def heard(path: Path) -> np.ndarray:
    audio, rate_hz = soundfile.read(path)
    assert rate_hz == RATE_HZ
    return np.asarray(audio)


# --- one file ------------------------------------------------------------------------------------


@pytest.mark.measure
def test_a_file_is_rendered_as_long_as_it_is_and_turns_where_it_says(
    plugin: Plugin, tmp_path: Path
) -> None:
    path = write_classes(tmp_path / "x.csv", [1003, 1900], 3001)
    out = tmp_path / "x.wav"
    succeeds("render", str(plugin.path), "--out", out, "--automation", path, "--seed", 3)
    audio = heard(out)
    assert audio.size == 3001
    np.testing.assert_array_equal(np.sign(audio[1:]), expected_signs(classes_of(path))[1:])


def test_seconds_may_ask_for_less(plugin: Plugin, tmp_path: Path) -> None:
    path = write_classes(tmp_path / "x.csv", [1003], 3001)
    assert rendered(plugin, tmp_path / "a.wav", "--automation", path) == 0
    assert rendered(plugin, tmp_path / "b.wav", "--automation", path, "--seconds", 0.1) == 0
    np.testing.assert_array_equal(heard(tmp_path / "b.wav"), heard(tmp_path / "a.wav")[:1600])


def test_a_class_as_a_setting_and_in_a_batch(plugin: Plugin, tmp_path: Path) -> None:
    flags = ("--set", "voice=1", "--seconds", 0.05, "--batch", 2, "--seed", 5)
    assert rendered(plugin, tmp_path / "a.wav", *flags) == 0
    path = write_classes(tmp_path / "x.csv", [300], 800)
    assert rendered(plugin, tmp_path / "b.wav", "--automation", path, *flags) == 0
    for number in (1, 2):
        signs = np.sign(heard(tmp_path / f"a-{number}.wav")[1:])
        np.testing.assert_array_equal(signs, expected_signs(np.ones(800, np.int64))[1:])
        signs = np.sign(heard(tmp_path / f"b-{number}.wav")[1:])
        np.testing.assert_array_equal(signs, expected_signs(classes_of(path))[1:])


def test_what_is_heard_before_the_start_is_of_the_first_class(
    plugin: Plugin, tmp_path: Path
) -> None:
    path = write_classes(tmp_path / "x.csv", [0], 800)
    assert rendered(plugin, tmp_path / "a.wav", "--automation", path, "--prime", "random:3") == 0
    wanted = rtsynth.render(plugin, 0.05, {"voice": 1}, prime_seed=3)
    np.testing.assert_allclose(heard(tmp_path / "a.wav"), wanted, atol=STEP_24_BIT)


def test_a_recording_is_scored_with_the_class_of_every_sample(
    plugin: Plugin, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The tone it plays is no surprise to it, with the same file; with another one it is."""
    path = write_classes(tmp_path / "x.csv", [1003], 3001)
    other = write_classes(tmp_path / "y.csv", [1500], 3001)
    short = write_classes(tmp_path / "z.csv", [1003], 3000)
    gain = ("--set", "gain=0", "--prime", "random")
    assert rendered(plugin, tmp_path / "x.wav", "--automation", path, *gain) == 0
    bits = []
    for file in (path, other):
        capsys.readouterr()
        words = ["score", plugin.path, tmp_path / "x.wav", "--conditioning", file]
        assert main(list(map(str, words))) == 0
        bits.append(float(capsys.readouterr().out.split()[0]))
    assert bits[0] < bits[1] - 1
    words = ["score", plugin.path, tmp_path / "x.wav", "--conditioning", short]
    assert main(list(map(str, words))) == 2
    assert "z.csv: has 3000 rows, but" in capsys.readouterr().err


def test_rows_may_belong_to_the_samples_of_the_file_at_its_own_rate(
    plugin: Plugin, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it was trained with: sample n of the plugin's rate has row n frames // length."""
    file_hz, frames = 44_100, 8820
    audio = 0.4 * np.sin(np.arange(frames) * 0.3)
    soundfile.write(tmp_path / "own.wav", audio, file_hz, subtype="DOUBLE")
    own = write_classes(tmp_path / "own.csv", [5001, 6000], frames)
    heard = read_mono(tmp_path / "own.wav", RATE_HZ)
    soundfile.write(tmp_path / "mine.wav", heard, RATE_HZ, subtype="DOUBLE")
    rows = classes_of(own)[np.arange(len(heard)) * frames // len(heard)]
    (tmp_path / "mine.csv").write_text("".join(f"{row}\n" for row in rows))
    told = []
    for name in ("own", "mine"):
        words = ["score", str(plugin.path), f"{tmp_path}/{name}.wav"]
        assert main([*words, "--conditioning", f"{tmp_path}/{name}.csv"]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert main([*words, "--conditioning", str(own)]) == 2
    assert "own.csv: has 8820 rows, but" in capsys.readouterr().err


# --- an index ------------------------------------------------------------------------------------


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Three files of different lengths, in two folders; the paths are relative to the index."""
    write_classes(tmp_path / "set" / "one.csv", [500], 1200)
    write_classes(tmp_path / "set" / "more" / "two, slow.csv", [7, 900], 1001)
    timed = tmp_path / "set" / "three.csv"
    timed.write_text("voice\n" + "0.0\n" * 600 + "1\n" * 300)
    path = tmp_path / "set" / "index.csv"
    path.write_text('file\none.csv\n\n# slow ones\n"more/two, slow.csv"\nthree.csv\n')
    return path


def test_an_index_gives_a_file_for_each(plugin: Plugin, index: Path, tmp_path: Path) -> None:
    """Each is, to the bit, what its own file gives alone, with the seed counted on."""
    out = tmp_path / "made" / "here"
    flags = ("--set", "temperature=0.9", "--seed", 7)
    assert rendered(plugin, out, "--index", index, *flags) == 0
    assert sorted(path.name for path in out.iterdir()) == ["one.wav", "three.wav", "two, slow.wav"]
    files = [Path(entry.file) for entry in read_index(index)]
    assert [file.stem for file in files] == ["one", "two, slow", "three"]
    for number, file in enumerate(files):
        alone = tmp_path / f"{number}.wav"
        flags = ("--set", "temperature=0.9", "--seed", 7 + number)
        assert rendered(plugin, alone, "--automation", file, *flags) == 0
        assert alone.read_bytes() == (out / f"{file.stem}.wav").read_bytes()


def test_an_index_of_batches(plugin: Plugin, index: Path, tmp_path: Path) -> None:
    out = tmp_path / "made"
    flags = ("--batch", 2, "--seed", 7, "--seconds", 0.03, "--format", "FLOAT", "--threads", 1)
    assert rendered(plugin, out, "--index", index, *flags) == 0
    assert sorted(path.stem for path in out.iterdir()) == [
        "one-1", "one-2", "three-1", "three-2", "two, slow-1", "two, slow-2",
    ]  # fmt: skip
    wanted = rtsynth.render(plugin, 0.03, seed=10, events=[
        ControlEvent(7 / RATE_HZ, "voice", 1)
    ])  # fmt: skip
    np.testing.assert_array_equal(heard(out / "two, slow-2.wav"), wanted)


def test_files_with_times_may_be_listed_too(plugin: Plugin, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("time_s,voice\n0.02,1\n")
    np.save(tmp_path / "b.npy", np.array([0.0, 1.0]))
    (tmp_path / "index.csv").write_text("a.csv\nb.npy:50\n")
    flags = ("--index", tmp_path / "index.csv", "--seconds", 0.05)
    assert rendered(plugin, tmp_path / "out", *flags) == 0
    first, second = (heard(tmp_path / "out" / f"{name}.wav") for name in "ab")
    signs = expected_signs((np.arange(800) >= 320).astype(np.int64))[1:]
    np.testing.assert_array_equal(np.sign(first[1:]), signs)
    np.testing.assert_array_equal(np.sign(second[1:]), signs)


@pytest.mark.measure
def test_ctrl_c_leaves_whole_files_only(plugin: Plugin, tmp_path: Path) -> None:
    write_classes(tmp_path / "short.csv", [], 800)
    (tmp_path / "long.csv").write_text("0\n" * 4_000_000)
    (tmp_path / "index.csv").write_text("short.csv\nlong.csv\n")
    out = tmp_path / "out"
    process = spawn("render", str(plugin.path), "--out", out, "--index", tmp_path / "index.csv")
    wait_for(lambda: (out / "short.wav").exists(), process)
    done = interrupt(process)
    assert done.returncode == 130
    assert [path.name for path in out.iterdir()] == ["short.wav"]
    assert heard(out / "short.wav").size == 800


# --- refusals ------------------------------------------------------------------------------------

LISTS = {
    "gone.csv": "good.csv\n\nnone.csv\n",
    "wrong.csv": "good.csv\nclass2.csv\n",
    "half.csv": "half_class.csv\n",
    "twins.csv": "good.csv\nother/good.csv\n",
    "wide.csv": "good.csv,7\n",
    "nothing.csv": "# nothing\nfile\n",
    "timed.csv": "timed_one.csv\n",
    "fine.csv": "good.csv\n",
}
CASES = [
    ("--automation {folder}/class2.csv", "class2.csv: entry 3 is 2, but voice has the classes 0"),
    ("--automation {folder}/half_class.csv", "half_class.csv: entry 2 is 0.5, not a class"),
    ("--automation {folder}/empty.csv", "empty.csv: empty;"),
    ("--automation {folder}/empty.csv --seconds 1", "empty.csv: empty;"),
    ("--automation {folder}/good.csv --seconds 1",
     "good.csv: has 800 rows, 0.05 s at 16000 Hz: too few for --seconds 1"),
    ("--automation {folder}/timed_one.csv", "--seconds: is missing; only a MIDI file, and a .csv"),
    ("--set voice=1", "--seconds: is missing"),
    ("--index {folder}/gone.csv", "gone.csv:3: none.csv: no such file ("),
    ("--index {folder}/wrong.csv", "class2.csv: entry 3 is 2, but voice has"),
    ("--index {folder}/half.csv", "half.csv:1: "),
    ("--index {folder}/twins.csv", "its output would be good.wav, as that of line 1"),
    ("--index {folder}/wide.csv", "wide.csv:1: has 2 columns; write one path a line"),
    ("--index {folder}/nothing.csv", "nothing.csv: lists no files"),
    ("--index {folder}/timed.csv", "timed.csv:1: --seconds: is missing"),
    ("--index {folder}/fine.csv --seconds 1", "too few for --seconds 1"),
    ("--index {folder}/fine.csv --automation {folder}/good.csv", "--automation: cannot be"),
    ("--index {folder}/fine.csv --tier audio", "--tier: cannot be combined with --index"),
    ("--index {folder}/fine.csv --set colour=1", "'colour' is unknown"),
    ("--index {folder}/none.csv", "none.csv: cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("flags", "says"), CASES, ids=[flags for flags, _ in CASES])
def test_one_line_and_nothing_written(
    plugin: Plugin, tmp_path: Path, flags: str, says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    write_classes(tmp_path / "good.csv", [300], 800)
    write_classes(tmp_path / "other" / "good.csv", [300], 800)
    (tmp_path / "class2.csv").write_text("0\n1\n2\n")
    (tmp_path / "half_class.csv").write_text("0\n0.5\n")
    (tmp_path / "empty.csv").write_text("\n")
    (tmp_path / "timed_one.csv").write_text("time_s,voice\n0,1\n")
    for name, text in LISTS.items():
        (tmp_path / name).write_text(text)
    before = sorted(tmp_path.rglob("*"))
    out = "out" if "--index" in flags else "out.wav"
    status = rendered(plugin, tmp_path / out, *flags.format(folder=tmp_path).split())
    stdout, errors = capfd.readouterr()
    assert (status, stdout) == (2, ""), errors
    (line,) = (text for text in errors.splitlines() if not text.startswith(TEXT))
    assert line.startswith("rtsynth: ")
    assert says in line
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    "text",
    [
        "a.csv\nb, c.csv\n",
        '\n# both\n"a.csv"\r\n"b, c.csv"\r\n',
        'sep=;\nfile;\na.csv;\n"b, c.csv";;\n',
        'Path,,\na.csv,,\n"b, c.csv",\n',
        "a.csv\t\rb, c.csv\r",
    ],
)
def test_an_index_as_spreadsheets_write_it(tmp_path: Path, text: str, encoding: str) -> None:
    for name in ("a.csv", "b, c.csv"):
        (tmp_path / name).write_text("0\n")
    path = tmp_path / "index.csv"
    path.write_bytes(text.encode(encoding))
    assert [Path(entry.file).name for entry in read_index(path)] == ["a.csv", "b, c.csv"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"' + "x" * 200_000 + '"\n', ":1: a line of more than 65536 characters"),
        ("\n" + "x" * 5000 + "\n", f":2: {'x' * 200}...: no such file"),
        ("\n" + "/".join("x" * 5000) + "\n", "...: no such file"),
        ('"a.csv\n', ":1: quotes that do not match"),
        ("a\0.csv\n", ":1: not a text file"),
        ("a.csv;b.csv\n", ":1: has 2 columns"),
        ("f\xfcr.csv\n", "not a text in UTF-8"),
    ],
)
def test_an_index_that_is_none(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "index.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError) as error:
        read_index(path)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 1000


def test_an_index_wants_a_folder(
    plugin: Plugin, index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.wav", "file"):
        (tmp_path / "file").write_text("")
        assert rendered(plugin, tmp_path / name, "--index", index) == 2
        assert f"{name}: with --index give a folder" in capsys.readouterr().err
