"""Sections: every service's state is in what is kept, and nobody's data are lost."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from rtsynth.common.errors import InputError
from rtsynth.host.sections import Sections


class Dial:
    """A service with one number."""

    def __init__(self, value: Any = 0) -> None:
        self.value = value

    def read(self) -> Any:
        return self.value

    def restore(self, data: Any) -> list[str]:
        if data == "bad":
            raise InputError("not a number")
        self.value = data + 0
        return ["too loud"] if data > 10 else []


class Dials:
    """A service with a number for every slot."""

    def __init__(self) -> None:
        self.values: dict[int, Any] = {}

    def read(self, slot: int) -> Any:
        return self.values.get(slot)

    def restore(self, slot: int, data: Any) -> list[str]:
        self.values[slot] = data
        return []


class Reloading:
    """Restoring a slot loads a plugin into it again."""

    def __init__(self, load: Callable[[int], object]) -> None:
        self._load = load

    def read(self, slot: int) -> str:
        return "again"

    def restore(self, slot: int, data: Any) -> list[str]:
        self._load(slot)
        return []


def test_what_is_read_is_restored() -> None:
    sections, gain, pan = Sections(), Dial(3), Dial({"left": [1, 2]})
    assert sections.add("gain", gain) == sections.add("pan", pan) == []
    kept = sections.read()
    assert kept == {"gain": 3, "pan": {"left": [1, 2]}}
    pan.value["left"].append(3)
    assert kept["pan"] == {"left": [1, 2]}  # a copy
    gain.value = 5
    assert sections.restore({"gain": 3}) == []
    assert gain.value == 3
    assert sections.restore({}) == []
    assert gain.value == 3


def test_a_section_waits_for_its_service() -> None:
    sections = Sections()
    assert sections.restore({"gain": 11, "later": {"of": "another version"}}) == []
    gain = Dial()
    assert sections.add("gain", gain) == ["gain: too loud"]
    assert gain.value == 11
    assert sections.read() == {"gain": 11, "later": {"of": "another version"}}
    assert sections.restore({}) == []
    assert sections.read() == {"gain": 11}


@pytest.mark.parametrize(
    ("data", "problem"), [("bad", "not a number"), ([], "TypeError"), ({"a": 1}, "TypeError")]
)
def test_one_that_is_damaged_leaves_the_others_alone(data: Any, problem: str) -> None:
    sections, one, other = Sections(), Dial(1), Dial(1)
    sections.add("one", one)
    sections.add("other", other)
    (line,) = sections.restore({"one": data, "other": 2})
    assert line.startswith("one: not restored (")
    assert problem in line
    assert (one.value, other.value) == (1, 2)


@pytest.mark.parametrize("data", [math.nan, object(), {1, 2}])
def test_what_is_not_plain_is_left_out_with_a_line(
    data: Any, caplog: pytest.LogCaptureFixture
) -> None:
    sections = Sections()
    sections.add("odd", Dial(data))
    sections.add("none", Dial(None))
    sections.add("good", Dial(1))
    assert sections.read() == {"good": 1}


def test_every_slot_has_its_own() -> None:
    sections, dials = Sections(), Dials()
    sections.slot(2).restore({"dials": 7, "other": "kept"})
    assert sections.add_for_slots("dials", dials) == []
    sections.slot(5).restore({"dials": 8})
    assert dials.values == {2: 7, 5: 8}
    assert sections.slot(2).read() == {"dials": 7, "other": "kept"}
    assert sections.slot(5).read() == {"dials": 8}
    assert sections.slot(1).read() == sections.read() == {}
