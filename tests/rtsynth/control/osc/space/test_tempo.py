"""Tempo and transport over OSC."""

import time

import pytest

from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine


def test_the_tempo_is_set_tapped_and_asked_for(client: OscClient, engine: RecordingEngine) -> None:
    assert client.ask("/tempo/get", reply="/tempo") == (120.0,)
    client.send("/notify", 1, "events")
    client.send("/tempo", 92.5)
    assert client.expect("/tempo") == (92.5,)
    assert client.expect("/transport/state") == (0, 0.0, 92.5, "internal")
    client.sync()
    assert engine.tempo.state().tempo_bpm == 92.5
    began_ns = time.monotonic_ns()
    for number in range(3):
        engine.tempo.tap(at_ns=began_ns + 400_000_000 * number)
    assert client.expect("/tempo") == (pytest.approx(150.0),)
    client.send("/tempo/tap", 0)  # a button that is released
    client.send("/tempo/tap")
    client.sync()
    assert engine.tempo.state().tempo_bpm == pytest.approx(150.0)  # the first one of others


def test_the_transport_rolls_stops_and_is_moved(client: OscClient, engine: RecordingEngine) -> None:
    assert client.ask("/transport", reply="/transport/state") == (0, 0.0, 120.0, "internal")
    client.send("/notify", 1, "events")
    client.send("/transport/locate", 16)
    assert client.expect("/transport/state") == (0, 16.0, 120.0, "internal")
    began_ns = time.monotonic_ns()
    client.send("/transport/start")
    rolling, beats, *_ = client.expect("/transport/state")
    assert (rolling, beats) == (1, pytest.approx(16.0, abs=0.5))
    state, read_ns = engine.tempo.state(), time.monotonic_ns()
    assert state.rolls
    assert 16.0 < state.beats <= 16.0 + (read_ns - began_ns) / 0.5e9
    client.send("/transport/stop", 1)
    rolling, beats, *_ = client.expect("/transport/state")
    assert rolling == 0
    assert client.ask("/transport", reply="/transport/state")[1] == beats


def test_the_source_is_chosen(client: OscClient, engine: RecordingEngine) -> None:
    assert client.ask("/tempo/source/get", reply="/tempo/source") == ("auto",)
    client.send("/tempo/source", "midi")
    assert client.ask("/tempo/source/get", reply="/tempo/source") == ("midi",)
    assert client.ask("/transport", reply="/transport/state")[3] == "midi"
    address, message = client.ask("/transport/start", reply="/fail")
    assert address == "/transport/start"
    assert message == (
        "the MIDI clock is followed: start and stop there; /tempo/source internal takes over"
    )
    assert not engine.tempo.state().rolls


@pytest.mark.parametrize(
    ("address", "argument", "message"),
    [
        ("/tempo", 1000.0, "1000 is out of range: clamped to 400"),
        ("/tempo", float("nan"), "not a finite number"),
        ("/tempo/source", "link", "there are auto, internal, midi, jack"),
        ("/transport/locate", -4.0, "-4 is out of range: clamped to 0"),
        ("/transport/locate", 1e30, "out of range: clamped to 1e+06"),
        ("/record/follow", 1.5, "expects a whole number"),
    ],
)
def test_mistakes_are_answered(
    client: OscClient, address: str, argument: float | str, message: str
) -> None:
    named, text = client.ask(address, argument, reply="/fail")
    assert named == address
    assert message in text


def test_recording_follows(client: OscClient, engine: RecordingEngine) -> None:
    for sent, kept in (((1,), "take.wav"), ((1, "mine.wav"), "mine.wav"), ((0,), None)):
        assert client.ask("/record/follow", *sent, reply="/done") == ("/record/follow", *sent)
        assert engine.tempo.records == kept


def test_what_an_engine_sends_is_no_command(client: OscClient, engine: RecordingEngine) -> None:
    """Two engines that are pointed at each other answer nothing for ever."""
    client.send("/transport/state", 1, 4.0, 99.0, "internal")
    client.sync()
    assert engine.tempo.state().tempo_bpm == 120.0
    assert client.ask_json("/status")["osc"]["failed"] == 0
