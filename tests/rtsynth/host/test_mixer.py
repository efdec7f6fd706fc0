"""The mixer's controls: values, times, announcements, state."""

import math
from typing import Any

import pytest

from rtsynth.common.control_info import MASTER
from rtsynth.common.control_names import MASTER_NAMES, STRIP_NAMES, strip_name
from rtsynth.common.errors import ControlError, InputError
from rtsynth.engine.live import shared as sh
from rtsynth.host.changes import Mailbox, PluginChange
from rtsynth.host.core import EngineCore
from rtsynth.host.mixer import MASTER_CONTROLS, STRIP_CONTROLS, Mixer, controls_of, own_name
from rtsynth.host.stage import Stage
from tests.rtsynth.engine.driver import Driver


@pytest.fixture
def core() -> EngineCore:
    return EngineCore(48_000, 2)


@pytest.fixture
def stage(core: EngineCore) -> Stage:
    return Stage(core)


@pytest.fixture
def mixer(stage: Stage) -> Mixer:
    return Mixer(stage)


def test_values_reach_the_audio_thread(core: EngineCore, mixer: Mixer) -> None:
    mixer.set(3, "pan", -0.25)
    mixer.set(16, "mute", 1)
    mixer.set(1, "solo", 0.5)
    mixer.set(MASTER, "gain", -6.0)
    mixer.set(MASTER, "dc_block", 1)
    Driver(core).run(100, 64)
    settings = core.mixer.settings
    assert settings[2 * sh.STRIP + sh.PAN] == -0.25
    assert settings[15 * sh.STRIP + sh.MUTE] == 1.0
    assert settings[sh.SOLO] == 1.0
    assert settings[sh.MASTER_LEVEL] == pytest.approx(0.501187, rel=1e-5)
    assert settings[sh.DC_BLOCK] == 1.0
    assert settings.sum() == pytest.approx(-0.25 + 1 + 1 + 0.501187 + 1, rel=1e-5)


def test_the_bottom_of_the_master_is_silence(core: EngineCore, mixer: Mixer) -> None:
    assert mixer.set(MASTER, "gain", -99.0) == -60.0
    Driver(core).run(100, 64)
    assert core.mixer.settings[sh.MASTER_LEVEL] == 0.0


def test_moves_while_nothing_plays_need_no_room(core: EngineCore, mixer: Mixer) -> None:
    for number in range(sh.EVENT_CAPACITY + 1):
        mixer.set(1, "pan", -1.0 if number % 2 else 1.0)
    mixer.set(2, "mute", 1.0)
    assert core.counter(sh.EVENT_HEAD) == 0
    assert core.mixer.settings[sh.PAN] == 1.0
    assert core.mixer.gains[sh.LEFT, sh.GAIN_NOW] == 0.0
    assert core.mixer.gains[sh.RIGHT, sh.GAIN_NOW] == pytest.approx(math.sqrt(2))
    assert core.mixer.gains[sh.STRIP + sh.OWN, sh.GAIN_NOW] == 0.0


def test_values_are_clamped_and_switches_are_on_or_off(mixer: Mixer) -> None:
    assert mixer.set(1, "pan", 3.0) == mixer.get(1, "pan") == 1.0
    assert mixer.set(MASTER, "gain", 20.0) == 12.0
    assert [mixer.set(1, "mute", value) for value in (7.0, 0.5, 0.4, -7.0)] == [1.0, 1.0, 0.0, 0.0]
    assert mixer.get(2, "mute") == 0.0


@pytest.mark.parametrize(
    ("number", "name", "value", "problem"),
    [
        (17, "pan", 0.0, "slots are 1 to 16"),
        (-1, "pan", 0.0, "slots are 1 to 16"),
        (1, "gain", 0.0, "no 'gain' of slot 1; there are pan, mute, solo"),
        (MASTER, "pan", 0.0, "no 'pan' of the master"),
        (1, "pan", math.nan, "not a finite number"),
    ],
)
def test_what_there_is_not_is_refused(
    mixer: Mixer, number: int, name: str, value: float, problem: str
) -> None:
    with pytest.raises(ControlError, match=problem):
        mixer.set(number, name, value)
    assert mixer.read() == {}


def test_changes_are_published_whatever_is_loaded_meanwhile(stage: Stage, mixer: Mixer) -> None:
    box = Mailbox(mixer.settle)
    stage.publisher.add(box)
    mixer.set(1, "pan", 0.5)
    mixer.set(1, "pan", 0.75)
    mixer.set(MASTER, "gain", 0.0)  # where it is
    stage.publish(PluginChange(1))
    latest = box.take()
    assert [(c.slot, c.control.name, c.value) for c in latest.values] == [(1, "mixer.pan", 0.75)]


def test_names_are_those_that_addresses_have() -> None:
    assert tuple(STRIP_CONTROLS) == STRIP_NAMES
    assert tuple(MASTER_CONTROLS) == MASTER_NAMES
    assert [strip_name(control.name) for control in STRIP_CONTROLS.values()] == [*STRIP_NAMES]


def test_what_is_the_mixers_own() -> None:
    assert own_name(1, "mixer.pan") == own_name(3, "mixer/pan") == "pan"
    assert own_name(MASTER, "gain") == own_name(MASTER, "mixer.gain") == "gain"
    assert own_name(1, "gain") is own_name(1, "pan") is None


@pytest.mark.parametrize("number", [MASTER, 1, 16])
def test_it_describes_what_it_has(mixer: Mixer, number: int) -> None:
    for name, control in controls_of(number).items():
        assert mixer.set_norm(number, name, 1.0) == control.maximum
    place = mixer.describe(number)
    assert place.number == number
    assert place.controls == tuple(controls_of(number).values())
    assert place.values == {control.name: control.maximum for control in place.controls}


def test_a_switch_is_on_from_the_middle(mixer: Mixer) -> None:
    assert [mixer.set_norm(1, "mute", position) for position in (0.49, 0.5, 0.2)] == [0.0, 1.0, 0.0]
    assert mixer.set_norm(1, "pan", 0.25) == -0.5


def test_a_state_is_restored_whole(core: EngineCore, mixer: Mixer) -> None:
    mixer.set(1, "pan", -0.5)
    mixer.set(2, "solo", 1)
    mixer.set(MASTER, "gain", -3.0)
    state = mixer.read()
    assert state == {"0": {"gain": -3.0}, "1": {"pan": -0.5}, "2": {"solo": 1.0}}
    assert mixer.panned
    for number, name, value in ((1, "pan", 0.0), (3, "mute", 1.0), (MASTER, "gain", 2.0)):
        mixer.set(number, name, value)
    assert not mixer.panned
    assert mixer.restore(state) == []
    assert mixer.read() == state
    Driver(core).run(100, 64)
    assert core.mixer.settings[sh.PAN] == -0.5
    assert core.mixer.settings[2 * sh.STRIP + sh.MUTE] == 0.0


@pytest.mark.parametrize(
    "state",
    [
        [], {"17": {}}, {"01": {}}, {1: {}}, {"1": []}, {"1": {"gain": 0.0}}, {"1": {"pan": 1.5}},
        {"1": {"pan": "left"}}, {"1": {"pan": math.nan}}, {"1": {"pan": True}},
        {"1": {"mute": 0.5}}, {"0": {"gain": -61}}, {"1": {3: 0.0}},
    ],
)  # fmt: skip
def test_a_damaged_state_moves_nothing(mixer: Mixer, state: Any) -> None:
    mixer.set(1, "pan", 0.5)
    with pytest.raises(InputError, match="slot"):
        mixer.restore(state)
    assert mixer.read() == {"1": {"pan": 0.5}}
