"""Every example of the documentation works as it stands."""

import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import Reader, blocks_of, copy_repository, plugins_to
from tests.places import ROOT
from tests.ports import free_port
from tests.requirements import require

DOCS = ROOT / "docs"
PLAYED = [  # an engine plays beside the reader
    "how-to/add-an-audio-backend.md",
    "how-to/add-a-control-surface.md",
    "tutorials/play.md",
    "tutorials/python.md",
    "how-to/midi-map.md",
    "how-to/mixer.md",
    "how-to/modulation.md",
    "how-to/osc-clients.md",
    "how-to/perform.md",
    "how-to/replay.md",
    "how-to/sync.md",
    "how-to/voices.md",
]
WORKED = [
    "how-to/add-a-model-family.md",
    "tutorials/your-recordings.md",
    "how-to/data-sets.md",
    "how-to/export.md",
    "how-to/from-mtcrnn.md",
    "how-to/judge.md",
    "how-to/large-networks.md",
    "how-to/render.md",
    "how-to/share.md",
    "how-to/train-samplernn.md",
    "how-to/train-tiers.md",
]
CHANGES = [  # in a copy of the repository
    "how-to/add-an-op.md",
]
pytestmark = pytest.mark.measure


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """In an empty folder but for the plugins that ship, who has none of their own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data-of-the-user"))
    plugins_to(tmp_path)
    return Reader(tmp_path, free_port())


@pytest.mark.alone
@pytest.mark.parametrize("name", PLAYED)
def test_a_page_with_an_engine_that_plays(reader: Reader, name: str) -> None:
    reader.follow(DOCS / name)


@pytest.mark.parametrize("name", WORKED)
def test_the_examples_of_a_page(reader: Reader, name: str) -> None:
    reader.follow(DOCS / name)


@pytest.mark.background
@pytest.mark.parametrize("name", CHANGES)
def test_a_page_that_changes_rtsynth(tmp_path: Path, name: str) -> None:
    copy_repository(tmp_path)
    Reader(tmp_path, free_port()).follow(DOCS / name)


def test_every_page_with_examples_is_run() -> None:
    for page in DOCS.rglob("*.md"):
        if any(block.language in ("sh", "python", "diff") for block in blocks_of(page)):
            assert str(page.relative_to(DOCS)) in PLAYED + WORKED + CHANGES


@pytest.mark.alone
def test_the_readme(reader: Reader) -> None:
    (reader.folder / "models").symlink_to(ROOT / "models")
    reader.open_terminal("rtsynth play", "README.md")
    reader.follow(ROOT / "README.md")
    assert reader.names["audio"].shape == (32_000,)


@pytest.mark.alone
def test_the_patch_for_pure_data(reader: Reader) -> None:
    require("pd")
    page = DOCS / "how-to" / "osc-clients.md"
    (patch,) = (block for block in blocks_of(page) if block.language == "pd")
    reader.do(patch, page.name)
    reader.open_terminal("rtsynth play clarinet-trumpet", page.name)
    program = ["pd", "-nogui", "-noaudio", "-nomidi", "-stderr", "-open", patch.title]
    try:
        printed = subprocess.run(
            program, cwd=reader.folder, timeout=5, capture_output=True, check=False
        ).stderr
    except subprocess.TimeoutExpired as ended:  # it runs until it is ended
        printed = ended.stderr or b""
    finally:
        reader.close_terminal()
    assert b"reply: list slot 1 param pitch 70.5" in printed
