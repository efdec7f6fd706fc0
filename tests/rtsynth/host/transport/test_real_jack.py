"""The transport of a real JACK server, rolled by JACK's own program."""

import time
from collections.abc import Callable, Iterator

import pytest

from rtsynth.host.core import EngineCore
from rtsynth.host.notices import Notices
from rtsynth.host.stage import Stage
from rtsynth.host.transport.clocks import State
from rtsynth.host.transport.jack_transport import open_transport
from rtsynth.host.transport.service import Tempo
from tests.requirements import lacking, require
from tests.rounds import good_rounds
from tests.rtsynth.control.no_slots import NoSlots
from tests.rtsynth.host.jack import JackServer
from tests.rtsynth.host.transport.jack_programs import Roller
from tests.rtsynth.host.transport.test_takes import Deck

pytestmark = [pytest.mark.system, pytest.mark.alone, pytest.mark.jack, pytest.mark.measure]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    require("jackd", "jack_lsp", "jack_transport")
    with JackServer(rate_hz=48_000, block_frames=256) as server:
        monkeypatch.setenv("JACK_DEFAULT_SERVER", server.name)
        yield server


def wait_for(tempo: Tempo, wanted: Callable[[State], bool]) -> State:
    """The first state that is as wanted."""
    end_s = time.monotonic() + 20
    while not wanted(state := tempo.state()):
        assert time.monotonic() < end_s, state
        time.sleep(0.01)
    return state


def check_pace(tempo: Tempo, *, beats_per_s: float) -> None:
    """In three rounds of five, a second each."""

    def attempt() -> str:
        first, first_s = tempo.state(), time.monotonic()
        time.sleep(1.0)
        beats, passed_s = tempo.state().beats - first.beats, time.monotonic() - first_s
        wrong = abs(beats - beats_per_s * passed_s) > 0.01
        return f"{beats:.3f} beats in {passed_s:.3f} s" if wrong else ""

    reason = "where the server misses a cycle its transport stands still"
    good_rounds(attempt, good=3, of=5, reason=reason)


def test_the_service_follows_the_server_s_transport(server: JackServer) -> None:
    tempo = Tempo(Stage(EngineCore(48_000, 2)), NoSlots(), Deck(), Notices(), on_jack=True)
    tempo.begin()
    try:
        with Roller(server.name) as roller:
            assert tempo.state().source == "internal"
            tempo.set_tempo(90.0)
            roller.do("locate 480000", "play")  # without a master: 10 s are 15 beats of ours
            began_s = time.monotonic()
            state = wait_for(tempo, lambda state: state.rolls)
            assert state.source == "jack"
            assert 15.0 <= state.beats < 15.0 + 1.5 * (time.monotonic() - began_s)
            check_pace(tempo, beats_per_s=1.5)
            roller.do("stop")
            assert wait_for(tempo, lambda state: not state.rolls).source == "internal"
            # A tempo of whole ticks a block: this master drops what is left over.
            roller.do("master", "tempo 93.75", "locate 480000")
            state = wait_for(tempo, lambda state: state.source == "jack")
            assert wait_for(tempo, lambda state: state.tempo_bpm == 93.75).rolls is False
            assert wait_for(tempo, lambda state: abs(state.beats - 15.625) < 1e-3).rolls is False
            roller.do("play")
            state = wait_for(tempo, lambda state: state.rolls)
            assert (state.source, state.tempo_bpm) == ("jack", 93.75)
            check_pace(tempo, beats_per_s=1.5625)
        server.kill()
        wait_for(tempo, lambda state: state.source == "internal")
        server.start_again()
        with Roller(server.name) as roller:
            roller.do("locate 480000", "play")
            state = wait_for(tempo, lambda state: state.source == "jack" and state.rolls)
            assert state.beats > 10.0
    finally:
        tempo.end()


def test_a_server_that_dies_is_no_transport_any_more(server: JackServer) -> None:
    transport = open_transport()
    if transport is None:
        lacking("JACK's library cannot be used")
    end_s = time.monotonic() + 20
    while transport.read() is None:
        assert time.monotonic() < end_s
        time.sleep(0.01)
    server.kill()
    time.sleep(1.5)
    assert transport.read() is None
    assert open_transport() is None  # and nothing hangs, or is written on the terminal
    server.start_again()
