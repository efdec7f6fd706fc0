"""Devices are listed by another process."""

import sys
import threading
from pathlib import Path
from typing import Any

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
        ("print('no list')", "not JSON"),
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


@pytest.mark.system
def test_who_asks_meanwhile_gets_the_same_list(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gate, log = tmp_path / "gate", tmp_path / "log"
    program = (
        "import pathlib, time\n"
        f"open({str(log)!r}, 'a').write('listed ')\n"
        f"while not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.01)\n"
        "print('{\"audio\": [1]}')"
    )
    monkeypatch.setattr(listing, "WORDS", (sys.executable, "-c", program))
    lister, answers = listing.DeviceLister(), []
    done = threading.Semaphore(0)

    def answer(found: dict[str, Any], problem: str) -> None:
        answers.append((found, problem))
        done.release()

    for _ in range(listing.MOST_WAITING):
        lister.ask(answer)  # and comes back, although the list is not made before the gate opens
    with pytest.raises(EngineError, match="already"):
        lister.ask(answer)
    assert answers == []
    gate.touch()
    for _ in range(listing.MOST_WAITING):
        assert done.acquire(timeout=15)
    assert answers == [({"audio": [1]}, "")] * listing.MOST_WAITING
    assert log.read_text() == "listed "
    lister.ask(answer)
    assert done.acquire(timeout=15)
    assert log.read_text() == "listed listed "
