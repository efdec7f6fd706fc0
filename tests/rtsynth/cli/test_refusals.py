"""Bad input: exit status 2, one line on stderr that names what is wrong, no traceback.

Run in this process (each is the same `main` that the command calls); a few again as processes.
"""

import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.cli import main
from rtsynth.common.compile_progress import TEXT
from tests.ports import free_port
from tests.rtsynth.cli.run import refused

pytestmark = pytest.mark.system

# {plugin}, {audio}, {folder}, {text}, {busy}, {nan}: made by the fixture. What the line must say.
CASES = {
    "info": [
        ("info", "missing argument"),
        ("info {folder}/absent.safetensors", "absent.safetensors: no such file"),
        ("info nonesuch", "'nonesuch'"),
        ("info {folder}", "is a folder"),
        ("info {text}", "text.txt: not a plugin; plugins are .safetensors files"),
        ("info {plugin} --colour", "--colour"),
        ("info {plugin} extra", "extra"),
    ],
    "render": [
        ("render {plugin} --out {folder}/a.wav", "--seconds"),
        ("render {plugin} --seconds 1", "--out"),
        ("render {plugin} --out {folder}/a.mp3 --seconds 1", "cannot write '.mp3'"),
        ("render {plugin} --out {folder}/a --seconds 1", "a: cannot write ''"),
        ("render {plugin} --out {folder}/no/a.wav --seconds 1", "does not exist"),
        ("render {plugin} --out {folder}/dir.wav --seconds 1", "is a folder"),
        ("render {plugin} --out {folder}/a.wav --seconds zero", "--seconds"),
        ("render {plugin} --out {folder}/a.wav --seconds 0", "--seconds 0"),
        ("render {plugin} --out {folder}/a.wav --seconds nan", "--seconds nan"),
        ("render {plugin} --out {folder}/a.wav --seconds inf", "--seconds inf"),
        ("render {plugin} --out {folder}/a.wav --seconds 1e15", "seconds"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --set pitch", "--set 'pitch'"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --set pitch=nan", "--set 'pitch=nan'"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --set colour=1", "colour"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --seed -1", "--seed"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --seed 1e99", "--seed"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --block 0", "--block"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --format MP3", "--format MP3"),
        ("render {plugin} --out {folder}/a.flac --seconds 1 --format FLOAT", "cannot hold"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --precision int2", "--precision int2"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --threads 99", "--threads 99"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --voices 999", "--voices"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --prime {folder}/x.wav", "x.wav: no su"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --prime {text}", "text.txt: not a read"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --prime {audio}:99", "START_S"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --prime {audio}:nan", "START_S"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --prime {audio}:inf", "START_S"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --automation {text}", "text.txt"),
        ("render {plugin} --out {folder}/a.wav --seconds 1 --automation {folder}/x.csv", "x.csv"),
        ("render {folder}/x.safetensors --out {folder}/a.wav --seconds 1", "no such file"),
    ],
    "score": [
        ("score {plugin} {folder}/absent.wav", "absent.wav: no such audio file"),
        ("score {plugin} {text}", "not a readable audio file"),
        ("score {plugin} {nan}", "is not a finite number"),
        ("score {plugin} {audio} --set colour=1", "'colour' is unknown"),
        ("score {plugin} {audio} --conditioning {folder}/absent.csv", "absent.csv"),
    ],
    "bench": [
        ("bench --arch lstm:1x2", "--arch lstm:1x2"),
        ("bench --live --ahead -1", "--ahead -1: give 0 to 2000 ms"),
        ("bench --arch gru:4", "--arch gru:4"),
        ("bench --arch gru:0x4", "--arch gru:0x4"),
        ("bench --arch gru:1x100000000", "--arch gru:1x100000000"),
        ("bench {plugin} --seconds -1", "--seconds -1"),
        ("bench {folder}/absent.safetensors", "no such file"),
    ],
    "serve": [
        ("serve {plugin} --device null --ahead 2001", "--ahead 2001: give 0 to 2000 ms"),
        ("serve {plugin} --device null --midi none --osc 127.0.0.1:{busy}", "the port is busy"),
        ("serve {plugin} --device null --midi none --osc nonsense:port", "--osc nonsense:port"),
        ("serve {plugin} --device null --midi none --osc 127.0.0.1:70000", "70000"),
        ("serve {plugin} --device null --midi none --osc 203.0.113.7:9000", "203.0.113.7"),
        ("serve {plugin} --device nonesuch-device --midi none --osc 0", "--device|PortAudio|audio"),
        ("serve {plugin} --device null --rate 1 --osc 0", "--rate"),
        ("serve {plugin} --device null --block 0 --osc 0", "--block"),
        ("serve {plugin} --device null --seconds 0 --osc 0", "--seconds 0"),
        (
            "serve {plugin} --device null --midi none --set ampitude=3 --osc 0",
            "--set ampitude: parameter 'ampitude' is unknown; random has amplitude, ",
        ),
        ("serve {plugin} --device null --midi none --set pitch=x --osc 0", "--set 'pitch=x'"),
        ("serve {plugin} --device null --record {folder}/a.mp3 --osc 0", "a.mp3"),
        (
            "serve {plugin} --device null --midi none --record {folder}/no/a.wav --osc 0",
            "not exist",
        ),
        ("serve {plugin} --device null --midi-map {folder}/x.toml --osc 0", "x.toml"),
        ("serve {plugin} --device null --midi-map {text} --osc 0", "text.txt"),
        ("serve {folder}/absent.safetensors --device null --osc 0", "no such file"),
        ("serve {text} --device null --osc 0", "text.txt: not a plugin"),
        ("serve {plugin} --voices 0 --osc 0", "--voices"),
    ],
    "play": [
        ("play {plugin} --threads 99", "--threads 99"),
        ("play {plugin} --seconds -3", "--seconds -3"),
        ("play {plugin} --set x", "--set 'x'"),
        ("play {plugin} --osc 1:2:3:x", "--osc"),
    ],
}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory, plugin_path: Path) -> Iterator[dict[str, str]]:
    folder = tmp_path_factory.mktemp("refusals")
    (folder / "text.txt").write_text("this is a text\n")
    (folder / "dir.wav").mkdir()
    soundfile.write(folder / "a.flac", 0.5 * np.sin(np.arange(1000) * 0.1), 16_000)
    soundfile.write(folder / "nan.wav", np.full(100, np.nan), 16_000, subtype="FLOAT")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as busy:
        busy.bind(("127.0.0.1", 0))
        yield {
            "plugin": str(plugin_path),
            "folder": str(folder),
            "text": str(folder / "text.txt"),
            "audio": str(folder / "a.flac"),
            "nan": str(folder / "nan.wav"),
            "busy": str(busy.getsockname()[1]),
        }


@pytest.mark.parametrize(
    ("command", "says"), [case for cases in CASES.values() for case in cases], ids=str
)
def test_one_line_and_status_2(
    command: str, says: str, names: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    before = sorted(Path(names["folder"]).iterdir())
    status = main([word.format(**names) for word in command.split()])
    out, errors = capfd.readouterr()
    assert status == 2, errors
    assert out == ""
    # On a machine that has yet to compile the kernels, that is reported, too.
    (line,) = (text for text in errors.splitlines() if not text.startswith(TEXT))
    assert line.startswith("rtsynth: ")
    assert any(word.lower() in line.lower() for word in says.split("|")), line
    assert sorted(Path(names["folder"]).iterdir()) == before  # nothing half written


LATE = "--seconds 1e15"  # whether so much memory is there is found out when it is taken


@pytest.mark.parametrize("command", [row[0] for row in CASES["render"] if LATE not in row[0]])
def test_nothing_is_compiled_for_a_rendering_that_is_refused(
    command: str, names: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rtsynth.compiler.compile.compile_plugin", not_reached)
    assert main([word.format(**names) for word in command.split()]) == 2


def test_no_engine_is_made_that_could_not_record(
    names: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("rtsynth.host.host.Host", not_reached)
    record = f"{names['folder']}/no/a.wav"
    words = ["serve", names["plugin"], "--device", "null", "--midi", "none", "--osc", "0"]
    assert main([*words, "--record", record]) == 2
    assert f"{record}: the folder {names['folder']}/no does not exist" in capsys.readouterr().err


def not_reached(*_: object, **__: object) -> None:
    raise AssertionError("this takes long, and comes after the checks")


@pytest.mark.parametrize(
    ("words", "says"),
    [("nonesuch", "plugin 'nonesuch'"), ("{plugin} --set colour=1", "--set colour")],
)
def test_what_is_wrong_comes_alone_where_there_is_no_display(
    words: str, says: str, names: dict[str, str]
) -> None:
    given = [word.format(**names) for word in words.split()]
    line = refused(
        "play", *given, "--midi", "none", "--device", "null", "--osc", f"127.0.0.1:{free_port()}",
        DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="",
    )  # fmt: skip
    assert says in line


@pytest.mark.measure
def test_as_processes(names: dict[str, str]) -> None:
    assert "no such file" in refused("info", f"{names['folder']}/absent.safetensors")
    assert "the port is busy" in refused(
        "play", names["plugin"], "--headless", "--device", "null", "--midi", "none",
        "--osc", f"127.0.0.1:{names['busy']}",
    )  # fmt: skip
