"""What the pad holds comes back; a damaged file is one line."""

import json
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_gui.xy.kept import MOST_PLUGINS, PRESETS, Kept, kept_file, read, write

KEPT = Kept(PRESETS, "/slot/1/param/pitch", "", 2, {"creek": ("a", "", "ü", "d")})


def test_it_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "window" / "xy-pad.json"
    assert read(path) == Kept()
    write(path, KEPT)
    assert read(path) == KEPT


def test_it_is_where_the_window_keeps_things(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RTSYNTH_WINDOW", str(tmp_path))
    assert kept_file() == tmp_path / "xy-pad.json"


def test_it_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "xy-pad.json"
    write(path, Kept(corners={str(n): ("", "", "", "") for n in range(100)}))
    assert list(read(path).corners) == [str(n) for n in range(100 - MOST_PLUGINS, 100)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"format": 2}, "format"),
        ({"mode": "theremin"}, "mode"),
        ({"x": 3}, "x"),
        ({"y": "a" * 300}, "y"),
        ({"slot": "1"}, "slot"),
        ({"corners": {"creek": ["a"]}}, "corners"),
        ({"corners": []}, "corners"),
        ({"corners": {"creek": ["a", "b", "c", 1]}}, "corners"),
    ],
)
def test_what_is_damaged_names_the_file_and_the_field(
    tmp_path: Path, change: dict[str, object], field: str
) -> None:
    path = tmp_path / "xy-pad.json"
    write(path, KEPT)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InputError, match=rf"xy-pad\.json: {field}: ") as caught:
        read(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "xy-pad.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"xy-pad\.json"):
        read(path)
