"""Every command once in earnest, as a process."""

import json
import re
import time
from pathlib import Path

import pytest

import rtsynth as package
from rtsynth.cli import command_table, main
from tests.rounds import good_rounds
from tests.rtsynth.cli.run import refused, rtsynth, succeeds
from tests.rtsynth.plugins import random_plugin

pytestmark = pytest.mark.system


@pytest.mark.alone
def test_help_is_quick() -> None:
    def attempt() -> str:
        began = time.monotonic()
        succeeds("--help")
        took_s = time.monotonic() - began
        return "" if took_s < 2.0 else f"{took_s:.1f} s"

    good_rounds(attempt, good=2, of=3, reason="the first one reads the modules from the disk")


def test_help_names_every_command() -> None:
    text = succeeds("--help")
    for command in ("play", "serve", "render", "score", "info", "list", "devices", "bench"):
        (line,) = [line for line in text.splitlines() if line.split()[:1] == [command]]
        assert len(line.split()) > 3
    assert succeeds() == text


@pytest.mark.parametrize(
    "command", ["play", "serve", "render", "score", "info", "list", "devices", "bench"]
)
def test_each_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"rtsynth {command}" in text
    assert "--help" in text


@pytest.mark.parametrize("command", command_table())
def test_help_shows_no_types_of_python(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert not re.search(r"<\w", capsys.readouterr().out)


@pytest.mark.parametrize("command", ["play", "serve"])
def test_help_says_where_an_engine_listens(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "--osc HOST:PORT Address to listen on for OSC. [default: 127.0.0.1:9000]" in shown


def test_version() -> None:
    assert succeeds("--version") == f"rtsynth {package.__version__}\n"


def test_an_unknown_command() -> None:
    assert "no command 'plya'; there are play" in refused("plya")


def test_info(plugin_path: Path) -> None:
    document = json.loads(succeeds("info", plugin_path, "--json"))
    assert document["path"] == str(plugin_path)
    assert document["name"] == "random"
    assert document["weights"] == sum(t.size for t in package.load(plugin_path).tensors.values())
    text = succeeds("info", plugin_path)
    for word in ("random", "gru", "16000 Hz", "pitch", "64 to 76", "MIDI"):
        assert word in text


@pytest.mark.parametrize("command", ["info", "list"])
def test_a_reader_that_goes_away_is_no_error(command: str, plugin_path: Path) -> None:
    import subprocess
    import sys

    arguments = [command] + ([str(plugin_path), "--json"] if command == "info" else ["--json"])
    process = subprocess.Popen(
        [sys.executable, "-m", "rtsynth", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    process.wait(60)
    assert errors == ""


@pytest.mark.measure
@pytest.mark.alone
def test_who_played_with_dropouts_is_told(tmp_path: Path) -> None:
    """Of a network that takes twice the time there is; of one that is in time, nothing."""
    slow, quick = tmp_path / "slow.safetensors", tmp_path / "quick.safetensors"
    random_plugin(slow, hidden=256, layers=3, rate_hz=96_000)
    random_plugin(quick, rate_hz=16_000)
    told = "late or incomplete callbacks; a longer --ahead may help"
    for path, expected in ((slow, True), (quick, False)):
        words = ["--device", "null", "--midi", "none", "--osc", "127.0.0.1:0", "--ahead", "500"]
        exact = ["--precision", "float32", "--threads", "1", "--seconds", "1"]
        done = rtsynth("serve", path, *words, *exact)
        assert done.returncode == 0
        assert (told in done.stderr) == expected, done.stderr
