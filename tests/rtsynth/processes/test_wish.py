"""Words between an engine and its supervisor, and options that are tried."""

from pathlib import Path

from rtsynth.host.states import SESSION_FILE, Session, kept_session, write_session
from rtsynth.processes.options import EngineOptions
from rtsynth.processes.wish import (
    Trial,
    drop_wish,
    leave_refusal,
    leave_wish,
    take_refusal,
    take_wish,
    texts_of,
    with_texts,
)

DEVICE = ("card", "ALSA", 44_100, 256)


def test_words_are_read_once(tmp_path: Path) -> None:
    assert take_wish(tmp_path) is None
    leave_wish(tmp_path, {"device": "null", "rate": ""})
    assert take_wish(tmp_path) == {"device": "null", "rate": ""}
    assert take_wish(tmp_path) is None
    leave_wish(tmp_path, {"device": "null"})
    drop_wish(tmp_path)
    drop_wish(tmp_path)
    assert take_wish(tmp_path) is None
    leave_refusal(tmp_path, "no such device")
    assert take_refusal(tmp_path) == "no such device"
    assert take_refusal(tmp_path) == ""


def test_options_as_texts_and_back() -> None:
    options = EngineOptions(plugins=["a"], device="card", rate=44_100, ahead=12.5, seed=3)
    texts = texts_of(options)
    assert texts == {
        "device": "card",
        "rate": "44100",
        "block": "auto",
        "precision": "auto",
        "ahead": "12.5",
        "midi": "auto",
    }
    assert with_texts(EngineOptions(plugins=["a"], seed=3), texts) == options
    assert with_texts(options, {"device": "auto", "rate": "auto", "block": "64", "ahead": "0"}) == (
        EngineOptions(plugins=["a"], block=64, ahead=0.0, seed=3)
    )


def test_options_that_play_stay(tmp_path: Path) -> None:
    write_session(tmp_path / SESSION_FILE, Session(device=DEVICE))
    options = EngineOptions(device="card", seconds=9.0)
    trial = Trial(tmp_path)
    assert trial.begin(options) is None
    assert not trial.goes_on(plays=False)
    leave_wish(tmp_path, {"device": "null"})
    assert trial.begin(options) == EngineOptions(device="null", seconds=9.0)
    assert kept_session(tmp_path) == Session()  # not back to the card
    assert trial.goes_on(plays=False)
    assert not trial.goes_on(plays=True)
    assert not trial.goes_on(plays=False)


def test_options_that_do_not_play_are_taken_back(tmp_path: Path) -> None:
    write_session(tmp_path / SESSION_FILE, Session(device=DEVICE))
    leave_wish(tmp_path, {"rate": "8000"})
    trial = Trial(tmp_path)
    tried = trial.begin(EngineOptions(device="card", seconds=9.0))
    assert tried == EngineOptions(device="card", rate=8000, seconds=9.0)
    back = trial.end(EngineOptions(device="card", rate=8000, seconds=7.0), "the engine crashed")
    assert back == EngineOptions(device="card", seconds=7.0)
    assert kept_session(tmp_path) == Session(device=DEVICE)
    assert take_refusal(tmp_path) == "the engine crashed"
    assert not trial.goes_on(plays=False)
