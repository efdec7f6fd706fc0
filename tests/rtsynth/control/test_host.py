"""The surfaces on the real engine, on the null device: what is sent is what is output."""

import time
from collections.abc import Iterator
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile

from rtsynth.control.midi.router import MidiRouter
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.control.osc.time import timetag_at
from rtsynth.host.host import Host
from rtsynth.host.protocol import Engine
from rtsynth.host.states import write_state
from tests.rounds import good_rounds
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.osc_messages import encode, encode_bundle
from tests.rtsynth.control.programs import wait_until
from tests.rtsynth.control.step_plugin import LEVEL, RATE_HZ, SMOOTHING_MS, step_plugin

pytestmark = pytest.mark.system

BLOCK_FRAMES = 128
SHARED = "the null device is paced by the clock of a machine that others use, too"


@pytest.fixture(scope="module")
def step_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = step_plugin(tmp_path_factory.mktemp("step") / "step.safetensors", threshold=0.5).path
    assert path is not None
    return path


@pytest.fixture
def host(step_path: Path) -> Iterator[Host]:
    with Host(
        device="null", precision="float32", rate_hz=RATE_HZ, block_frames=BLOCK_FRAMES
    ) as host:
        host.load(step_path)
        host.start()
        yield host


@pytest.fixture
def client(host: Host) -> Iterator[OscClient]:
    engine: Engine = host  # mypy compares the two
    with OscServer(engine, port=0) as server, OscClient(server.port) as client:
        yield client


def is_loud(host: Host) -> bool:
    _, output = host.read_scope(host.read_scope(1 << 60)[0] - 256)
    return bool((output > LEVEL / 2).all())


def is_silent(host: Host) -> bool:
    _, output = host.read_scope(host.read_scope(1 << 60)[0] - 256)
    return bool((np.abs(output) < 0.01).all())


def test_a_parameter_over_osc_changes_the_sound(host: Host, client: OscClient) -> None:
    assert wait_until(lambda: is_silent(host))
    client.send("/slot/1/param/knob", 1.0)
    assert wait_until(lambda: is_loud(host))
    assert client.ask("/slot/1/param/knob/get", reply="/slot/1/param/knob") == (1.0,)
    client.send("/slot/1/gain", -60.0)
    assert wait_until(lambda: is_silent(host))


def test_mistakes_over_osc(host: Host, client: OscClient) -> None:
    for address, argument, message in (
        ("/slot/1/param/heat", 1.0, "'heat' is unknown; step has knob, gain"),
        ("/slot/2/param/knob", 1.0, "slot 2 is empty; loaded: 1"),
        ("/slot/1/param/knob", float("nan"), "not a finite number"),
        ("/slot/1/param/knob", 7.0, "clamped to 1"),
        ("/slot/1/seed", -1, "seed -1"),
        ("/slot/99/load", "x.safetensors", "slots are 1 to"),
        ("/slot/1/load", "nowhere.safetensors", "nowhere.safetensors"),
        ("/state/recall", "never", "does not exist"),
        ("/record/start", "/nowhere/x.wav", "/nowhere"),
    ):
        told, text = client.ask(address, argument, reply="/fail")
        assert told == address
        assert message in text
        assert "\n" not in text
        assert "internal error" not in text


def test_notes_open_and_close_the_gate(host: Host, client: OscClient) -> None:
    client.send("/slot/1/param/knob", 1.0)
    client.send("/slot/1/note/on", 60, 1.0)
    assert wait_until(lambda: is_loud(host))
    client.send("/slot/1/note/off", 60)
    assert wait_until(lambda: is_silent(host))
    client.send("/slot/1/note/on", 60, 1.0)
    assert wait_until(lambda: is_loud(host))
    client.send("/panic")
    assert wait_until(lambda: is_silent(host))


def test_midi_plays_the_host(host: Host) -> None:
    router = MidiRouter(host)
    router.handle(mido.Message("control_change", control=16, value=127))
    assert wait_until(lambda: is_loud(host))
    router.handle(mido.Message("control_change", control=7, value=0))
    assert wait_until(lambda: is_silent(host))
    router.handle(mido.Message("control_change", control=121, value=0))
    assert (host.get(1, "knob"), host.get(1, "gain")) == (1.0, -60.0)  # not what a reset resets


@pytest.mark.alone
def test_timed_bundles_take_effect_at_their_distance(host: Host, client: OscClient) -> None:
    """Up at 200 ms and down at 250 ms, sent together: loud for 50 ms, to the sample.

    And it begins when it should, in three rounds of five.
    """
    expected = 0.2 * RATE_HZ + SMOOTHING_MS / 2000 * RATE_HZ

    def attempt() -> str:
        assert wait_until(lambda: is_silent(host))
        cursor, _ = host.read_scope(1 << 60)
        now_ns, late = time.time_ns(), host.status()["late_events"]
        bundles = [
            encode_bundle([encode("/slot/1/param/knob", value)], timetag_at(now_ns + ahead_ns))
            for value, ahead_ns in ((1.0, 200_000_000), (0.0, 250_000_000))
        ]
        client.socket.send(encode_bundle(bundles))
        time.sleep(0.35)
        assert wait_until(lambda cursor=cursor: host.read_scope(cursor)[0] > cursor + 0.3 * RATE_HZ)
        assert wait_until(lambda: is_silent(host))
        loud = np.flatnonzero(host.read_scope(cursor)[1] > LEVEL / 2)
        if host.status()["late_events"] == late and not client.ask_json("/status")["osc"]["late"]:
            assert loud.size == loud[-1] - loud[0] + 1 == pytest.approx(0.05 * RATE_HZ, abs=2)
        if not loud.size:
            return "silent"
        off = abs(loud[0] - expected)
        return "" if off <= 4 * BLOCK_FRAMES else f"{off} frames too early or late"

    good_rounds(attempt, good=3, of=5, reason=SHARED)


def test_states_over_osc(host: Host, client: OscClient) -> None:
    client.send("/slot/1/param/knob", 0.75)
    client.send("/slot/1/gain", -3.0)
    client.ask("/state/save", "here", reply="/done")
    client.send("/slot/1/param/knob", 0.1)
    client.send("/slot/1/gain", 0.0)
    client.ask("/state/recall", "here", reply="/done")
    assert (host.get(1, "knob"), host.get(1, "gain")) == (0.75, -3.0)


def test_recording_over_osc(host: Host, client: OscClient, tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    client.send("/slot/1/param/knob", 1.0)
    assert wait_until(lambda: is_loud(host))
    client.ask("/record/start", str(path), reply="/done")
    began = host.status()["frames"]
    assert wait_until(lambda: host.status()["frames"] > began + RATE_HZ // 4)
    client.ask("/record/stop", reply="/done")
    most = host.status()["frames"] - began + RATE_HZ // 10
    assert "nothing is being recorded" in client.ask("/record/stop", reply="/fail")[1]
    audio, rate_hz = soundfile.read(path)
    assert rate_hz == RATE_HZ
    assert RATE_HZ // 4 <= audio.shape[0] <= most
    assert np.abs(audio).max() == pytest.approx(LEVEL, abs=0.02)


def test_a_recording_over_osc_names_the_file_that_it_writes(
    host: Host, client: OscClient, tmp_path: Path
) -> None:
    path = tmp_path / "out.wav"
    path.write_bytes(b"kept")
    done = client.ask("/record/start", str(path), reply="/done")
    assert done == ("/record/start", str(path), str(tmp_path / "out-2.wav"))
    client.ask("/record/stop", reply="/done")
    assert path.read_bytes() == b"kept"


def test_a_state_of_another_plugin_is_reported(host: Host, client: OscClient) -> None:
    write_state("of another", {"1": {"gain": -5.0, "shine": 0.5}})
    client.send("/notify", 1)
    client.sync()
    client.send("/state/recall", "of another")
    told = client.expect("/fail")
    assert told[:1] == ("/state/recall",)
    assert "slot 1, step, has no shine; load the plugin it was saved with" in told[1]
    assert host.get(1, "gain") == -5.0


def test_a_slot_is_emptied_over_osc(host: Host, client: OscClient, step_path: Path) -> None:
    client.send("/slot/1/param/knob", 1.0)
    assert wait_until(lambda: is_loud(host))
    client.ask("/slot/1/unload", reply="/done")
    assert wait_until(lambda: is_silent(host))
    assert client.ask_json("/describe")["slots"] == []
    assert "slot 1 is empty" in client.ask("/slot/1/unload", reply="/fail")[1]
    client.ask("/slot/1/load", str(step_path), reply="/done")
    assert host.get(1, "knob") == 0.0


def test_subscribers_see_the_host(host: Host, client: OscClient, step_path: Path) -> None:
    client.send("/notify", 1, "values", "meters", "scope")
    client.expect("/load")
    host.set(1, "knob", 1.0)
    assert client.expect("/slot/1/param/knob") == (1.0,)
    assert wait_until(lambda: is_loud(host))
    assert client.expect("/meter", where=lambda meter: meter.arguments[1] > -12)[0] == 1
    (blob,) = client.expect("/scope")
    assert np.frombuffer(blob, "<f4").size > 0
    client.send("/slot/2/load", str(step_path))
    description = client.expect_json("/describe")
    assert [slot["slot"] for slot in description["slots"]] == [1, 2]
    status = client.ask_json("/status")
    assert status["rate_hz"] == RATE_HZ
    assert status["osc"]["subscribers"] == 1


@pytest.mark.alone
def test_a_flood_does_not_disturb_the_sound(host: Host, client: OscClient) -> None:
    """Callbacks keep coming in the second of the flood, in three rounds of five."""
    count, expected = 0, RATE_HZ / BLOCK_FRAMES

    def attempt() -> str:
        nonlocal count
        before, end = host.status(), time.monotonic() + 1.0
        while time.monotonic() < end:
            for _ in range(100):
                client.send("/slot/1/param/knob", count % 2)
                count += 1
            client.ask("/ping", reply="/pong")
        status = client.ask_json("/status")
        assert status["osc"]["messages"] >= count
        assert status["lost_events"] == 0
        made = status["callbacks"] - before["callbacks"]
        return "" if made > 0.8 * expected else f"{made} callbacks in a second, of {expected:.0f}"

    good_rounds(attempt, good=3, of=5, reason=SHARED)
