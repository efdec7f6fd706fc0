"""Devices are listed by another process."""

import sys

import pytest

from rtsynth.common.errors import EngineError
from rtsynth.host.audio import listing


@pytest.mark.system
def test_there_is_always_the_null_device() -> None:
    found = listing.list_devices()
    assert list(found) == ["audio", "midi", "problems"]
    assert [row["api"] for row in found["audio"] if row["name"] == "null"] == ["clock"]


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("raise SystemExit('rtsynth: no sound here')", "no sound here"),
        ("raise SystemExit(1)", "no reason given"),
        ("import time; time.sleep(30)", "does not answer within"),
    ],
)
@pytest.mark.system
def test_what_does_not_answer(monkeypatch: pytest.MonkeyPatch, program: str, says: str) -> None:
    monkeypatch.setattr(listing, "WORDS", (sys.executable, "-c", program))
    monkeypatch.setattr(listing, "LIMIT_S", 1.0)
    with pytest.raises(EngineError, match=says):
        listing.list_devices()


@pytest.mark.system
def test_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    program = "print('{\"audio\": [' + ','.join(['1'] * 100) + ']}')"
    monkeypatch.setattr(listing, "WORDS", (sys.executable, "-c", program))
    assert len(listing.list_devices()["audio"]) == listing.MOST
