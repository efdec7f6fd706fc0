"""Every case is found, said in words of its own, and only offers what helps."""

from dataclasses import replace
from typing import Any

import pytest

import rtsynth
from rtsynth_gui.link.status import Status
from rtsynth_gui.settings.engine import Offered
from rtsynth_gui.settings.trouble import (
    HIDE,
    SETTINGS,
    SILENT,
    Situation,
    find_trouble,
    texts,
)

WELL = Situation(
    answering=True,
    answered=True,
    restarting=False,
    supervised=False,
    is_local=True,
    endpoint="127.0.0.1:9000",
    status=Status({"device": "card"}),
    offered=Offered({"device": "auto"}, True),
    version=rtsynth.__version__,
)
NULL = Status({"device": "null"})
NEVER = Status({"device": "null", "waits_for": "an audio device"})
WAITS = Status({"device": "null", "waits_for": "Big Card"})
STALLED = Status({"device": "card", "still_s": 1.0})
NO_MIDI = Status({"device": "card", "midi": {"inputs": 0}})
ONE_INPUT = Status({"device": "card", "midi": {"inputs": 1}})
MIDI_FAILS = Status({"device": "card", "midi": {"inputs": 0, "problem": "no ALSA"}})
MIDI_OFF = Status({"device": "card", "midi": {"inputs": None}})
CASES = [
    ({"answering": False}, "gone", "127.0.0.1:9000 has stopped", ()),
    ({"answering": False, "restarting": True, "supervised": True}, "starting", "few minutes", ()),
    ({"answering": False, "supervised": True}, "supervised", "If it crashed, the rtsynth play", ()),
    (
        {"answering": False, "supervised": True, "returns": True},
        "returning",
        "Starting it again",
        (),
    ),
    ({"answering": False, "restarting": True, "answered": True}, "starting", "few minutes", ()),
    ({"answering": False, "answered": False}, "nobody", "rtsynth play PLUGIN", ()),
    (
        {"answering": False, "answered": False, "is_local": False, "endpoint": "pi:9001"},
        "elsewhere",
        "--osc 0.0.0.0:9001 --osc-allow",
        (),
    ),
    ({"status": WAITS}, "waits", "Big Card is gone", (SETTINGS, SILENT, HIDE)),
    ({"status": WAITS, "is_local": False, "offered": Offered()}, "waits", "gone", (HIDE,)),
    ({"status": STALLED}, "stalled_alone", "card no longer accepts", (SETTINGS, HIDE)),
    ({"status": STALLED, "supervised": True}, "stalled", "rtsynth play starts", (SETTINGS, HIDE)),
    ({"status": NULL}, "silent", "No audio device was found", (SETTINGS, SILENT, HIDE)),
    ({"status": NEVER, "is_local": False}, "silent", "No audio device", (HIDE,)),
    ({"offered": Offered({}, True, "card is busy")}, "refused", "card is busy", (SETTINGS, HIDE)),
    ({"version": "9.9"}, "version", "rtsynth 9.9", (HIDE,)),
    (
        {
            "offered": Offered(
                {"device": "Big Card"}, True, "", ("device", "rate"), "it is not there"
            )
        },
        "kept",
        "Big Card could not be used, so the engine started without it: it is not there.",
        (SETTINGS, HIDE),
    ),
    (
        {"offered": Offered({}, True, "", ("rate", "ahead", "new"), "too fast"), "status": NULL},
        "kept",
        "Sample rate, Ahead could not be used",
        (SETTINGS, HIDE),
    ),
    (
        {
            "offered": Offered(
                {"device": "Big Card"},
                True,
                "",
                ("device",),
                "--device 'Big Card' is not there; `rtsynth devices` shows: null",
            )
        },
        "absent",
        "Big Card was not found, so",
        (SETTINGS, HIDE),
    ),
    (
        {"offered": Offered({}, True, "--device 'x' could be several; `rtsynth devices` shows: y")},
        "refused",
        "previous ones: Audio device 'x' could be several",
        (SETTINGS, HIDE),
    ),
    ({"status": NO_MIDI}, "midi", "No MIDI input", (HIDE,)),
    ({"status": MIDI_FAILS, "dismissed": ("midi",)}, "no_midi", "no MIDI: no ALSA", (HIDE,)),
    ({"status": NO_MIDI, "is_local": False}, "midi", "No MIDI input", (HIDE,)),
]


@pytest.mark.parametrize(("changed", "key", "says", "actions"), CASES)
def test_every_case(changed: dict[str, Any], key: str, says: str, actions: tuple[str, ...]) -> None:
    trouble = find_trouble(replace(WELL, **changed))
    assert trouble is not None
    assert (trouble.key, trouble.actions) == (key, actions)
    assert says in trouble.text
    assert "{" not in trouble.text


def test_every_text_has_its_case() -> None:
    assert {key for _, key, _, _ in CASES} == set(texts())


@pytest.mark.parametrize(
    "changed",
    [{}, {"status": NULL, "offered": Offered({"device": "null"}, True)}, {"status": NULL,
     "offered": Offered()}, {"version": ""}, {"status": ONE_INPUT}, {"status": MIDI_OFF},
     {"status": NO_MIDI, "dismissed": ("midi",)}],
    ids=["card", "silent on purpose", "not said", "no version", "MIDI", "MIDI off", "dismissed"],
)  # fmt: skip
def test_nothing_is_wrong(changed: dict[str, Any]) -> None:
    assert find_trouble(replace(WELL, **changed)) is None
