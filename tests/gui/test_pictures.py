"""The first minutes: what the page in the documents counts is what a performer has to do."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth.common.user_folders import data_folder
from rtsynth.plugin.file import save
from tests.gui.hand import Hand
from tests.gui.live import Live, live
from tests.gui.pictures import (
    COUNTS,
    THEMES,
    controller,
    first_minutes,
    first_preview,
    first_sound,
    opened,
    rain,
)
from tests.gui.plugins import small_plugin
from tests.places import ROOT

pytestmark = [pytest.mark.system, pytest.mark.measure]

PAGE = ROOT / "docs" / "how-to" / "first-minutes.md"


MINUTES = 0.05  # of training


@pytest.fixture
def plugin(own_presets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The first in the list of the browser."""
    for name in ("TAKES", "MAPPINGS", "RUNS"):
        monkeypatch.setenv(f"RTSYNTH_{name}", str(tmp_path / name))
    small = small_plugin()
    library = data_folder() / "plugins"
    library.mkdir(parents=True, exist_ok=True)
    first = library / "a-small.safetensors"
    save(first, small.manifest, small.tensors)
    yield first
    first.unlink()


@pytest.fixture
def engine(plugin: Path) -> Iterator[Live]:
    with live() as started:
        started.host.load_into(1, plugin)
        yield started


def test_a_sound_is_one_command(qt: object, plugin: Path) -> None:
    with first_sound("dark", plugin) as (window, actions):
        assert actions == COUNTS["sound"]
        assert [panel.slot.number for panel in window.panels.values()] == [1]


def test_the_counts(qt: object, engine: Live, tmp_path: Path) -> None:
    counted = {}
    with opened(engine.server.port, "dark") as window:
        hand = Hand(window, controller(engine.host))
        for step in first_minutes(hand, engine):
            counted[step] = hand.actions
        for step in first_preview(hand, rain(tmp_path / "rain"), MINUTES):
            counted[step] = hand.actions
    assert {"sound": COUNTS["sound"]} | counted == COUNTS


def test_the_page_says_the_same_and_shows_each_step() -> None:
    text = PAGE.read_text(encoding="utf-8")
    said = re.findall(r"^## .*: (\d+) actions?$", text, re.M)
    assert [int(count) for count in said[: len(COUNTS)]] == list(COUNTS.values())
    for step in COUNTS:
        for theme in THEMES:
            assert f"first-{step}-{theme}.png" in text
            assert (ROOT / "docs" / "images" / f"first-{step}-{theme}.png").is_file()
