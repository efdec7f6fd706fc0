"""Surfaces of installed packages are found by their names."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.control.surface import ALWAYS, GROUP, SurfaceOptions, make_surfaces
from tests.ports import free_port

PADS = """
class Pads:
    def __init__(self, options):
        self.text = options.texts.get("pads")
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with one surface that works and one that is not there."""
    (tmp_path / "some_pads.py").write_text(PADS)
    info = tmp_path / "some_pads-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: some-pads\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        f"[{GROUP}]\npads = some_pads:Pads\nlost = some_pads:Lost\n"
    )
    monkeypatch.syspath_prepend(tmp_path)


def options(**texts: str) -> SurfaceOptions:
    return SurfaceOptions({"osc": f"127.0.0.1:{free_port()}", **texts})


def test_osc_oscquery_and_midi_are_in_every_engine() -> None:
    names = [type(surface).__name__ for surface in make_surfaces(options(), [])]
    assert names == ["OscSurface", "OscQuerySurface", "MidiSurface"]
    assert len(make_surfaces(options(), [*ALWAYS, *ALWAYS])) == 3


def test_one_that_is_asked_for_gets_its_text(installed: None) -> None:
    *_, pads = make_surfaces(options(pads="left"), ["pads"])
    assert vars(pads) == {"text": "left"}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("knobs", "--surface knobs is not installed; there are lost, midi, osc, oscquery, pads"),
        ("lost", "--surface lost cannot be imported from some_pads:Lost: module"),
    ],
)
def test_what_is_not_there_is_refused(installed: None, name: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        make_surfaces(options(), [name])
    assert str(caught.value).startswith(message)
