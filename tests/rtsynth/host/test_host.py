"""`Host`: its life, timed changes, recordings and states, many threads."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth import Host, InputError, Plugin
from rtsynth.common.errors import ControlError
from rtsynth.engine.live import shared as sh
from rtsynth.host import core
from rtsynth.host.states import states_folder
from tests.rounds import good_rounds
from tests.rtsynth.host.live import until, value

pytestmark = pytest.mark.system


@pytest.fixture
def host() -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        yield opened


# --- life ----------------------------------------------------------------------------------------


def test_start_and_stop_as_often_as_you_like(host: Host, plugin: Plugin) -> None:
    host.load(plugin)
    for _ in range(2):
        host.start()
        host.start()
        began = host.core.counter(sh.CALLBACKS)
        until(lambda began=began: host.core.counter(sh.CALLBACKS) > began + 5)
        host.stop()
        host.stop()
        count = host.core.counter(sh.CALLBACKS)
        time.sleep(0.02)
        assert host.core.counter(sh.CALLBACKS) == count
        assert host.core.read_output(0)[1][-1] == 0  # faded out
    host.close()
    host.close()


def test_a_stop_fades_out(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    slot.place("gain", -8)
    host.start()
    until(lambda: host.core.counter(sh.FRAMES) > 4800)
    host.stop()
    _, heard = host.read_scope(0)
    tail = heard[-2000:]
    loud = np.flatnonzero(np.abs(tail) > 0)[-1]
    assert np.abs(tail[loud - 40 : loud + 1]).max() < 0.05  # 40 of 960 frames of the fade


def test_timed_changes_on_a_running_host(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    host.start()
    host.set(1, "pitch", 65, at_ns=time.monotonic_ns())  # perhaps before the first callback
    until(lambda: value(slot, "pitch") == 65)
    late = host.status()["late_events"]  # the first one, on a busy machine
    at = time.monotonic_ns() + 500_000_000
    host.set(1, "pitch", 75, at_ns=at)
    seen = {value(slot, "pitch"), host.get(1, "pitch"), slot.values()["pitch"]}
    if time.monotonic_ns() < at:  # else the machine was too busy to look in time
        assert seen == {65}
    until(lambda: value(slot, "pitch") == 75)
    assert time.monotonic_ns() > at
    assert host.get(1, "pitch") == 75
    assert host.status()["late_events"] == late
    host.set(1, "pitch", 70, at_ns=time.monotonic_ns() - 1_000_000_000)
    assert host.get(1, "pitch") == 70
    until(lambda: value(slot, "pitch") == 70)
    assert host.status()["late_events"] == late + 1


def test_what_is_read_follows_timed_changes_in_their_order(host: Host, plugin: Plugin) -> None:
    slot = host.load(plugin)
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 10)  # before, there is no time to speak of
    now = time.monotonic_ns()
    for ahead_s, pitch in ((60.0, 71), (0.2, 65), (0.2, 66)):  # the later of one time wins
        host.set(1, "pitch", pitch, at_ns=now + int(ahead_s * 1e9))
    host.set(1, "pitch", 64)  # at once, which changes nothing for later
    until(lambda: value(slot, "pitch") == 66)
    assert slot["pitch"] == host.describe().slots[0].values["pitch"] == 66


def test_timed_changes_after_a_pause(
    host: Host, plugin: Plugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of the first stretch says nothing about the second."""
    monkeypatch.setattr(core, "ANCHOR_STALE_NS", 100_000_000)
    slot = host.load(plugin)
    host.start()
    until(lambda: host.core.counter(sh.CALLBACKS) > 10)
    host.stop()
    until(lambda: host.core.frame_at(time.monotonic_ns()) == sh.NOW)
    host.start()
    host.set(1, "pitch", 65, at_ns=time.monotonic_ns())
    until(lambda: value(slot, "pitch") == 65)


@pytest.mark.alone
def test_the_null_device_keeps_time(plugin: Plugin) -> None:
    with Host("null", precision="float32", rate_hz=44_100, block_frames=100) as host:
        host.load(plugin)
        host.start()
        until(lambda: host.core.counter(sh.FRAMES) > 0)

        def attempt() -> str:
            frames, began = host.core.counter(sh.FRAMES), time.monotonic()
            time.sleep(0.5)
            frames = host.core.counter(sh.FRAMES) - frames
            rate_hz = frames / (time.monotonic() - began)
            return "" if rate_hz == pytest.approx(44_100, rel=0.1) else f"{rate_hz:.0f} Hz"

        good_rounds(attempt, good=3, of=5, reason="the machine's clock is shared")


# --- recording and states ------------------------------------------------------------------------


def test_record(host: Host, plugin: Plugin, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    host.load(plugin)
    host.start()
    assert host.record_start(str(path)) == str(path)
    assert host.status()["recording"] == str(path)
    with pytest.raises(ControlError, match=r"already recording to .*a\.wav; stop first"):
        host.record_start(str(tmp_path / "b.wav"))
    began = host.core.counter(sh.FRAMES)
    until(lambda: host.core.counter(sh.FRAMES) > began + 9600)
    frames = host.record_stop()
    with pytest.raises(ControlError, match="nothing is being recorded"):
        host.record_stop()
    assert host.status()["recording"] is None
    audio, rate_hz = soundfile.read(path)
    assert (audio.size, rate_hz) == (frames, 48_000)
    assert frames > 9600
    assert np.abs(audio).max() > 0.01
    with pytest.raises(InputError, match="cannot write '.mp3' audio"):
        host.record_start(str(tmp_path / "a.mp3"))


def test_closing_keeps_a_recording(plugin: Plugin, tmp_path: Path) -> None:
    with Host("null", precision="float32") as host:
        host.load(plugin)
        host.start()
        host.record_start(str(tmp_path / "a.wav"))
        until(lambda: host.core.counter(sh.FRAMES) > 5000)
    assert soundfile.info(tmp_path / "a.wav").frames > 4000


def test_states(host: Host, plugin: Plugin) -> None:
    one, two = host.load(plugin), host.load(plugin)
    one["pitch"], two["gain"] = 65, -30
    host.save_state("pair")
    assert (states_folder() / "pair.json").is_file()
    one["pitch"], two["gain"], two["temperature"] = 76, 0, 0.5
    host.unload(1)
    cursor, _ = host.read_notices(0)
    host.recall_state("pair")  # slot 1 is gone: the rest is recalled
    assert [notice.texts[-1] for notice in host.read_notices(cursor)[1]] == [
        "state 'pair': slot 1 is empty; load the plugin it was saved with"
    ]
    assert (two["gain"], two["temperature"], two["pitch"]) == (-30, 1, 69)
    assert host.load(plugin)["pitch"] == 69
    host.recall_state("pair")
    assert host.get(1, "pitch") == 65
    with pytest.raises(InputError, match="'other' does not exist; saved states: .*pair"):
        host.recall_state("other")


# --- many threads --------------------------------------------------------------------------------


def test_four_threads_push_twenty_thousand_changes(host: Host, plugin: Plugin) -> None:
    """Every change is taken or refused aloud, and each knob ends where it was last put."""
    slots = [host.load(plugin) for _ in range(4)]
    host.start()
    refused = [0] * 4

    def turn(index: int) -> None:
        slot = slots[index]
        for step in range(5000):
            try:
                slot["pitch"] = 64 + step % 12
            except ControlError:
                refused[index] += 1
                time.sleep(0.001)
        while True:
            try:
                slot["pitch"] = 70 + index
                return
            except ControlError:
                time.sleep(0.001)

    threads = [threading.Thread(target=turn, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: [value(slot, "pitch") for slot in slots] == [70, 71, 72, 73])
    assert [slot["pitch"] for slot in slots] == [70, 71, 72, 73]
    accepted = 4 * 5001 - sum(refused)
    assert host.core.counter(sh.EVENT_TAIL) == accepted
    assert host.core.counter(sh.LOST_EVENTS) == 0


@pytest.mark.parametrize("voices", [0, 257])
def test_too_many_voices(voices: int) -> None:
    with pytest.raises(InputError, match="voices"):
        Host("null", precision="float32", voices=voices)
