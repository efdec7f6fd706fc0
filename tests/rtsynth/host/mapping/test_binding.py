"""Physical controls and bindings: names, curves and the way back."""

import pytest

from rtsynth.host.mapping.binding import CC, KINDS, Binding, Physical, stable_name
from tests.rtsynth.control.recording_engine import INFOS

X = Physical(CC, 21)


@pytest.mark.parametrize(
    ("binding", "position", "value"),
    [
        (Binding("x", X, span=(64, 76)), 0.5, 70),
        (Binding("x", X, span=(76, 64)), 0.25, 73),
        (Binding("x", X, span=(1, 100), curve="exponential"), 0.5, 10),
        (Binding("x", X, span=(100, 1), curve="exponential"), 0.0, 100),
        (Binding("x", X, span=(-60, 0), curve="volume"), 0.0, -60),
        (Binding("x", X, span=(-60, 0), curve="volume"), 0.5, -12.0412),
        (Binding("x", X, span=(-60, 0), curve="volume"), 1.0, 0),
        (Binding("x", X), 0.5, None),
    ],
)
def test_curves(binding: Binding, position: float, value: float | None) -> None:
    assert binding.value_at(position) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize("position", [0.0, 0.01, 0.3, 0.5, 0.99, 1.0])
@pytest.mark.parametrize(
    "binding",
    [
        Binding("rate", X, span=(64, 76)),
        Binding("rate", X, span=(76, 64)),
        Binding("rate", X, span=(1, 100), curve="exponential"),
        Binding("rate", X, span=(100, 1), curve="exponential"),
    ],
)
def test_a_value_is_at_the_position_that_it_came_from(binding: Binding, position: float) -> None:
    value = binding.value_at(position)
    assert value is not None
    assert binding.position_of(value, INFOS["rate"]) == pytest.approx(position)


def test_positions_of_values() -> None:
    volume = Binding("gain", X, span=(-60.0, 0.0), curve="volume")
    found = [volume.position_of(db, INFOS["gain"]) for db in (-60, -12.0412, 0, 6)]
    assert found == pytest.approx([0.0, 0.5, 1.0, 1.0], abs=1e-6)
    own = Binding("rate", X)  # by the target's own curve, 1..100 exponential
    assert own.position_of(10.0, INFOS["rate"]) == pytest.approx(0.5)
    assert own.position_of(1e9, INFOS["rate"]) == 1.0
    assert Binding("rate", X, span=(5.0, 5.0)).position_of(5.0, INFOS["rate"]) == 0.0
    low = Binding("rate", X, span=(1.0, 10.0), curve="exponential")
    assert low.position_of(-3.0, INFOS["rate"]) == 0.0


MOVED = Physical(CC, 21, 3, "Keys 1")


@pytest.mark.parametrize(
    ("meant", "is_meant"),
    [
        (Physical(CC, 21), True),
        (Physical(CC, 21, 3), True),
        (Physical(CC, 21, 4), False),
        (Physical(CC, 22), False),
        (Physical("nrpn", 21), False),
        (Physical(CC, 21, None, "keys"), True),
        (Physical(CC, 21, 3, "pads"), False),
    ],
)
def test_which_controls_are_meant(meant: Physical, is_meant: bool) -> None:
    assert meant.includes(MOVED) is is_meant


@pytest.mark.parametrize(
    ("port", "stable"),
    [
        ("nanoKONTROL2:nanoKONTROL2 MIDI 1 20:0", "nanoKONTROL2:nanoKONTROL2 MIDI 1"),
        ("pad 24:0 #2", "pad #2"),
        ("keys:out", "keys:out"),
        ("a\x1bb", "a\\x1bb"),
    ],
)
def test_names_of_ports_without_what_changes(port: str, stable: str) -> None:
    assert stable_name(port) == stable


def test_texts_for_people() -> None:
    assert Physical(CC, 21, 1, "keys:out").text == "CC 21, channel 1, keys:out"
    assert Physical("cc14", 1).text == "CC 1 (14 bits)"
    assert len({Physical(kind).text for kind in KINDS}) == len(KINDS)
