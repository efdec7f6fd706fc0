"""Preset files: they come back with what is foreign in them, and fit where they can."""

import json
from pathlib import Path
from typing import Any

import pytest

from rtsynth.common.control_info import ControlInfo, Generation, Owner
from rtsynth.common.errors import InputError
from rtsynth.host.presets.preset import (
    CLOSED,
    Preset,
    _known,
    fitted,
    from_document,
    preset_files,
    read_unless_known,
    settings_of,
    to_document,
)

GENERATED = Generation("motion", 100.0, "linear", 10.0)
INFOS = {
    info.name: info
    for info in (
        ControlInfo("kind", 0, 2, 0, role="class", labels=("clarinet", "Trumpet", "flute")),
        ControlInfo("pitch", 64, 76, 69, role="pitch"),
        ControlInfo("rmse", 0, 1, 0.5, generation=GENERATED),
        ControlInfo("rmse.take", 0, 1, 0, owner=Owner.PARAMETER),
        ControlInfo("gain", -60, 12, 0, owner=Owner.ENGINE),
        ControlInfo("temperature", 0, 2, 1, owner=Owner.ENGINE),
    )
}
VALUES = {"kind": 1.0, "pitch": 70.1, "rmse": 0.25, "rmse.take": 1.0, "gain": -6.0,
          "temperature": 0.9}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RTSYNTH_PRESETS", str(tmp_path))
    return tmp_path


def written(**fields: Any) -> Preset:
    return Preset("reed", "0f", settings_of(VALUES, INFOS.values()), **fields)


def test_a_preset_is_a_file_that_people_can_read(folder: Path) -> None:
    path = preset_files("reed").write("2 warm", to_document(written(seed=7), INFOS.values()))
    assert path == folder / "reed" / "2 warm.json"
    assert json.loads(path.read_text()) == {
        "format": 1,
        "plugin": "reed",
        "hash": "0f",
        "seed": 7,
        "values": {"kind": "Trumpet", "pitch": 70.1, "rmse": 0.25, "rmse.take": 1.0, "gain": -6.0},
        "sampling": {"temperature": 0.9},
        "sections": {},
    }
    again = preset_files("reed").read("2 warm", from_document)
    assert again == written(seed=7)
    assert fitted(again, INFOS, "0f") == (VALUES, [])


def test_a_class_between_labels_is_a_number() -> None:
    assert settings_of({"kind": 0.5}, INFOS.values()) == {"kind": 0.5}


def test_what_is_not_understood_is_written_back() -> None:
    document = {
        **to_document(written(), INFOS.values()),
        "colour": {"red": [1, 2.5, None]},
        "sections": {"modulation": {"depth": 0.5}},
    }
    assert to_document(from_document(document), INFOS.values()) == document


@pytest.mark.parametrize(
    "name", ["..", "a/b", "", ".", "/etc", "x" * 128, "Flöte", "a.", "CON*", "-"]
)
def test_any_plugin_has_a_folder_of_its_own_inside(folder: Path, name: str) -> None:
    made = preset_files(name).folder
    assert made.parent == folder
    assert made.name not in ("", ".", "..")
    assert made != preset_files(name + "x").folder


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"plugin": 1}, "plugin, hash: not texts"),
        ({"hash": None}, "plugin, hash: not texts"),
        ({"seed": 1.5}, "seed"),
        ({"seed": -1}, "seed"),
        ({"values": [1]}, "no values"),
        ({"values": {"pitch": [1]}}, "pitch: not a finite number"),
        ({"values": {"pitch": "x" * 65}}, "pitch: not a finite number"),
        ({"values": {f"p{n}": 1 for n in range(1001)}}, "more than 1000 values"),
        ({"sampling": 3}, "no sampling"),
        ({"sections": []}, "no sections"),
    ],
)
def test_damaged_files_say_where(change: dict[str, Any], text: str) -> None:
    files = preset_files("reed")
    files.write("x", {**to_document(written(), INFOS.values()), **change})
    with pytest.raises(InputError, match=rf"x\.json: damaged \({text}.*save the preset 'x' again"):
        files.read("x", from_document)


def test_what_does_not_fit_is_said_and_the_rest_is_there() -> None:
    values = {"kind": "oboe", "pitch": 99.0, "rmse": 0.5, "breath": 1.0, "gain": -3.0}
    fits, problems = fitted(Preset("reed", "0f", values), INFOS, "0f")
    assert fits == {"pitch": 76.0, "gain": -3.0}  # rmse without rmse.take was another knob
    assert problems == [
        "kind has no 'oboe'",
        "pitch: 99 is out of range: clamped to 76",
        "it has no breath",
    ]
    _, problems = fitted(Preset("reed", "0e", {"gain": 0.0}), INFOS, "0f")
    assert problems == ["not in the preset: kind, pitch, rmse, rmse.take, temperature"]


def test_labels_are_found_where_they_are_now() -> None:
    assert fitted(Preset("reed", "0e", {"kind": "FLUTE"}), {"kind": INFOS["kind"]}, "0f") == (
        {"kind": 2.0}, [],
    )  # fmt: skip


def test_a_preset_is_read_again_only_when_it_has_changed(folder: Path) -> None:
    files = preset_files("reed")
    files.write("a", to_document(written(), INFOS.values()))
    known = read_unless_known(files, "a")
    assert known == files.read("a", from_document)
    assert read_unless_known(files, "a") is known
    files.write("a", to_document(written(seed=12345), INFOS.values()))
    assert read_unless_known(files, "a").seed == 12345
    with pytest.raises(InputError, match="'b' does not exist"):
        read_unless_known(files, "b")
    assert _known.cache_info().maxsize == 64


def test_what_hidden_layers_would_need_is_one_short_line() -> None:
    values = {"gain": 0.0, "audio.layer1_scale": 0.5, "audio.layer2_noise": 0.0, "audio.loop": 8.0}
    fits, problems = fitted(Preset("reed", "0f", values), INFOS, "0f", ("audio",))
    assert fits == {"gain": 0.0}
    assert problems == [f"3 values left out: {CLOSED}"]
    values["audio.layer1_scale"] = 1.0  # as the closed slot is
    assert fitted(Preset("reed", "0f", values), INFOS, "0f", ("audio",)) == ({"gain": 0.0}, [])
