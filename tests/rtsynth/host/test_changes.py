"""Changes reach whoever subscribed, and nobody can hold up the thread that makes them."""

import gc
import threading

import pytest

from rtsynth.common.control_info import ControlInfo
from rtsynth.host.changes import Action, Journal, Mailbox, PluginChange, Publisher, ValueChange

PITCH = ControlInfo("pitch", 64, 76, 69)
GAIN = ControlInfo("gain", -60, 12, 0)


def test_a_mailbox_keeps_the_latest_of_each_value() -> None:
    box = Mailbox()
    for number in range(100_000):
        box.put(ValueChange(1, PITCH, number))
    box.put(ValueChange(2, PITCH, 70))
    box.put(ValueChange(1, GAIN, -6))
    box.put(ValueChange(2, PITCH, 71))
    latest = box.take()
    assert [(c.slot, c.control.name, c.value) for c in latest.values] == [
        (1, "pitch", 99_999), (1, "gain", -6), (2, "pitch", 71),
    ]  # fmt: skip
    assert not latest.plugins
    assert not latest.acted
    assert not box.take()


def test_a_new_plugin_has_new_values() -> None:
    box = Mailbox()
    for change in (
        ValueChange(1, PITCH, 70), ValueChange(2, PITCH, 70), PluginChange(1),
        ValueChange(1, GAIN, -6),
    ):  # fmt: skip
        box.put(change)
    latest = box.take()
    assert latest.plugins == {1}
    assert [(c.slot, c.control.name) for c in latest.values] == [(2, "pitch"), (1, "gain")]


def test_an_action_alone_is_something() -> None:
    box = Mailbox()
    box.put(Action(1, "reset"))
    assert box.take().acted
    assert not box.take()


def test_plugins_alone() -> None:
    """What MIDI looks at with every message."""
    box = Mailbox(values=False)
    box.put(ValueChange(1, PITCH, 70))
    assert box.take_plugins() == set()
    box.put(PluginChange(3))
    assert box.take_plugins() == {3}
    assert box.take_plugins() == set()
    assert not box.take()


def test_timed_changes_that_are_due_are_published_before_reading() -> None:
    box = Mailbox(lambda: box.put(ValueChange(1, PITCH, 70, at_ns=5)))
    journal = Journal(lambda: journal.put(ValueChange(1, PITCH, 71, at_ns=6)))
    assert box.take().values == [ValueChange(1, PITCH, 70, at_ns=5)]
    assert journal.take() == [ValueChange(1, PITCH, 71, at_ns=6)]


def test_a_journal_keeps_everything_in_order_as_far_as_it_has_room() -> None:
    journal = Journal(capacity=3)
    changes = [ValueChange(1, PITCH, 70), Action(1, "reset"), PluginChange(1), Action(1, "seed")]
    for change in changes:
        journal.put(change)
    assert (journal.take(), journal.lost) == (changes[:3], 1)
    journal.put(changes[3])
    assert (journal.take(), journal.lost) == (changes[3:], 1)


def test_a_subscriber_that_never_reads_or_fails_holds_up_nobody() -> None:
    publisher = Publisher()
    boxes = never_read, failing, good = Mailbox(fail), Mailbox(fail), Mailbox()
    for box in boxes:
        publisher.add(box)
    made = threading.Thread(
        target=lambda: [publisher.publish(ValueChange(1, PITCH, n)) for n in range(10_000)]
    )
    made.start()
    made.join(60.0)
    assert not made.is_alive()
    with pytest.raises(ZeroDivisionError):
        failing.take()
    publisher.publish(ValueChange(1, GAIN, -6))
    assert [change.value for change in good.take().values] == [9_999, -6]
    assert len(never_read._values) == 2


def fail() -> None:
    raise ZeroDivisionError


def test_a_box_that_nobody_holds_is_forgotten() -> None:
    publisher = Publisher()
    kept, dropped = Mailbox(), Mailbox()
    publisher.add(kept)
    publisher.add(dropped)
    del dropped
    gc.collect()
    publisher.publish(PluginChange(1))
    assert kept.take_plugins() == {1}
    publisher.add(later := Mailbox())
    assert len(publisher._boxes) == 2
    publisher.publish(PluginChange(2))
    assert (kept.take_plugins(), later.take_plugins()) == ({2}, {2})


def test_a_box_that_wants_no_values_is_given_none() -> None:
    publisher, seen = Publisher(), Journal()
    everything = Journal()
    publisher.add(seen, values=False)
    publisher.add(everything)
    changes = [ValueChange(1, PITCH, 70), PluginChange(1), Action(1, "reset")]
    for change in changes:
        publisher.publish(change)
    assert seen.take() == changes[1:]
    assert everything.take() == changes
