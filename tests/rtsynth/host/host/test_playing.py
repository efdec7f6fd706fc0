"""What is played in a slot by its number is done, and published in its order."""

import pytest

from rtsynth import Host, Plugin
from rtsynth.common.errors import ControlError
from rtsynth.host.changes import Action, PluginChange, ValueChange
from rtsynth.host.protocol import Engine

SOURCE = ("keys", 1)


def test_a_host_is_what_surfaces_ask_for(plugin: Plugin) -> None:
    with Host("null", precision="float32") as host:
        engine: Engine = host
        host.load(plugin)
        assert [slot.number for slot in engine.describe().slots] == [1]


def test_everything_that_is_done_is_in_the_journal(plugin: Plugin) -> None:
    with Host("null", precision="float32") as host:
        journal = host.journal()
        half = host.load(plugin).spec("amplitude").value_at(0.5)
        arrived, *values = journal.take()
        assert arrived == PluginChange(1)
        assert {c.control.name for c in values if isinstance(c, ValueChange)} == set(
            host.slot(1).values()
        )
        host.note_on(1, 70, 0.5, source=SOURCE)
        host.bend(1, 2.0, source=SOURCE)
        host.express(1, 0.5, source=SOURCE)
        host.note_off(1, 70, source=SOURCE)
        host.end_drone(1)
        host.reset(1)
        host.seed(1, 7)
        host.panic()
        host.unload(1)
        changes = journal.take()
    assert [c for c in changes if not isinstance(c, ValueChange)] == [
        Action(1, "note_on", (70, 0.5, SOURCE)),
        Action(1, "bend", (2.0, SOURCE)),
        Action(1, "expression", (0.5, SOURCE)),
        Action(1, "note_off", (70, SOURCE)),
        Action(1, "end_drone"),
        Action(1, "reset"),
        Action(1, "seed", (7,)),
        Action(1, "silence"),
        PluginChange(1),
    ]
    moved = [(c.control.name, c.value) for c in changes if isinstance(c, ValueChange)]
    assert moved == [("amplitude", half), ("pitch", 70)]


def test_what_is_no_change_is_not_published(plugin: Plugin) -> None:
    with Host("null", precision="float32") as host:
        host.load(plugin)
        host.set(1, "pitch", 70)
        journal, box = host.journal(), host.subscribe()
        host.set(1, "pitch", 70)
        with pytest.raises(ControlError):
            host.set(1, "pitch", float("nan"))
        assert journal.take() == []
        assert not box.take()


def test_a_slot_that_was_replaced_publishes_nothing(plugin: Plugin) -> None:
    with Host("null", precision="float32") as host:
        old = host.load(plugin)
        old["pitch"] = 70
        journal = host.journal()
        host.load_into(1, plugin)
        assert journal.take() == [PluginChange(1)]  # and no value is another one
        old["pitch"] = 72
        old.reset()
        assert journal.take() == []
        host.unload(1)
        assert journal.take() == [PluginChange(1)]


def test_the_mixers_controls_are_moved_like_those_of_a_slot(plugin: Plugin) -> None:
    with Host("null", precision="float32") as host:
        host.load(plugin)
        box = host.subscribe()
        assert host.set(1, "mixer.pan", -2.0) == host.get(1, "mixer.pan") == -1.0
        assert host.set_norm(1, "mixer/solo", 1.0) == host.mixer.get(1, "solo") == 1.0
        assert host.set_norm(0, "gain", 0.5) == host.get(0, "gain") == -24.0
        assert host.set(9, "mixer.mute", 1.0) == 1.0  # strips are of numbers, not of plugins
        assert host.get(1, "gain") == 0.0
        description = host.describe()
        slot, master = description.places[1], description.master
        moved = {(change.slot, change.control.name) for change in box.take().values}
        assert moved == {(1, "mixer.pan"), (1, "mixer.solo"), (0, "gain"), (9, "mixer.mute")}
        assert "mixer.pan" not in host.slot(1).values()  # presets are the plugin's alone
        for number, name in ((1, "mixer.level"), (0, "pan"), (17, "mixer.pan")):
            with pytest.raises(ControlError):
                host.set(number, name, 0.0)
    values = {name: slot.values[name] for name in slot.values if name.startswith("mixer.")}
    assert values == {"mixer.pan": -1.0, "mixer.mute": 0.0, "mixer.solo": 1.0}
    assert master.values == {"gain": -24.0, "dc_block": 0.0}
    assert {control.name for control in slot.every_control} == set(slot.values)
