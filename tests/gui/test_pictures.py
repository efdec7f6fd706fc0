"""The first minutes: what the page in the documents counts is what a performer has to do."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth.common.user_folders import data_folder
from rtsynth.plugin.file import save
from tests.gui.live import Live, live
from tests.gui.pictures import COUNTS, THEMES, Hand, controller, first_minutes, opened
from tests.gui.plugins import small_plugin
from tests.places import ROOT

pytestmark = [pytest.mark.system, pytest.mark.measure]

PAGE = ROOT / "docs" / "how-to" / "first-minutes.md"


@pytest.fixture
def engine(own_presets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    monkeypatch.setenv("RTSYNTH_TAKES", str(tmp_path / "takes"))
    monkeypatch.setenv("RTSYNTH_MAPPINGS", str(tmp_path / "mappings"))
    plugin = small_plugin()
    library = data_folder() / "plugins"
    library.mkdir(parents=True, exist_ok=True)
    first = library / "a-small.safetensors"  # the first of the list
    save(first, plugin.manifest, plugin.tensors)
    with live() as started:
        started.host.load_into(1, first)
        yield started
    first.unlink()


def test_the_counts(qt: object, engine: Live) -> None:
    counted = {}
    with opened(engine, "dark") as window:
        hand = Hand(window, controller(engine.host))
        for step in first_minutes(hand, engine):
            counted[step] = hand.actions
    assert counted == COUNTS


def test_the_page_says_the_same_and_shows_each_step() -> None:
    text = PAGE.read_text(encoding="utf-8")
    said = re.findall(r"^## .*: (\d+) actions?$", text, re.M)
    assert [int(count) for count in said[: len(COUNTS)]] == list(COUNTS.values())
    for step in COUNTS:
        for theme in THEMES:
            assert f"first-{step}-{theme}.png" in text
            assert (ROOT / "docs" / "images" / f"first-{step}-{theme}.png").is_file()
