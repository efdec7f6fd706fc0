"""The scripts for Python, as they are, against a real engine."""

import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.compiler.compile import compile_plugin
from rtsynth.compiler.network_state import voices_of
from rtsynth.host.bank_file import read_bank, write_bank
from rtsynth.plugin import load
from rtsynth.plugin.library import resolve
from tests.examples.stage import EXAMPLES, PLUGIN, START, Sound, Stage
from tests.rtsynth.control.programs import running, wait_until
from tests.rtsynth.host.run import new_run, write_network

SCRIPTS = EXAMPLES / "python"
LEARNT_S = 300.0  # of a plugin that is watched for the first time, beside other work
SCORE = [64, 67, 71, 76, 74, 71, 69, 64]
WITH_THE_LIBRARY_ALONE = (
    "ahead.py", "bank.py", "follow.py", "hidden.py", "modulate.py", "play.py", "prime.py",
    "rescue.py",
)  # fmt: skip
pytestmark = pytest.mark.system


def run(name: str, *arguments: str, folder: Path) -> None:
    command = [sys.executable, str(SCRIPTS / name), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr.decode()


def play(stage: Stage, name: str, *arguments: str) -> list[str]:
    """What it prints; the engine goes on telling what happens for however long the script takes."""
    command = [sys.executable, str(SCRIPTS / name), *arguments, str(stage.port)]
    with running(command) as program:
        while (status := program.poll()) is None:
            stage.renew()
            time.sleep(0.1)
        assert status == 0, program.log()
        return program.log().splitlines()


@pytest.mark.measure
def test_play(stage: Stage) -> None:
    """A glide by hand, then a score in time."""
    play(stage, "play.py")
    assert stage.notes(1) == [(69, 0.8)]
    notes = stage.notes(8)
    knob = "/slot/1/param/instrument"
    assert stage.client.ask(f"{knob}/get", reply=knob) == (1.0,)
    assert [pitch for pitch, _ in notes] == SCORE
    assert [velocity for _, velocity in notes] == [0.9, 0.6, 0.6, 0.6] * 2


@pytest.mark.measure
def test_bank(stage: Stage) -> None:
    """Nothing is refused, and both moments are there afterwards."""
    play(stage, "bank.py")
    stage.sent("/slot/1/note/off")
    assert stage.client.ask("/slot/1/bank/list", reply="/slot/1/bank/names") == (
        0, 2, "attack", "steady",
    )  # fmt: skip


@pytest.mark.measure
def test_prime(stage: Stage, tmp_path: Path) -> None:
    """Both ends of the recording are fed, and are there afterwards."""
    recording = tmp_path / "note.wav"
    soundfile.write(recording, 0.3 * np.sin(np.arange(32_000) / 6), 16_000)
    play(stage, "prime.py", str(recording))
    stage.sent("/slot/1/note/off")
    assert stage.client.ask("/slot/1/bank/list", reply="/slot/1/bank/names") == (
        0, 2, "whole", "end",
    )  # fmt: skip


@pytest.mark.measure
def test_hidden(stage: Stage) -> None:
    """Nothing is refused, and everything is as it was afterwards."""
    play(stage, "hidden.py")
    stage.sent("/slot/1/note/off")
    for name, value in (("layer4_scale", 1.0), ("layer1_noise", 0.0), ("freeze", 0.0)):
        address = f"/slot/1/param/audio/{name}"
        assert stage.client.ask(f"{address}/get", reply=address) == (value,)


@pytest.mark.measure
@pytest.mark.alone
def test_ahead(stage_ahead: Stage) -> None:
    """It says how it goes, and the level jumps as in the script: every 400 ms it is loud."""
    printed = list[str]()
    sound = stage_ahead.recorded(lambda: printed.extend(play(stage_ahead, "ahead.py", "3")))
    said = r"400 ms ahead, margin \d+ ms, \d+ dropouts"
    assert [re.fullmatch(said, line) is not None for line in printed] == [True] * 3
    steps = sound.since_it_began(0.5, 2.5).audio.reshape(100, -1)  # of 20 ms
    level_db = 20 * np.log10(np.sqrt((steps**2).mean(axis=1)) + 1e-3)
    rhythm = np.abs(np.fft.rfft(level_db - level_db.mean()))
    assert rhythm.argmax() in (5, 10)  # in two seconds: the loud ones, or every second jump
    assert level_db.max() - level_db.min() > 6


def test_rescue(stage: Stage) -> None:
    """The slot is rescued as it was asked for."""
    play(stage, "rescue.py", "firm", "0.5")
    mode, _, _ = stage.client.ask("/slot/1/rescue/get", reply="/slot/1/rescue")
    assert mode == "firm"
    stage.client.send("/slot/1/rescue", "off")


@pytest.mark.measure
def test_rescue_says_what_from(stage: Stage, tmp_path: Path) -> None:
    """A state that was spoilt in a file is put back, and a line says what it was rescued from."""
    file, client = tmp_path / "states.safetensors", stage.client
    command = [sys.executable, str(SCRIPTS / "rescue.py"), "firm", "600", str(stage.port)]
    with running(command) as program:
        client.send("/slot/1/note/on", 69, 0.8)

        def is_watched() -> bool:
            return client.ask("/slot/1/rescue/get", reply="/slot/1/rescue") == ("firm", 0, 0)

        assert wait_until(is_watched, LEARNT_S)
        compiled = compile_plugin(load(PLUGIN))
        time.sleep(1.0)  # the network has found its tone
        client.send("/slot/1/bank/save", "bad", 0.1)  # a moment that has passed is kept at once
        client.ask("/slot/1/bank/write", str(file), reply="/done")
        states = read_bank(file, compiled).states
        voices = voices_of(compiled, states["bad"])
        for voice in voices:
            voice.hidden[:] *= 1000.0
        assert max(np.nanmax(np.abs(voice.hidden)) for voice in voices) > 100.0
        write_bank(file, compiled, states)
        client.ask("/slot/1/bank/read", str(file), reply="/done")
        client.send("/slot/1/bank/recall", "bad")
        assert wait_until(lambda: "rescued from state\n" in program.log()), program.log()
        client.ask("/slot/1/rescue", "off", reply="/done")
        _, count, _ = client.ask("/slot/1/rescue/get", reply="/slot/1/rescue")
        assert wait_until(lambda: program.log().count("rescued from ") == count)


def test_follow(stage: Stage) -> None:
    """It prints every control, then what others do."""
    command = [sys.executable, str(SCRIPTS / "follow.py"), str(stage.port), "60"]
    with running(command) as program:
        assert wait_until(lambda: "/slot/1/param/pitch is 69, 64 to 76\n" in program.log())
        for slot in stage.client.ask_json("/describe")["slots"]:
            controls = len(slot["parameters"] + slot["controls"] + slot["mixer"]) + 1  # the tempo
        assert wait_until(lambda: program.log().count(" is ") == controls), program.log()

        def printed() -> bool:
            stage.client.send("/slot/1/note/on", 70, 0.5)
            return "/slot/1/note/on 70.0 0.5\n" in program.log()

        assert wait_until(printed), program.log()


def test_follow_run(stage: Stage, tmp_path: Path) -> None:
    """Each network's step is printed; it goes back, and is given a word that it does not know."""
    run, plugin = new_run(tmp_path / "run"), load(resolve("clarinet-trumpet"))
    write_network(run, plugin, 10)
    command = [sys.executable, str(SCRIPTS / "follow_run.py"), str(run), str(stage.port)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline() == "step 10\n"
        write_network(run, plugin, 20)
        assert program.stdout.readline() == "step 20\n"
        program.stdin.write("hello\nback\n")
        program.stdin.flush()
        assert program.stdout.readline() == "step 10\n"
        program.stdin.write("quit\n")
        program.stdin.flush()
        assert program.wait(60) == 0
    stage.client.sync()
    found = stage.client.ask("/slot/1/follow/get", reply="/slot/1/follow/state")
    assert found == ("", "", 0)


@pytest.mark.measure
@pytest.mark.alone
def test_modulate(stage: Stage) -> None:
    """The pitch of the note is steady at first, then it swings by a semitone; it is cleared."""
    sound = stage.recorded(lambda: play(stage, "modulate.py"))
    assert stage.notes(1) == [(70, 0.8)]
    steady = sound.since_it_began(0.6, 0.95).pitch_track(70)  # once the network has found it
    key = np.median(steady)
    assert key == pytest.approx(70, abs=0.5)
    swings = sound.since_it_began(1.3, 1.9).pitch_track(70) - key  # however true the network is
    assert 0.5 < swings.max() < 1.8
    assert -1.8 < swings.min() < -0.5
    macro = "/slot/1/modulation/macro1"
    assert stage.client.ask(f"{macro}/get", reply=macro) == (0.0,)
    assert stage.assignments() == []
    stage.client.send("/slot/1/modulate", "lfo2", "pitch", 0.5)  # one that is there is in the list
    assert stage.assignments() == [("lfo2", "pitch", 0.5)]
    stage.client.send("/slot/1/modulate/clear")
    assert stage.assignments() == []


@pytest.mark.measure
def test_host(tmp_path: Path) -> None:
    """The engine in the script itself; what it renders has the pitch asked for."""
    run("host.py", "null", folder=tmp_path)
    audio, rate_hz = soundfile.read(tmp_path / "note.wav")
    assert audio.size == 2 * rate_hz
    assert Sound(audio[rate_hz // 2 :], rate_hz).pitches_near([64]) == pytest.approx([64], abs=0.2)


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.py")), ids=lambda path: path.name)
def test_a_script_says_how_to_start(path: Path) -> None:
    head, text = path.read_text().split('"""')[1:3]
    assert f"python {path.name}" in head
    if path.name in WITH_THE_LIBRARY_ALONE:
        assert START in head
        assert "rtsynth" not in text
