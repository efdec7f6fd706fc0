"""What networks were, among the steps of a history."""

import time

import pytest

from rtsynth_gui.edit.history import History, Setting, Step
from rtsynth_gui.edit.moments import BEFORE_S, KEPT_S, Moment, Since, before, network_key, slot_of

NETWORK = network_key(2)


def test_what_is_sent_to_go_back() -> None:
    was = before("voices", 100.0, 3, ("loop", ("", 0.0)))
    assert was.messages(2, 104.0) == [
        ("/slot/2/bank/loop", ("", 0.0)),
        ("/slot/2/bank/back", (pytest.approx(4.0 + BEFORE_S), 3)),
    ]
    saved = Moment("voices", 100.0, (("save", ("a", Since(100.0))),))
    assert saved.messages(1, 100.0) == [("/slot/1/bank/save", ("a", 0.0))]


def test_which_slot_it_is_of() -> None:
    assert slot_of(NETWORK) == 2
    for other in ("2", "network/", "network/2 3", "/slot/2/gain", "mappings"):
        assert slot_of(other) is None


def test_it_is_undone_while_its_plugin_plays_and_the_engine_keeps_it() -> None:
    plugins: dict[str, Setting] = {NETWORK: "voices"}
    sent: list[Setting] = []
    history = History(plugins.get, lambda address, value: sent.append(value))
    now_s = time.monotonic()
    long_ago, fresh = before("voices", now_s - KEPT_S), before("voices", now_s)
    for was in (long_ago, fresh):
        after = Moment("voices", was.at_s, (("recall", ("dark",)),))
        history.add(Step(f"recall at {was.at_s}", {NETWORK: was}, {NETWORK: after}))
    plugins[NETWORK] = "other"
    assert history.undo_title == ""
    plugins[NETWORK] = "voices"
    assert history.undo() == f"recall at {now_s}"
    assert sent == [fresh]
    assert history.undo() == "", "the other is kept no more"
    assert history.redo() == f"recall at {now_s}"
