"""Controllers of a port: learned, mapped, by default."""

from pathlib import Path

import mido
import pytest

from rtsynth.common.errors import ControlError
from rtsynth.control.midi.assembler import Assembler
from rtsynth.control.midi.controllers import WAITS, Controllers
from rtsynth.host.mapping.binding import Move
from rtsynth.host.mapping.mappings import Mappings
from tests.rtsynth.control.midi.maps import bound, table
from tests.rtsynth.control.midi.messages import cc
from tests.rtsynth.control.recording_engine import RecordingEngine


def moves(control: int, value: int, port: str = "keys") -> list[Move]:
    kind, fields = cc(control, value)
    return Assembler(port).moves(mido.Message(kind, **fields))


def test_a_learned_control_moves_with_the_message_it_was_learned_by(tmp_path: Path) -> None:
    engine = RecordingEngine(slots=2)
    places = engine.describe().places
    mappings = Mappings(engine.notices, tmp_path / "learned.toml")
    controllers = Controllers(engine, None, mappings)
    assert controllers.move(moves(21, 127), places, 1, None) is None
    mappings.learn(2, "pitch", "/slot/2/param/pitch", {"kind": "cc"})
    assert controllers.move(moves(21, 127), places, 1, 7) == "slot 2 pitch"
    assert engine.calls == [("set", 2, "pitch", 76.0, 7)]
    assert controllers.move(moves(21, 127, port="pads"), places, 1, None) is None


def test_what_is_learned_is_above_a_file_and_that_above_the_defaults(tmp_path: Path) -> None:
    engine = RecordingEngine()
    places = engine.describe().places
    mappings = Mappings(engine.notices, tmp_path / "learned.toml")
    controllers = Controllers(engine, None, mappings)
    assert controllers.move(moves(7, 127), places, 1, None) is None
    assert (
        controllers.move_default(moves(7, 127), places, engine.describe().slots[0], None)
        == "slot 1 gain"
    )
    mappings.use_file(table(bound(7, "rate")))
    assert controllers.move(moves(7, 127), places, 1, None) == "slot 1 rate"
    mappings.learn(1, "pitch", "a")
    assert controllers.move(moves(7, 127), places, 1, None) == "slot 1 pitch"
    mappings.forget(1, "pitch")
    assert controllers.move(moves(7, 127), places, 1, None) == "slot 1 rate"


def test_defaults_can_be_dropped() -> None:
    engine = RecordingEngine()
    places = engine.describe().places
    assert Controllers(engine, None, None).has_defaults
    controllers = Controllers(engine, table(defaults=False), None)
    assert not controllers.has_defaults
    assert controllers.move_default(moves(7, 127), places, engine.describe().slots[0], None) is None


def test_a_dead_binding_does_not_stop_the_others() -> None:
    engine = RecordingEngine()
    places = engine.describe().places
    bindings = bound(21, "heat"), bound(21, "pitch"), bound(21, "heat", span=(0.0, 1.0))
    controllers = Controllers(engine, table(*bindings), None)
    with pytest.raises(ControlError) as error:
        controllers.move(moves(21, 127), places, 1, None)
    assert str(error.value).count("heat") == 1
    assert engine.calls == [("set", 1, "pitch", 76.0, None)]


def test_a_value_that_waits_is_said() -> None:
    engine = RecordingEngine()
    places = engine.describe().places
    controllers = Controllers(engine, table(bound(21, "pitch", takeover="pickup")), None)
    assert controllers.move(moves(21, 0), places, 1, None) == f"slot 1 pitch {WAITS}"
    assert engine.calls == []
