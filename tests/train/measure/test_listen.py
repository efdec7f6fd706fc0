"""The table judges rightly: a faultless synthetic instrument passes, each fault fails its line."""

import json
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import rtsynth
from rtsynth_train.measure import listen, listen_checks
from rtsynth_train.measure.listen_checks import Listener, Result
from rtsynth_train.measure.sound import Reference, centroid_hz, level_db

RATE_HZ = 16000
FAULTLESS = {"cents": 0.0, "gain_db": 0.0, "lag_s": 0.02, "swap": False, "stuck": False}


def play(fault: dict, seconds: float, controls: dict, events=()) -> np.ndarray:
    """A harmonic tone that obeys its controls, but for `fault`."""
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    pitch = np.full(len(times), controls.get("pitch", 69.0))
    for event in events:
        pitch[times >= event.time_s + fault["lag_s"]] = event.value
    phase = 2 * np.pi * np.cumsum(440 * 2 ** ((pitch - 69 + fault["cents"] / 100) / 12)) / RATE_HZ
    bright = bool(controls.get("instrument", 0)) != fault["swap"]
    tone = np.sin(phase) + (0.9 if bright else 0.2) * np.sin(2 * phase)
    amplitude = 0.5 if fault["stuck"] else controls.get("amplitude", 0.8)
    return (0.4 * amplitude * 10 ** (fault["gain_db"] / 20) * tone).astype(np.float32)


@cache
def faultless(check: str) -> dict[str, Result]:
    with pytest.MonkeyPatch.context() as patch:
        return results(patch, check)


def results(monkeypatch: pytest.MonkeyPatch, check: str, **fault) -> dict[str, Result]:
    monkeypatch.setattr(listen_checks, "KEYS", (64, 65, 76))
    monkeypatch.setattr(listen_checks, "JUMP_TIMES_S", (0.3, 0.34))
    reference = {
        (i, a, k): play(FAULTLESS, 1.0, {"instrument": i, "amplitude": a, "pitch": k})
        for i in (0, 1) for a in listen_checks.AMPLITUDES for k in (64, 65, 76)
    }  # fmt: skip
    monkeypatch.setattr(
        listen_checks.rtsynth,
        "render",
        lambda compiled, seconds, controls, seed, events=(): play(
            {**FAULTLESS, **fault}, seconds, controls, events
        ),
    )
    compiled: Any = SimpleNamespace(plugin=SimpleNamespace(sample_rate_hz=RATE_HZ))
    listener = Listener(
        compiled,
        {k: Reference(level_db(x), centroid_hz(x, RATE_HZ)) for k, x in reference.items()},
        seed=1,
    )
    return {row.check: row for row in getattr(listen_checks, check)(listener)}


CASES = {
    "recorded pitches: median error": ("check_trained_pitches", {"cents": 15.0}),
    "recorded pitches: worst error": ("check_trained_pitches", {"cents": -60.0}),
    "half-semitones within 30 cents": ("check_unseen_pitches", {"cents": 40.0}),
    "levels within 3 dB of the recording": ("check_levels", {"gain_db": 3.5}),
    "notes whose level rises with amplitude": ("check_levels", {"stuck": True}),
    "octave jumps locked within 100 ms": ("check_jumps", {"lag_s": 0.2}),
    "instruments distinguished by centroid": ("check_timbre", {"swap": True}),
}


@pytest.mark.parametrize("line", CASES)
def test_each_line(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    check, fault = CASES[line]
    good = faultless(check)[line]
    bad = results(monkeypatch, check, **fault)[line]
    assert good.passed is True, good
    assert bad.passed is False, bad


def test_every_line_of_the_table_is_tested() -> None:
    assert {check.__name__ for check in listen_checks.CHECKS} == {c for c, _ in CASES.values()}


@pytest.mark.parametrize("passed", [True, False])
def test_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, passed
) -> None:
    row = Result("pitch", 3.25, "cents", "<= 10", passed, {"clarinet 64": -3.25})
    monkeypatch.setattr(listen, "listen", lambda plugin, reference, seed, precision: [row])
    monkeypatch.setattr(listen, "read_reference", lambda path: {})
    monkeypatch.setattr(rtsynth, "load", lambda path: SimpleNamespace(name="horn"))
    path = tmp_path / "horn.safetensors"
    path.touch()
    for flags in ([], ["--json"]):
        monkeypatch.setattr("sys.argv", ["listen", str(path), *flags])
        with pytest.raises(SystemExit) as end:
            listen.main()
        assert end.value.code == (0 if passed else 1)
    out = capsys.readouterr().out
    assert ("PASS" if passed else "FAIL") in out
    document = json.loads(out[out.index("{") :])
    assert list(document["seeds"]) == ["1", "2"]
    assert document["seeds"]["1"][0]["value"] == 3.25


def test_a_missing_plugin_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.argv", ["listen", str(tmp_path / "none.safetensors")])
    with pytest.raises(SystemExit) as end:
        listen.main()
    assert end.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("rtsynth: ")
    assert error.count("\n") == 1
