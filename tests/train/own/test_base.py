"""When a training of notes is to start from the plugin that ships for it."""

from pathlib import Path
from typing import Any

import pytest

from rtsynth_train.own import base
from rtsynth_train.own.base import suits
from rtsynth_train.own.parameters import Proposal

MINUTE_S = 60.0


def knob(low: float, high: float, **more: Any) -> Proposal:
    table = {"name": "pitch", "minimum": low, "maximum": high, "role": "pitch"}
    return Proposal(table | more, "")


@pytest.mark.parametrize(
    ("kind", "minutes", "knobs", "wanted"),
    [
        ("note", 3, [knob(60, 84)], True),
        ("note", 4.9, [knob(48, 84), knob(0, 1, name="air", role="conditioning")], True),
        ("note", 5, [knob(60, 84)], False),
        ("texture", 3, [knob(60, 84)], False),
        ("note", 3, [knob(60, 85)], False),
        ("note", 3, [knob(47.9, 60)], False),
        ("note", 3, [knob(0, 1, role="amplitude")], False),
        ("note", 3, [], False),
    ],
)
def test_short_trainings_of_notes_within_its_range(
    kind: str, minutes: float, knobs: list[Proposal], wanted: bool
) -> None:
    assert suits(kind, minutes * MINUTE_S, knobs) is wanted


def test_only_what_is_there_with_the_network_that_is_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    others = {name: path for name, path in base.find_plugins().items() if name != base.BASE}
    monkeypatch.setattr(base, "find_plugins", lambda: others)
    assert not suits("note", MINUTE_S, [knob(64, 76)])
    for name in ("clarinet-trumpet", "vessel", "voices"):
        monkeypatch.setattr(base, "find_plugins", lambda name=name: {base.BASE: others[name]})
        assert not suits("note", MINUTE_S, [knob(64, 76)])
