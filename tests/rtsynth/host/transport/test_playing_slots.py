"""Slots that play count the beats of the clock that is followed; a log of it replays exactly."""

import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth import Host, Plugin
from rtsynth.engine.program.layout import BEAT, BEAT_CLOCK, BEAT_ONE, CLOCK, TARGET_BEAT, TEMPO
from rtsynth.host.event_lines import Event, from_text
from rtsynth.host.slot import Slot
from tests.rtsynth.host.live import until, value
from tests.rtsynth.offline.replay.performance import replayed

pytestmark = pytest.mark.system

CLOSE_BEATS = 0.15  # between two looks; the machine may be busy


def beat(slot: Slot) -> float:
    """What the first voice counts: from its words, at the tempo of its table."""
    header = slot.voice.arena[:32].view(np.int64)
    passed_s = (header[CLOCK] - header[BEAT_CLOCK]) / slot.plugin.sample_rate_hz
    return float(header[BEAT] / BEAT_ONE + passed_s * value(slot, "tempo") / 60)


def is_close(host: Host, slot: Slot) -> bool:
    return abs(beat(slot) - host.tempo.state().beats) < CLOSE_BEATS


def test_slots_count_with_the_transport(plugin: Plugin) -> None:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64, voices=2) as host:
        slot = host.load(plugin)
        host.tempo.set_tempo(90.0)
        host.start()
        assert value(slot, "tempo") == 90.0  # from the first frame on
        host.tempo.locate(64.0)
        host.tempo.roll(True)
        until(lambda: is_close(host, slot))
        host.tempo.set_tempo(150.0)
        until(lambda: value(slot, "tempo") == 150.0)
        until(lambda: is_close(host, slot))
        until(lambda: slot["tempo"] == 150.0)
        second = host.load(plugin)
        until(lambda: is_close(host, second))
        until(lambda: value(second, "tempo") == 150.0)
        host.voicing.set_voices(1, 3)  # the slot is loaded again
        until(lambda: is_close(host, host.slot(1)))
        host.tempo.roll(False)
        stood = host.tempo.state().beats
        until(lambda: beat(second) > stood + 0.5)  # they count on


def test_what_followed_a_clock_replays_to_the_bit(plugin: Plugin, tmp_path: Path) -> None:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=128) as host:
        slot = host.load(plugin)
        slot.place("lfo1_beats", 0.5)
        host.modulation.assign(1, "lfo1", "gain", 0.2)
        host.event_log.open(tmp_path / "take.events")
        host.record_start(str(tmp_path / "take.wav"))
        host.start()
        start_s = time.monotonic()
        host.tempo.midi.handle("start", start_s)
        for tick in range(60):  # a MIDI clock at 140 bpm, as jittering as this thread is
            if tick == 30:  # the song begins again: slots are given the beat anew
                host.tempo.midi.handle("start", time.monotonic())
            time.sleep(max(0.0, start_s + tick / 56 - time.monotonic()))
            host.tempo.midi.handle("clock", time.monotonic())
        assert host.tempo.state().source == "midi"
        assert slot["tempo"] == pytest.approx(140.0, rel=0.05)
        host.fade_out()
        host.record_stop()
    recorded, _ = soundfile.read(tmp_path / "take.wav", dtype="float32")
    output = replayed(tmp_path / "take.events")
    assert recorded.size > 40_000
    np.testing.assert_allclose(output[: recorded.size, 0], recorded, atol=2.0**-23)
    lines = [from_text(line) for line in (tmp_path / "take.events").read_text().splitlines()]
    targets = [line.target for line in lines if isinstance(line, Event)]
    assert targets.count(TARGET_BEAT) > 1
    assert targets.count(TEMPO) > 0
