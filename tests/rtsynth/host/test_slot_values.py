"""Generated parameters of a slot: followed, taken over, released, described, kept in states."""

import time

import pytest

from rtsynth import Host
from rtsynth.common.errors import ControlError
from rtsynth.compiler.compile import compile_plugin
from rtsynth.host.slot import Slot
from tests.rtsynth.host.live import heard_by, until
from tests.rtsynth.host.taken import knob, table
from tests.rtsynth.plugins import MOTION, TIMBRE, tiers_plugin

pytestmark = pytest.mark.system


def test_it_follows_what_its_tier_makes(host: Host, slot: Slot) -> None:
    host.start()
    seen: dict[str, set[float]] = {name: set() for name in (*MOTION, *TIMBRE)}
    until(lambda: [seen[name].add(slot[name]) for name in seen] and len(seen["centroid"]) > 20)
    assert all(len(values) > 5 for values in seen.values())
    # In its unit: the network's 0..1 is 0..5000 Hz.
    at = slot.voice.compiled.followed["centroid"]
    host.stop()
    assert slot["centroid"] == host.get(1, "centroid") == float(slot.voice.arena[at]) * 5000
    assert slot["fill"] == 0.5


def test_its_knob_is_kept_apart(host: Host, slot: Slot) -> None:
    """`values` holds what is set and saved: knobs and takes, not what happens to be drawn."""
    host.start()
    until(lambda: slot["centroid"] != 0)
    values = slot.values()
    assert (values["centroid"], values["centroid.take"]) == (1000, 0)
    assert [n for n in values if n.startswith("centroid")] == [
        "centroid", "centroid.take", "centroid.offset", "centroid.scale",
    ]  # fmt: skip


@pytest.mark.parametrize("running", [True, False], ids=["running", "stopped"])
def test_setting_it_takes_it_over(host: Host, slot: Slot, running: bool) -> None:
    if running:
        host.start()
    slot["centroid"] = 3000
    assert slot["centroid.take"] == 1
    host.start()
    until(lambda: slot["centroid"] == knob(3000))
    time.sleep(0.05)
    assert slot["centroid"] == knob(3000)
    assert (table(slot, "centroid.take"), table(slot, "centroid")) == (1, 3000)
    slot["centroid"] = 250
    until(lambda: slot["centroid"] == knob(250))


def test_it_is_released_by_its_take(host: Host, slot: Slot) -> None:
    slot["centroid"] = 3000
    host.start()
    until(lambda: slot["centroid"] == knob(3000))
    assert slot.set("centroid.take", 0) == 0
    until(lambda: table(slot, "centroid.take") == 0)
    seen: set[float] = set()
    until(lambda: seen.add(slot["centroid"]) or len(seen) > 10)
    assert slot.values()["centroid"] == 3000  # where the knob was left
    slot["centroid.take"] = 1
    until(lambda: slot["centroid"] == knob(3000))


def test_values_are_clamped(slot: Slot) -> None:
    assert slot.set("centroid", 9e9) == 4000
    assert slot.set("centroid.take", 7) == 1
    assert slot.set("centroid.offset", -1e6) == -3900
    assert slot.set("centroid.scale", 50) == 4
    assert slot.set("motion.beta", 0) == 0.05


def test_offset_and_scale_move_what_is_followed(host: Host, slot: Slot) -> None:
    slot["motion.beta"] = 20
    slot["centroid.scale"] = 0
    slot["centroid.offset"] = 1234
    host.start()
    until(lambda: slot["centroid"] == pytest.approx(1234, abs=0.01))
    assert slot["centroid.take"] == 0


def test_norm(host: Host, slot: Slot) -> None:
    assert host.set_norm(1, "centroid", 0.5) == 2050
    assert slot["centroid.take"] == 1
    assert host.set_norm(1, "centroid.offset", 0.5) == 0
    assert host.set_norm(1, "motion.beta", 0.5) == pytest.approx(1.0)  # an exponential knob


@pytest.mark.parametrize("name", ["fill.take", "centroid.beta", "audio.beta", "centroid.", "take"])
def test_parts_that_do_not_exist(slot: Slot, name: str) -> None:
    for attempt in (lambda: slot.set(name, 1), lambda: slot[name]):
        with pytest.raises(ControlError, match=r"is unknown; three has (\S+, ){10}\.\.\."):
            attempt()


def test_timed_takes(host: Host, slot: Slot) -> None:
    host.start()
    until(lambda: table(slot, "gain") == 1)
    at = time.monotonic_ns() + 500_000_000
    slot.set("centroid", 3000, at_ns=at)
    seen = (table(slot, "centroid.take"), slot["centroid.take"])
    if time.monotonic_ns() < at:  # else the machine was too busy to look in time
        assert seen == (0, 0)
    until(lambda: slot["centroid"] == knob(3000))
    assert time.monotonic_ns() > at
    assert slot["centroid.take"] == 1


def test_takes_are_in_the_journal(host: Host, slot: Slot) -> None:
    journal = host.journal()
    slot["centroid"] = 3000
    slot["centroid.take"] = 0
    takes = [(1, "centroid.take", taken) for taken in (1, 0)]
    assert heard_by(journal) == [(1, "centroid", 3000), *takes]


def test_a_note_takes_a_generated_pitch_over(host: Host) -> None:
    slot = host.load(tiers_plugin(pitch_role="pitch"))
    host.start()
    slot.note_on(72, 1.0)
    until(lambda: slot["pitch"] == pytest.approx(72, abs=1e-4))
    assert slot["pitch.take"] == 1
    slot["pitch.take"] = 0
    until(lambda: slot["pitch"] != pytest.approx(72, abs=1e-4))


def test_a_note_of_several_takes_only_its_own_voice_over() -> None:
    compiled = compile_plugin(tiers_plugin(pitch_role="pitch"))
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64, voices=3) as host:
        slot = host.load(compiled)
        host.start()
        slot.note_on(60, 1.0)
        slot.note_on(72, 1.0)

        def takes() -> list[float]:
            return [table(slot, "pitch.take", voice) for voice in range(3)]

        until(lambda: sorted(takes()) == [0, 1, 1])
        pitches = {table(slot, "pitch", v) for v in range(3) if takes()[v] == 1}
        assert pitches == {60, 72}
        assert slot["pitch.take"] == 1
        slot["pitch.take"] = 0  # all of them are released
        until(lambda: takes() == [0, 0, 0])


def test_a_state_out_of_range_says_so(
    host: Host, slot: Slot, caplog: pytest.LogCaptureFixture
) -> None:
    slot.restore({"fill": 2.0, "gain": -3.0})
    assert (slot["fill"], slot["gain"]) == (1.0, -3.0)
    assert [record.getMessage() for record in caplog.records] == [
        "slot 1: fill: 2 is out of range: clamped to 1"
    ]


def test_where_a_control_will_be(host: Host, slot: Slot) -> None:
    host.start()
    values = slot._acts.values
    soon = time.monotonic_ns() + 400_000_000
    for step, value in enumerate((0.25, 0.75)):
        slot.set("fill", value, at_ns=soon + step * 50_000_000)
    with slot.lock:
        assert values.at("fill", None) == 0.5
    until(lambda: len(list(values._timed)) == 2 or time.monotonic_ns() > soon)
    with slot.lock:
        times = [soon - 1, soon, soon + 60_000_000]
        assert [values.at("fill", at_ns) for at_ns in times] == [0.5, 0.25, 0.75]
