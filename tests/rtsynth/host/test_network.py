"""What networks are doing, read beside an audio thread."""

import gc
import threading
import time
import weakref
from collections.abc import Iterator

import numpy as np
import pytest

from rtsynth import Host
from rtsynth.common.errors import ControlError
from rtsynth.compiler.compile import Compiled, compile_plugin, get_hidden
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import CONFIG_ARENA_FLOATS
from rtsynth.host.network import FULL
from tests.rtsynth.host.live import until
from tests.rtsynth.plugins import MOTION, TIMBRE, tiers_plugin

VOICES = 3


@pytest.fixture
def host(compiled: Compiled) -> Iterator[Host]:
    """Not playing: nothing moves while it is compared."""
    with Host("null", precision="float32", rate_hz=48_000, voices=VOICES) as opened:
        opened.load(compiled)
        yield opened


def arena_of(host: Host, voice: int) -> np.ndarray:
    """The arena of a voice (from 0) in slot 1."""
    found = host.slot(1).voice
    size = int(found.compiled.program.config[CONFIG_ARENA_FLOATS])
    return found.arena[voice * size : (voice + 1) * size]


def test_what_there_is_to_see_is_described(host: Host) -> None:
    layer = {"tier": "audio", "units": 20, "shown": 20, "rate_hz": 16_000.0}
    assert host.network.describe(1) == {
        "voices": VOICES,
        "voice": 0,
        "layers": [layer | {"name": "GRU 1"}, layer | {"name": "GRU 2"}],
        "draws": [{"tier": "audio", "kind": "codes", "most_bits": 8.0, "rate_hz": 16_000.0}],
        "values": [],
    }


def test_the_hidden_state_is_that_of_the_voice(host: Host, compiled: Compiled) -> None:
    for voice in range(VOICES):
        state = np.linspace(-1.2, 1.2, 20, dtype=np.float32) * (voice + 1) / VOICES
        arena = arena_of(host, voice)
        for at, floats in compiled.tiers[0].hidden:
            arena[at : at + floats] = state
        assert host.network.choose(1, voice + 1) == voice + 1
        read = host.network.read(1)
        assert read.voice == voice + 1
        expected = np.clip(get_hidden(compiled, arena).ravel(), -1, 1)
        np.testing.assert_allclose(read.hidden / FULL, expected, atol=0.51 / FULL)
        assert read.hidden.dtype == np.int8
        assert read.hidden.min() == -FULL or voice < VOICES - 1


@pytest.mark.system
def test_a_voice_is_chosen_or_the_first_that_sounds(host: Host) -> None:
    assert host.network.read(1).voice == 1
    host.note_on(1, 70, 1.0)
    host.note_on(1, 72, 1.0)
    host.start()
    host.note_on(1, 71, 1.0)
    host.note_off(1, 70)
    until(lambda: host.network.read(1).voice == 2)  # the first has fallen silent
    assert host.network.choose(1, 3) == 3
    assert host.network.read(1).voice == 3
    assert host.network.choose(1, 99) == VOICES
    assert host.network.choose(1, -5) == 0
    assert host.network.describe(1)["voice"] == 0
    host.network.choose(1, 3)
    host.voicing.set_voices(1, 1)
    assert host.network.read(1).voice == 1  # there is no other any more


def test_a_choice_is_of_the_plugin_that_it_was_made_for(host: Host, compiled: Compiled) -> None:
    host.network.choose(1, 2)
    host.load_into(1, compiled)
    assert host.network.read(1).voice == 2
    host.load_into(1, tiers_plugin())
    host.voicing.set_voices(1, VOICES)
    assert (host.network.describe(1)["voice"], host.network.read(1).voice) == (0, 1)
    host.network.choose(1, 3)
    host.voicing.set_voices(1, VOICES - 1)
    host.voicing.set_voices(1, VOICES)
    assert host.network.read(1).voice == 3  # it plays the same one, loaded anew


@pytest.mark.system
def test_it_is_what_the_network_does_while_it_plays(host: Host) -> None:
    before = host.network.read(1)
    host.start()
    until(lambda: host.network.read(1).bits[0] > 0.5)
    until(lambda: np.any(host.network.read(1).hidden != before.hidden))
    assert host.network.read_all().keys() == {1}
    bits = [float(host.network.read(1).bits[0]) for _ in range(50)]
    assert 0 < min(bits) <= max(bits) <= 8.0


@pytest.mark.system
def test_tiers_hand_down_what_is_read() -> None:
    with Host("null", precision="float32") as host:
        slot = host.load(compile_plugin(tiers_plugin()))
        described = host.network.describe(1)
        assert described["values"] == [*MOTION, *TIMBRE]
        assert [draw["tier"] for draw in described["draws"]] == ["motion", "timbre", "audio"]
        host.start()
        until(lambda: host.core.counter(sh.FRAMES) > 48_000)
        host.stop()
        read = host.network.read(1)
        followed = slot.all_followed()
        expected = [followed[name] for name in described["values"]]
        np.testing.assert_allclose(read.values, expected, rtol=1e-5, atol=1e-5)
        assert np.ptp(read.values) > 0
        assert np.all(np.isfinite(read.bits))


def test_an_empty_slot_has_no_network(host: Host) -> None:
    host.unload(1)
    for ask in (host.network.read, host.network.describe):
        with pytest.raises(ControlError, match="slot 1 is empty"):
            ask(1)
    with pytest.raises(ControlError, match="slot 2 is empty"):
        host.network.choose(2, 1)
    assert host.network.read_all() == {}


@pytest.mark.system
def test_memory_is_there_while_it_is_read_and_free_afterwards(
    host: Host, compiled: Compiled
) -> None:
    """Readers go on while plugins are swapped below them; what is gone is not held on to."""
    host.start()
    first = weakref.ref(host.slot(1).voice)
    problems: list[Exception] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            try:
                for state in host.network.read_all().values():
                    assert len(state.hidden) == 40
                    assert 0 <= state.bits[0] <= 8.0 or not np.isfinite(state.bits[0])
            except Exception as error:
                problems.append(error)
                return

    watchers = [threading.Thread(target=watch) for _ in range(2)]
    for watcher in watchers:
        watcher.start()
    for _ in range(6):
        host.load_into(1, compiled)
    host.unload(1)
    done.set()
    for watcher in watchers:
        watcher.join()
    assert problems == []
    host.load_into(1, compiled)
    host.network.read_all()

    def is_freed() -> bool:
        host.load_into(2, compiled)  # voices out of use are dropped when others come
        gc.collect()
        return first() is None

    until(is_freed)


def test_a_tick_costs_little(host: Host) -> None:
    """Far below a callback's period; the figure is in the documentation.

    Of this thread alone: what else a busy machine does is not counted.
    """
    host.network.read_all()
    begin = time.thread_time()
    for _ in range(100):
        host.network.read_all()
    assert (time.thread_time() - begin) / 100 < 2e-3
