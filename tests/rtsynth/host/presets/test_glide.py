"""A morph over a time on a playing engine: its line, its steps, and hands that win."""

import time
from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from rtsynth import Host, Plugin
from rtsynth.engine.program.layout import HEADER_FLOATS, PARAMETER_FLOATS, TARGET
from rtsynth.host.changes import Journal, ValueChange
from rtsynth.host.presets.glide import LONGEST_STEP_MS, Glide, step_ms
from tests.rtsynth.host.live import until, value

pytestmark = pytest.mark.system

SECONDS = 0.4
TARGETS = {"pitch": 64.0, "amplitude": 0.9, "gain": 0.0, "top_k": 16.0}


@pytest.fixture
def host(plugin: Plugin) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        opened.load(plugin)
        opened.set(1, "pitch", 76)
        opened.start()
        yield opened


def begin(
    host: Host,
    seconds: float = SECONDS,
    ahead_s: float = 0.02,
    targets: Mapping[str, float] = TARGETS,
) -> tuple[Glide, int]:
    infos = {info.name: info for info in host.slot(1).describe().every_control}
    begin_ns = time.monotonic_ns() + int(ahead_s * 1e9)
    glide = Glide(1, lambda: host.slot(1), infos, targets, begin_ns, seconds)
    host.stage.publisher.add(glide)
    glide.start()
    return glide, begin_ns


def changes(journal: Journal, name: str) -> list[ValueChange]:
    return [
        change
        for change in journal.take()
        if isinstance(change, ValueChange) and change.control.name == name
    ]


def test_it_is_a_line_in_time_that_ends_at_the_target(host: Host) -> None:
    journals = {name: host.journal() for name in TARGETS}
    glide, begin_ns = begin(host)
    glide.join()
    assert time.monotonic_ns() >= begin_ns + SECONDS * 1e9
    for name, target in TARGETS.items():
        assert host.get(1, name) == target
        until(lambda name=name, target=target: value(host.slot(1), name) == pytest.approx(
            1.0 if name == "gain" else target))  # fmt: skip
    for name, (start, end) in {"pitch": (76.0, 64.0), "amplitude": (0.5, 0.9)}.items():
        line = changes(journals[name], name)
        shares = (np.array([change.at_ns for change in line]) - begin_ns) / (SECONDS * 1e9)
        np.testing.assert_allclose(
            [change.value for change in line], start + shares * (end - start), atol=1e-6
        )
        assert np.diff(shares).max() * SECONDS * 1000 < LONGEST_STEP_MS * 1.01
        assert len(line) == round(SECONDS * 1000 / LONGEST_STEP_MS)
    (switch,) = changes(journals["top_k"], "top_k")
    assert switch.value == 16
    assert switch.at_ns == pytest.approx(begin_ns + SECONDS / 2 * 1e9, abs=1e7)


def test_what_is_moved_by_hand_stays_there(host: Host) -> None:
    glide, _ = begin(host)
    until(lambda: host.get(1, "pitch") < 75)
    for pitch in (70.0, 71.0, 72.5):  # a knob that is turned
        host.set(1, "pitch", pitch)
        time.sleep(0.003)
    time.sleep(0.05)  # steps that the engine had been given
    journal = host.journal()
    glide.join()
    assert not changes(journal, "pitch")
    assert host.get(1, "pitch") == 72.5
    until(lambda: value(host.slot(1), "pitch") == 72.5)
    time.sleep(0.06)
    assert value(host.slot(1), "pitch") == 72.5
    assert host.get(1, "amplitude") == 0.9


def test_a_note_is_a_hand(host: Host) -> None:
    glide, _ = begin(host)
    until(lambda: host.get(1, "pitch") < 75)
    host.note_on(1, 66.0, 0.2)
    amplitude = host.get(1, "amplitude")
    glide.join()
    assert (host.get(1, "pitch"), host.get(1, "amplitude")) == (66.0, amplitude)


def test_a_hand_wins_although_the_thread_stalls(host: Host) -> None:
    infos = {info.name: info for info in host.slot(1).describe().every_control}
    begin_ns = time.monotonic_ns()
    glide = Glide(1, lambda: host.slot(1), infos, TARGETS, begin_ns, 20.0)
    host.stage.publisher.add(glide)
    assert glide._go_on()  # steps are given, and then none for a while
    host.set(1, "amplitude", 0.25)
    last_ns = begin_ns + glide._given * glide._step_ns
    until(lambda: time.monotonic_ns() > last_ns)
    host.slot(1).settle()
    assert host.get(1, "amplitude") != 0.25
    assert glide._go_on()
    assert host.get(1, "amplitude") == 0.25
    glide.stop()


def voice_value(host: Host, name: str, voice: int) -> float:
    """What the audio thread has in the table of one voice."""
    slot = host.slot(1)
    size = slot.voice.arena.size // slot.voices
    index = slot._values.control(name).index
    return float(slot.voice.arena[voice * size + HEADER_FLOATS + index * PARAMETER_FLOATS + TARGET])


def test_notes_of_several_voices_are_left_alone(plugin: Plugin) -> None:
    """From their first sample on, also by what the engine was to be given soon."""
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64, voices=2) as host:
        host.load(plugin)
        host.set(1, "pitch", 76)
        host.start()
        glide, _ = begin(host, 1.0, targets={"pitch": 64.0, "amplitude": 0.9, "temperature": 0.5})
        until(lambda: host.get(1, "pitch") < 75.5)  # it moves what no note has
        until(lambda: voice_value(host, "pitch", 1) < 76.0)
        host.note_on(1, 66.0, 1.0)
        host.note_on(1, 70.5, 0.5)
        journal = host.journal()
        held = {66.0, 70.5}
        until(lambda: {voice_value(host, "pitch", voice) for voice in range(2)} == held)
        seen: set[float] = set()
        ends = host.get(1, "temperature") - 0.1  # a fifth of the morph on

        def goes_on() -> bool:
            seen.update(voice_value(host, "pitch", voice) for voice in range(2))
            return host.get(1, "temperature") < ends

        until(goes_on)
        assert seen == held
        moved = {each.control.name for each in journal.take() if isinstance(each, ValueChange)}
        assert moved == {"temperature"}
        host.note_off(1, 66.0)
        host.note_off(1, 70.5)
        glide.join()
        assert (host.get(1, "pitch"), host.get(1, "amplitude")) == (64, 0.9)
        until(lambda: voice_value(host, "pitch", 1) == 64.0)


def test_panic_and_another_plugin_end_it(host: Host, plugin: Plugin) -> None:
    for end in (host.panic, lambda: host.load_into(1, plugin), lambda: host.load_into(1, plugin)):
        glide, _ = begin(host, 20.0)
        time.sleep(0.05)
        assert not glide.ended
        end()
        glide.join()
        assert glide.ended


def test_it_can_be_stopped(host: Host) -> None:
    glide, _ = begin(host, 20.0, ahead_s=5.0)
    assert glide.stop() == 0  # before its first step
    glide.join()
    glide, begin_ns = begin(host, 20.0)
    until(lambda: glide._given > 2)
    last_ns = glide.stop()
    assert begin_ns + 20_000_000 < last_ns <= time.monotonic_ns() + 40_000_000
    glide.join()


def test_steps_are_as_long_as_the_shortest_ramp(host: Host) -> None:
    assert step_ms(host.slot(1), TARGETS) == 10
    assert step_ms(host.slot(1), {}) == 10
