"""The README: short, and everything it names exists."""

import re

import pytest

from tests.places import ROOT

README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
PAGES = sorted((ROOT / "docs").rglob("*.md"))


def test_it_has_at_most_120_lines() -> None:
    assert len(README.splitlines()) <= 120


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)", README))
def test_a_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.name)
def test_targets_of_make_exist(page) -> None:
    named = set(re.findall(r"(?:`|\$ |^ {4})make ([a-z-]+)", page.read_text(), re.MULTILINE))
    assert {target for target in named if f"\n{target}:" not in MAKEFILE} == set()
