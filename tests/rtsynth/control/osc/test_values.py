"""Generated parameters over OSC and MIDI, on the real engine."""

from collections.abc import Iterator
from typing import Any

import mido
import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.control.midi.router import MidiRouter
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.host.host import Host
from rtsynth.host.mapping.monitor import UNMAPPED
from tests.rtsynth.control.midi.maps import bound, table
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.programs import wait_until
from tests.rtsynth.plugins import MOTION, TIMBRE, tiers_plugin

pytestmark = pytest.mark.system

CENTROID = "/slot/1/param/centroid"
HZ = 5000  # the network's range of the centroid begins at 0


@pytest.fixture(scope="module")
def three() -> Compiled:
    return compile_plugin(tiers_plugin())


@pytest.fixture
def host(three: Compiled) -> Iterator[Host]:
    with Host(device="null", precision="float32", rate_hz=48_000, block_frames=128) as host:
        host.load(three)
        host.start()
        yield host


@pytest.fixture
def client(host: Host) -> Iterator[OscClient]:
    with OscServer(host, port=0) as server, OscClient(server.port) as client:
        yield client


def knob(value: float) -> float:
    """What is read back for a knob at `value` Hz, through the network's float32 and OSC's."""
    return float(np.float32(float(np.float32(value) / np.float32(HZ)) * HZ))


def get(client: OscClient, address: str) -> float:
    return float(client.ask(f"{address}/get", reply=address)[0])


# --- setting, getting ----------------------------------------------------------------------------


def test_take_over_and_release(host: Host, client: OscClient) -> None:
    client.send(CENTROID, 3000.0)
    assert wait_until(lambda: get(client, CENTROID) == knob(3000))
    assert get(client, f"{CENTROID}/take") == 1
    client.send(f"{CENTROID}/take", 0)
    seen: set[float] = set()
    assert wait_until(lambda: seen.add(get(client, CENTROID)) or len(seen) > 20)
    assert get(client, f"{CENTROID}/take") == 0
    client.send(f"{CENTROID}/take", True)  # the knob is where it was left
    assert wait_until(lambda: get(client, CENTROID) == knob(3000))


@pytest.mark.parametrize("name", ["centroid", "pitch", "mfcc9"])
def test_get_answers_what_is_heard_now(client: OscClient, name: str) -> None:
    seen: set[float] = set()
    assert wait_until(lambda: seen.add(get(client, f"/slot/1/param/{name}")) or len(seen) > 20)


@pytest.mark.parametrize(
    ("part", "value", "position", "there"),
    [
        ("centroid/take", 0.25, 0.75, 0.75),
        ("centroid/offset", 200.0, 0.75, 1950.0),
        ("centroid/scale", 1.1, 0.5, 2.0),
        ("motion/beta", 2.0, 1.0, 20.0),
    ],
)
def test_every_part_can_be_set_and_asked_for(
    client: OscClient, part: str, value: float, position: float, there: float
) -> None:
    address = f"/slot/1/param/{part}"
    client.send(address, value)
    assert get(client, address) == pytest.approx(value)
    client.send(f"{address}/norm", position)
    assert get(client, address) == pytest.approx(there)
    client.sync()
    assert client.ask_json("/status")["osc"]["failed"] == 0


def test_norm_takes_over_too(client: OscClient) -> None:
    client.send(f"{CENTROID}/norm", 0.5)
    assert wait_until(lambda: get(client, CENTROID) == knob(2050))
    assert get(client, f"{CENTROID}/take") == 1


def test_offset_and_scale_are_heard(client: OscClient) -> None:
    client.send(f"{CENTROID}/scale", 0)
    client.send(f"{CENTROID}/offset", 1234.0)
    assert wait_until(lambda: get(client, CENTROID) == pytest.approx(1234, abs=0.01))
    assert get(client, f"{CENTROID}/take") == 0


@pytest.mark.parametrize(
    ("part", "argument", "message"),
    [
        ("fill/take", 1.0, "'fill.take' is unknown; three has"),
        ("audio/beta", 1.0, "'audio.beta' is unknown; three has"),
        ("fill/take/get", None, "'fill.take' is unknown"),
        ("centroid/bend", 1.0, "unknown address"),
        ("centroid/take", 2.0, "2 is out of range: clamped to 1"),
        ("centroid/offset", -1e5, "-100000 is out of range: clamped to -3900"),
        ("centroid/scale", -1.0, "-1 is out of range: clamped to 0"),
        ("motion/beta", 0.0, "0 is out of range: clamped to 0.05"),
        ("motion/beta", float("nan"), "not a finite number"),
        ("centroid/take", "on", "expects a number"),
        ("centroid/take", None, "expects 1 argument, value, got 0"),
    ],
)
def test_what_is_refused(client: OscClient, part: str, argument: Any, message: str) -> None:
    address = f"/slot/1/param/{part}"
    client.send(address, *([] if argument is None else [argument]))
    told, text = client.expect("/fail")
    assert told == address
    assert message in text
    assert "\n" not in text


def test_states_over_osc(client: OscClient) -> None:
    client.send(CENTROID, 3000.0)
    client.send("/slot/1/param/rmse", 0.9)
    client.send("/slot/1/param/rmse/take", 0)
    client.ask("/state/save", "tiers", reply="/done")
    client.send(f"{CENTROID}/take", 0)
    client.send("/slot/1/param/rmse/take", 1)
    client.ask("/state/recall", "tiers", reply="/done")
    assert get(client, f"{CENTROID}/take") == 1
    assert get(client, "/slot/1/param/rmse/take") == 0
    assert wait_until(lambda: get(client, CENTROID) == knob(3000))


# --- subscribers ---------------------------------------------------------------------------------


def test_subscribers_are_sent_what_the_tiers_generate(host: Host, client: OscClient) -> None:
    client.send("/notify", 1, "followed")
    messages = [m.arguments for m in client.messages(1.0) if m.address == "/slot/1/followed"]
    assert 10 <= len(messages) <= 23  # 20 a second
    for arguments in messages:
        assert list(arguments[::2]) == [
            p.name for p in host.slot(1).plugin.parameters if p.name != "fill"
        ]
        assert all(isinstance(value, float) for value in arguments[1::2])
    assert sorted(messages[0][::2]) == sorted([*MOTION, *TIMBRE])
    place = 2 * list(messages[0][::2]).index("centroid") + 1
    assert len({arguments[place] for arguments in messages}) > 5
    host.set(1, "centroid", 3000)
    wait_until(lambda: host.get(1, "centroid") == float(np.float32(3000) / np.float32(HZ)) * HZ)
    told = client.expect(
        "/slot/1/followed", where=lambda message: message.arguments[place] == knob(3000)
    )
    assert told[place - 1] == "centroid"


def test_subscribers_are_sent_takes_by_any_surface(host: Host, client: OscClient) -> None:
    client.send("/notify", 1)
    client.expect("/load")
    host.set(1, "centroid", 3000)
    heard = {}
    for message in client.messages(2.0):
        heard[message.address] = message.arguments
        if {CENTROID, f"{CENTROID}/take"} <= heard.keys():
            break
    assert heard[CENTROID] == (3000.0,)
    assert heard[f"{CENTROID}/take"] == (1.0,)
    host.set(1, "centroid.take", 0)
    assert client.expect(f"{CENTROID}/take") == (0.0,)
    host.set(1, "motion.beta", 4)
    assert client.expect("/slot/1/param/motion/beta") == (4.0,)


def test_what_is_followed_is_not_sent_as_a_knob_that_moved(host: Host, client: OscClient) -> None:
    client.send("/notify", 1, "values", "followed")
    addresses = {message.address for message in client.messages(0.5)}
    assert "/slot/1/followed" in addresses
    assert not {address for address in addresses if "/param/" in address}


def test_a_plugin_without_tiers_of_parameters_sends_no_such_thing(tmp_path: Any) -> None:
    from tests.rtsynth.plugins import random_plugin

    with Host(device="null", precision="float32") as host:
        host.load(random_plugin(tmp_path / "x.safetensors"))
        host.start()
        with OscServer(host, port=0) as server, OscClient(server.port) as client:
            client.send("/notify", 1, "meters", "followed")
            addresses = {message.address for message in client.messages(0.5)}
    assert "/meter" in addresses
    assert "/slot/1/followed" not in addresses


# --- MIDI ----------------------------------------------------------------------------------------


def _cc(control: int, value: int) -> mido.Message:
    return mido.Message("control_change", control=control, value=value)


def test_a_controller_takes_over_and_another_releases(host: Host) -> None:
    router = MidiRouter(host, table(bound(21, "centroid"), bound(22, "centroid.take")))
    router.handle(_cc(21, 127))
    assert wait_until(lambda: abs(host.get(1, "centroid") - 4000) < 1e-3)
    assert host.get(1, "centroid.take") == 1
    router.handle(_cc(22, 0))
    assert wait_until(lambda: abs(host.get(1, "centroid") - 4000) > 1)
    assert host.get(1, "centroid.take") == 0


def test_the_default_map_leaves_alone_what_a_tier_generates(host: Host) -> None:
    """CC 16 would move the first parameter that the plugin lists."""
    router = MidiRouter(host)
    assert [router.handle(_cc(control, 127)) for control in (16, 70)] == [UNMAPPED, UNMAPPED]
    assert host.get(1, "mfcc1.take") == 0
