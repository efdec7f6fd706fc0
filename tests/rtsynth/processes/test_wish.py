"""Words between an engine and its supervisor, and options that are tried."""

from collections.abc import Mapping
from pathlib import Path

from rtsynth.host.restart import GivenUp
from rtsynth.host.states import SESSION_FILE, Session, kept_session, write_session
from rtsynth.processes.options import EngineOptions
from rtsynth.processes.wish import (
    Trial,
    drop_wish,
    first_of,
    given_up_of,
    leave_given_up,
    leave_refusal,
    leave_wish,
    take_refusal,
    take_wish,
)

DEVICE = ("card", "ALSA", 44_100, 256)


def nowhere(wish: Mapping[str, str]) -> None:
    raise AssertionError(wish)


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


def test_engines_know_what_they_would_go_back_to(tmp_path: Path) -> None:
    assert first_of(tmp_path) == {}
    Trial(tmp_path, EngineOptions(device="card", voices=2), nowhere)
    first = first_of(tmp_path)
    assert (first["device"], first["voices"], first["rate"]) == ("card", "2", "auto")


def test_options_that_play_stay(tmp_path: Path) -> None:
    write_session(tmp_path / SESSION_FILE, Session(device=DEVICE))
    options = EngineOptions(device="card", seconds=9.0)
    kept: list[Mapping[str, str]] = []
    trial = Trial(tmp_path, options, kept.append)
    assert trial.begin(options) is None
    assert not trial.goes_on(plays=False)
    leave_wish(tmp_path, {"device": "null"})
    assert trial.begin(options) == EngineOptions(device="null", seconds=9.0)
    assert kept_session(tmp_path) == Session()  # not back to the card
    assert trial.goes_on(plays=False)
    assert kept == []  # not before it plays
    assert not trial.goes_on(plays=True)
    assert not trial.goes_on(plays=True)
    assert kept == [{"device": "null"}]


def test_a_device_that_is_not_named_is_waited_for(tmp_path: Path) -> None:
    write_session(tmp_path / SESSION_FILE, Session(device=DEVICE))
    trial = Trial(tmp_path, EngineOptions(), nowhere)
    for wish in ({"device": "auto"}, {"forget": ""}):
        leave_wish(tmp_path, wish)
        assert trial.begin(EngineOptions(device="card")) == EngineOptions()
        assert kept_session(tmp_path) == Session(device=("", "", 0, 0))


def test_options_that_do_not_play_are_taken_back(tmp_path: Path) -> None:
    write_session(tmp_path / SESSION_FILE, Session(device=DEVICE))
    leave_wish(tmp_path, {"rate": "8000"})
    trial = Trial(tmp_path, EngineOptions(), nowhere)
    tried = trial.begin(EngineOptions(device="card", seconds=9.0))
    assert tried == EngineOptions(device="card", rate=8000, seconds=9.0)
    back = trial.end(EngineOptions(device="card", rate=8000, seconds=7.0), "the engine crashed")
    assert back == EngineOptions(device="card", seconds=7.0)
    assert kept_session(tmp_path) == Session(device=DEVICE)
    assert take_refusal(tmp_path) == "the engine crashed"
    assert not trial.goes_on(plays=False)


def test_what_is_kept_is_forgotten_but_for_where_osc_is(tmp_path: Path) -> None:
    first = EngineOptions(device="null", seconds=9.0)
    kept: list[Mapping[str, str]] = []
    trial = Trial(tmp_path, first, kept.append)
    leave_wish(tmp_path, {"forget": ""})
    now = EngineOptions(
        device="card", rate=8000, osc="127.0.0.1:9100", osc_allow=["192.0.2.1"], seconds=5.0
    )
    assert trial.begin(now) == EngineOptions(device="null", osc="127.0.0.1:9100", seconds=5.0)
    assert not trial.goes_on(plays=True)
    assert kept == [{"forget": ""}]


def test_what_is_asked_for_is_not_given_up(tmp_path: Path) -> None:
    """But what was, and is not asked for, is not tried again."""
    options = EngineOptions(device="card", rate=8000, midi="keys", kept="device,rate,midi")
    leave_given_up(tmp_path, GivenUp(("device", "rate"), "no card"))
    assert given_up_of(tmp_path, options) == GivenUp(("device", "rate"), "no card")
    trial = Trial(tmp_path, EngineOptions(), nowhere)
    leave_wish(tmp_path, {"rate": "16000", "keep": "no"})
    tried = trial.begin(options)
    assert tried == EngineOptions(device="card", rate=16_000, midi="keys", kept="device")
    assert given_up_of(tmp_path, tried) == GivenUp(("device",), "no card")
    assert given_up_of(tmp_path, EngineOptions(device="card")) == GivenUp()
