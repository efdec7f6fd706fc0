"""Tunings by files and names, and what is said of others."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.common.tuning.mts_esp import mts_client
from rtsynth.common.tuning.named import find_tuning, list_tunings, tunings_folder

FIFTHS = "fifths\n1\n3/2\n"
KEYS = "0\n0\n127\n60\n69\n{hz}\n0\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RTSYNTH_TUNINGS", str(tmp_path / "tunings"))
    (tmp_path / "tunings").mkdir()
    return tunings_folder()


def pitch(note: float, *asked: str) -> float:
    tuning = find_tuning(*asked)
    assert tuning is not None
    found = tuning.pitch(note)
    assert found is not None
    return found


def test_off_is_no_tuning() -> None:
    assert find_tuning("off") is None


def test_files_and_names(tmp_path: Path, folder: Path) -> None:
    scale, keys = tmp_path / "my fifths.scl", tmp_path / "mine.kbm"
    scale.write_text(FIFTHS)
    keys.write_text(KEYS.format(hz=220))
    assert pitch(61, str(scale)) == pytest.approx(67.01955)
    assert pitch(69, str(scale), str(keys)) == 57.0
    (folder / "fifths.scl").write_text(FIFTHS)
    assert pitch(60, "fifths") == 60.0
    (folder / "fifths.kbm").write_text(KEYS.format(hz=880))
    assert pitch(69, "fifths") == 81.0  # a name's own mapping
    assert pitch(69, "fifths", str(keys)) == 57.0
    assert list_tunings() == ["fifths"]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (("nowhere",), "known: mts, off"),
        (("a.kbm",), "neither a .scl file nor a name"),
        (("../up",), "neither a .scl file nor a name"),
        (("/missing/x.scl",), r"x\.scl: cannot be read"),
        (("off", "a.kbm"), "takes no keyboard mapping"),
    ],
)
def test_what_there_is_not(asked: tuple[str, ...], refusal: str) -> None:
    with pytest.raises(InputError, match=refusal):
        find_tuning(*asked)


def test_mts_esp_has_to_be_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTSYNTH_MTS", str(tmp_path / "missing"))
    mts_client.cache_clear()
    with pytest.raises(InputError, match="MTS-ESP library is not there"):
        find_tuning("mts")
    mts_client.cache_clear()


def test_a_refusal_names_ten_at_most(folder: Path) -> None:
    for number in range(9):
        (folder / f"t{number}.scl").write_text(FIFTHS)
    with pytest.raises(InputError, match=r"known: mts, off, (t\d, ){8}\.\.\.$"):
        find_tuning("nowhere")
