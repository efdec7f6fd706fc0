"""Presets of slots: kept, recalled, stepped through, morphed; what no longer fits is said."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth import Host, Plugin
from rtsynth.common.errors import ControlError, InputError
from rtsynth.compiler.compile import Compiled
from rtsynth.host.changes import Action
from rtsynth.host.presets.service import CHANGED, MOST_MORPHED
from tests.rtsynth.host.live import until
from tests.rtsynth.host.test_sections import Dials, Reloading
from tests.rtsynth.plugins import PARAMETERS, random_plugin

pytestmark = pytest.mark.system


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RTSYNTH_PRESETS", str(tmp_path))
    return tmp_path


@pytest.fixture
def host(plugin: Plugin) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        opened.load(plugin)
        yield opened


def keep(host: Host, name: str, **values: float) -> None:
    for control, value in values.items():
        host.set(1, control, value)
    host.presets.save(1, name)


def test_a_recall_is_what_was_saved(host: Host) -> None:
    host.seed(1, 5)
    keep(host, "a", pitch=65.5, gain=-12, temperature=0.5, instrument=1)
    kept = host.slot(1).values()
    host.seed(1, 6)
    keep(host, "b", pitch=70, gain=0, temperature=1, instrument=0)
    assert host.presets.current(1) == "b"
    assert host.presets.recall(1, "a") == []
    assert host.slot(1).values() == kept
    assert host.slot(1).seeded == 5
    assert host.presets.current(1) == "a"
    host.start()
    assert host.presets.recall(1, "b") == []
    assert (host.get(1, "pitch"), host.get(1, "gain")) == (70, 0)  # by the time it returns


def test_overrides_come_back(host: Host, three: Compiled) -> None:
    slot = host.load_into(1, three)
    name = next(name for name in slot.values() if f"{name}.take" in slot.values())
    slot[name] = slot.spec(name).maximum
    slot.set(f"{name}.scale", 0.5)
    host.presets.save(1, "taken")
    slot.set(f"{name}.take", 0)
    slot.set(f"{name}.scale", 1)
    host.presets.save(1, "free")
    host.presets.recall(1, "taken")
    assert (slot.values()[f"{name}.take"], slot.values()[f"{name}.scale"]) == (1, 0.5)
    assert slot.values()[name] == slot.spec(name).maximum
    host.presets.recall(1, "free")
    assert (slot.values()[f"{name}.take"], slot.values()[f"{name}.scale"]) == (0, 1)


def test_the_current_preset_is_known_and_announced(host: Host, plugin: Plugin) -> None:
    presets, journal = host.presets, host.journal()
    assert presets.current(1) is None
    keep(host, "a")
    presets.rename(1, "a", "b")
    assert (presets.current(1), presets.list(1)) == ("b", ["b"])
    keep(host, "c")
    presets.rename(1, "b", "d")
    assert presets.current(1) == "c"
    presets.delete(1, "c")
    assert (presets.current(1), presets.list(1)) == (None, ["d"])
    actions = [c.arguments for c in journal.take() if isinstance(c, Action)]
    assert actions == [("a",), ("b",), ("c",), ("",)]
    everything = [(n.address, *n.texts) for n in host.read_notices(0)[1]]
    assert everything.count((CHANGED,)) == 5
    notices = [each for each in everything if each != (CHANGED,)]
    assert notices == [("/slot/1/preset/current", *names) for names in actions]
    presets.recall(1, "d")
    host.load_into(1, plugin)
    assert presets.current(1) == "d"  # the same plugin plays on
    host.load_into(1, random_plugin(Path(str(plugin.path)).parent / "other.safetensors", seed=1))
    assert presets.current(1) is None


def test_stepping_goes_round_in_order(host: Host) -> None:
    with pytest.raises(ControlError, match="slot 1 has no presets; save one first"):
        host.presets.next(1)
    for number, name in enumerate(("10 c", "1 a", "2 b")):
        keep(host, name, pitch=65 + number)
    host.presets.recall(1, "1 a")
    seen = []
    for step in (host.presets.next,) * 3 + (host.presets.previous,) * 2:
        step(1)
        seen.append((host.presets.current(1), host.get(1, "pitch")))
    assert seen == [("2 b", 67), ("10 c", 65), ("1 a", 66), ("10 c", 65), ("2 b", 67)]
    host.presets.delete(1, "2 b")
    host.presets.next(1)
    assert host.presets.current(1) == "1 a"


def test_program_changes_count_from_0(host: Host) -> None:
    with pytest.raises(ControlError, match="program 0: slot 1 has no presets"):
        host.presets.recall_number(1, 0)
    keep(host, "b", pitch=66)
    keep(host, "a", pitch=65)
    host.presets.recall_number(1, 1)
    assert (host.presets.current(1), host.get(1, "pitch")) == ("b", 66)
    for number in (-1, 2):
        with pytest.raises(ControlError, match=f"program {number}: slot 1 has presets 0 to 1"):
            host.presets.recall_number(1, number)


def test_morphs(host: Host) -> None:
    keep(host, "a", pitch=64, gain=-60, instrument=0)
    keep(host, "b", pitch=76, gain=12, instrument=1)
    keep(host, "c", pitch=70, gain=12, instrument=1)
    host.presets.morph_between(1, "a", "b", 0.25)
    assert (host.get(1, "pitch"), host.get(1, "gain")) == (pytest.approx(67), pytest.approx(-42))
    host.presets.morph(1, {"a": 1, "b": 1, "c": 2})
    assert host.get(1, "pitch") == pytest.approx(70)
    host.presets.morph_between(1, "a", "a", 0.3)
    assert host.get(1, "pitch") == 64
    host.start()
    assert host.presets.morph_between(1, "a", "b", 7, 0.1) == []
    assert host.presets.is_morphing(1)
    until(lambda: not host.presets.is_morphing(1))
    assert (host.get(1, "pitch"), host.get(1, "gain")) == (76, 12)


@pytest.mark.parametrize(
    ("weights", "seconds", "text"),
    [
        ({}, 0.0, "all weights are 0"),
        ({"a": 0.0}, 0.0, "all weights are 0"),
        ({"a": -1.0, "b": 2.0}, 0.0, "from 0 up"),
        ({"a": float("nan")}, 0.0, "finite"),
        ({"a": 1.0}, -1.0, "-1 s"),
        ({"a": 1.0}, float("inf"), "inf s"),
        ({f"p{n}": 1.0 for n in range(MOST_MORPHED + 1)}, 0.0, "17 presets"),
        ({"a": 1.0, "x": 1.0}, 0.0, "preset 'x' does not exist; saved presets: a"),
    ],
)
def test_bad_morphs_move_nothing(
    host: Host, weights: dict[str, float], seconds: float, text: str
) -> None:
    keep(host, "a", pitch=64)
    host.set(1, "pitch", 70)
    with pytest.raises((ControlError, InputError), match=text):
        host.presets.morph(1, weights, seconds)
    assert host.get(1, "pitch") == 70


def test_a_plugin_that_has_changed_says_what_no_longer_fits(host: Host, folder: Path) -> None:
    keep(host, "a", pitch=65, amplitude=0.25, instrument=1)
    parameters = [
        PARAMETERS[1],
        PARAMETERS[2].model_copy(update={"minimum": 68.0}),
        PARAMETERS[0].model_copy(update={"name": "breath"}),
    ]
    host.load_into(1, random_plugin(folder / "random.safetensors", parameters=parameters))
    host.set(1, "pitch", 72)
    assert host.presets.recall(1, "a") == [
        f"preset 'a': random has changed since it was saved: {text}"
        for text in (
            "pitch: 65 is out of range: clamped to 68",
            "it has no instrument",
            "not in the preset: breath",
        )
    ]
    assert (host.get(1, "pitch"), host.get(1, "amplitude")) == (68, 0.25)


def test_sections_are_kept_whether_they_are_understood_or_not(host: Host, folder: Path) -> None:
    dials = Dials()
    host.sections.add_for_slots("dials", dials)
    dials.values[1] = 3
    keep(host, "a")
    path = folder / "random" / "a.json"
    document = json.loads(path.read_text())
    assert document["sections"]["dials"] == 3
    document["sections"]["later"] = {"of": [1, None]}
    document["colour"] = "red"
    path.write_text(json.dumps(document))
    dials.values[1] = 4
    keep(host, "a")  # over it
    document["sections"]["dials"] = 4
    assert json.loads(path.read_text()) == document
    dials.values[1] = 5
    host.presets.recall(1, "a")
    assert dials.values[1] == 4
    keep(host, "b")
    kept = json.loads((folder / "random" / "b.json").read_text())["sections"]
    assert (kept["dials"], kept["later"]) == (4, {"of": [1, None]})


def test_it_is_a_section_itself(host: Host, plugin: Plugin) -> None:
    keep(host, "a", pitch=65)
    section = host.sections.read()["presets"]
    assert section == {"1": "a"}
    host.set(1, "pitch", 70)
    keep(host, "b")
    host.load_into(2, plugin)
    assert host.sections.restore({"presets": {"1": "a", "2": "z"}}) == [
        "presets: slot 2: preset 'z' is gone"
    ]
    assert (host.presets.current(1), host.presets.current(2)) == ("a", None)
    assert host.get(1, "pitch") == 70
    host.presets.next(1)
    assert host.presets.current(1) == "b"


def test_the_number_of_voices_is_not_in_a_preset(host: Host, folder: Path) -> None:
    host.voicing.set_voices(1, 3)
    host.voicing.set_bend_range(1, 12)
    keep(host, "a")
    path = folder / "random" / "a.json"
    document = json.loads(path.read_text())
    assert document["sections"]["voicing"]["bend_range"] == 12
    assert "voices" not in path.read_text()
    document["sections"]["voices"] = 3  # by hand
    path.write_text(json.dumps(document))
    host.voicing.set_voices(1, 2)
    host.voicing.set_bend_range(1, 2)
    slot = host.slot(1)
    assert host.presets.recall(1, "a") == []
    assert host.slot(1) is slot
    assert (slot.voices, host.voicing.of(1).bend_range) == (2, 12)


def test_values_and_seed_are_those_of_the_slot_that_sections_have_left(
    host: Host, plugin: Plugin
) -> None:
    host.sections.add_for_slots("again", Reloading(lambda number: host.load_into(number, plugin)))
    host.seed(1, 5)
    keep(host, "a", pitch=65.5, temperature=0.5)
    kept = host.slot(1).values()
    slot = host.slot(1)
    assert host.presets.recall(1, "a") == []
    assert host.slot(1) is not slot
    assert (host.slot(1).values(), host.slot(1).seeded) == (kept, 5)


def test_others_go_on_while_sections_are_restored(host: Host) -> None:
    ended = []

    def morph(_: int) -> None:
        thread = threading.Thread(
            target=host.presets.morph_between, args=(1, "a", "b", 0.5), daemon=True
        )
        thread.start()
        thread.join(5)
        ended.append(not thread.is_alive())

    keep(host, "b")
    host.sections.add_for_slots("slow", Reloading(morph))
    keep(host, "a")
    host.presets.recall(1, "a")
    assert ended == [True]
