"""Plugins in the slots of an engine: loaded, swapped, refused."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rtsynth import Host, InputError, Plugin, PluginError
from rtsynth.common.errors import ControlError
from rtsynth.compiler.compile import compile_plugin
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import CLOCK
from rtsynth.plugin import Parameter
from tests.rtsynth.engine.driver import Driver
from tests.rtsynth.host.live import until, value
from tests.rtsynth.host.values import MODULATION
from tests.rtsynth.plugins import random_plugin

pytestmark = pytest.mark.system


@pytest.fixture
def host() -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        yield opened


def test_slots_fill_up(host: Host, plugin: Plugin) -> None:
    numbers = [host.load(plugin).number for _ in range(16)]
    assert numbers == list(range(1, 17))
    with pytest.raises(InputError, match="all 16 slots are taken"):
        host.load(plugin)
    host.unload(3)
    assert host.load(plugin).number == 3
    for number in (0, 17):
        with pytest.raises(ControlError, match="slots are 1 to 16"):
            host.load_into(number, str(plugin.path))


def test_a_swap_keeps_what_means_the_same(host: Host, plugin: Plugin, tmp_path: Path) -> None:
    """The same name, the same unit, and in range; and the gain. Sampling is the plugin's own."""
    other = random_plugin(
        tmp_path / "other.safetensors",
        seed=5,
        hidden=33,
        name="other",
        parameters=[
            Parameter(name="brightness", minimum=0, maximum=9, default=3),
            Parameter(name="amplitude", minimum=0, maximum=2, default=1),
            Parameter(name="instrument", minimum=0, maximum=1, default=0.5, unit="%"),
            Parameter(name="pitch", minimum=60, maximum=80, default=61, unit="MIDI"),
        ],
    )
    old = host.load(plugin)
    host.start()
    old["pitch"], old["gain"], old["amplitude"], old["instrument"] = 70, -12, 0.25, 1
    old["temperature"] = 0.5
    until(lambda: value(old, "pitch") == 70)
    new = host.load_into(1, str(other.path))
    assert host.slot(1) is new
    assert new.values() == {
        "brightness": 3, "amplitude": 0.25, "instrument": 0.5, "pitch": 70, "gain": -12,
        "temperature": 1, "top_k": 0, "top_p": 1, "min_p": 0,
        "attack": 0, "decay": 100, "sustain": 1, "release": 0, "glide": 0, **MODULATION,
    }  # fmt: skip
    until(lambda: host.core.counter(sh.CURRENT) == new.voice.address)
    until(lambda: host.core.counter(sh.FADING) == 0)
    until(lambda: value(new, "gain") == np.float32(10 ** (-12 / 20)))
    assert value(new, "pitch") == 70
    assert value(new, "brightness") == 3
    new["brightness"] = 8
    until(lambda: value(new, "brightness") == 8)


@pytest.mark.parametrize(
    ("pitch", "asked"),
    [
        (Parameter(name="pitch", minimum=60, maximum=70, default=61, unit="MIDI"), 75),
        (Parameter(name="pitch", minimum=20, maximum=2000, default=440, unit="Hz"), 70),
    ],
    ids=["out of range", "another unit"],
)
def test_a_swap_to_another_meaning_starts_at_the_default(
    host: Host, plugin: Plugin, tmp_path: Path, pitch: Parameter, asked: float
) -> None:
    other = random_plugin(tmp_path / "other.safetensors", parameters=[pitch])
    host.load(plugin)["pitch"] = asked
    host.start()
    new = host.load_into(1, str(other.path))
    assert new["pitch"] == pitch.default
    assert value(new, "pitch") == pitch.default
    # And back again: what was left out is not remembered either.
    assert host.load_into(1, str(plugin.path))["pitch"] == 69


def test_swaps_in_a_row_end_at_the_last_one(host: Host, plugin: Plugin) -> None:
    host.load(plugin)
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 10)
    for pitch in (65, 66, 67, 68):
        slot = host.load_into(1, str(plugin.path))
        slot["pitch"] = pitch
    until(lambda: value(slot, "pitch") == 68)
    assert host.core.counter(sh.CURRENT) == slot.voice.address


def test_a_plugin_that_cannot_be_loaded_changes_nothing(
    host: Host, plugin: Plugin, tmp_path: Path
) -> None:
    slot = host.load(plugin)
    (tmp_path / "bad.safetensors").write_bytes(b"no plugin")
    with pytest.raises(PluginError, match=r"bad\.safetensors"):
        host.load_into(1, str(tmp_path / "bad.safetensors"))
    assert host.slot(1) is slot
    host.set(1, "pitch", 70)


def test_changes_before_the_start_wait_for_it(host: Host, plugin: Plugin) -> None:
    first, second = host.load(plugin), host.load(plugin)
    first["pitch"], second["pitch"] = 64, 76
    host.start()
    until(lambda: (value(first, "pitch"), value(second, "pitch")) == (64, 76))


def test_loading_while_stopped_sets_no_other_knob(
    host: Host, plugin: Plugin, tmp_path: Path
) -> None:
    """Changes that were meant for one plugin never move the knobs of the next."""
    other = random_plugin(
        tmp_path / "other.safetensors",
        parameters=[Parameter(name=n, minimum=0, maximum=100, default=3) for n in "abc"],
    )
    host.load(plugin)["pitch"] = 75
    slot = host.load_into(1, str(other.path))
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 20)
    assert [value(slot, name) for name in "abc"] == [3, 3, 3]


def test_plugins_are_loaded_by_many_threads(host: Host, plugin: Plugin) -> None:
    numbers: list[int] = []
    threads = [
        threading.Thread(target=lambda: numbers.append(host.load(plugin).number)) for _ in range(8)
    ]
    host.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 9))


def test_a_slot_is_gone_on_with_before_a_block_has_begun_it(plugin: Plugin) -> None:
    """Its voice is waited for: the next one is carried from that, knobs and all."""
    with Host("null", precision="float32", rate_hz=16_000, block_frames=2048) as host:
        host.load(plugin)["gain"] = -30
        host.start()
        for _ in range(3):
            host.voicing.set_voices(1, 2)
            host.voicing.set_voices(1, 1)
            slot = host.slot(1)
            host._rack.keep_sound(slot)
            assert slot.voice.tap is not None
            assert value(slot, "gain") == np.float32(10 ** (-30 / 20))


def test_networks_within_a_block_go_on_one_after_the_other(plugin: Plugin) -> None:
    """Also where a block is longer than one would wait for anything else."""
    with Host("null", precision="float32", rate_hz=16_000, block_frames=8192) as host:
        slot = host.load(plugin)
        slot["gain"] = -30
        host.start()
        until(lambda: host.core.counter(sh.CALLBACKS) > 2)
        clocks = [int(slot.voice.slot.header[CLOCK])]
        for _ in range(3):
            host._rack.go_on_with(slot, compile_plugin(plugin))
            assert host.slot(1) is slot
            clocks.append(int(slot.voice.slot.header[CLOCK]))
        assert clocks == sorted(clocks)
        assert clocks[0] > 0
        assert value(slot, "gain") == np.float32(10 ** (-30 / 20))


def test_a_device_that_takes_nothing(
    host: Host, plugin: Plugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slot is gone on with once it plays; where that stalls just then, it is loaded again."""
    monkeypatch.setattr("rtsynth.host.rack.TURN_S", 0.02)
    first, rack, driver = host.load(plugin), host._rack, Driver(host.core)
    first["gain"] = -30
    host.stage.running = True  # and nobody calls back but this test
    with pytest.raises(ControlError, match="slot 1: the audio device takes no sound"):
        rack.go_on_with(first, compile_plugin(plugin))
    rack.keep_sound(first)
    driver.run_all(640, 64)
    assert rack.has_its_turn(first)
    assert first.voice.tap is None
    rack.go_on_with(first, compile_plugin(plugin))
    second = host.slot(1)
    assert second is not first
    assert not rack.has_its_turn(second)
    with pytest.raises(ControlError, match="takes no sound"):
        rack.go_on_with(second, compile_plugin(plugin))
    driver.run_all(2048, 64)
    assert rack.has_its_turn(second)
    assert second["gain"] == -30
    assert value(second, "gain") == np.float32(10 ** (-30 / 20))
    host.stage.running = False


def test_whoever_keeps_something_of_a_slot_is_asked(host: Host, plugin: Plugin) -> None:
    """One service does not take the place of another."""
    seen: list[object] = []
    host._rack.carries.append(lambda before, after: seen.append((before, after)))
    host._rack.forgets.append(seen.append)
    first = host.load(plugin)
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 2)
    host.banks.save(1, "here")
    host.voicing.set_voices(1, 2)
    second = host.slot(1)
    host.unload(1)
    assert seen == [(first, second), 1]
