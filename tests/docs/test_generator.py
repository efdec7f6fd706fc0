"""The reference tables: complete, and refused where a text is missing."""

from typing import Annotated

import generator
import pytest
from generator import cli, markdown, models, osc
from pydantic import BaseModel, Field

from rtsynth.control.osc.surface.commands import GLOBAL_COMMANDS, OF_SLOTS
from tests.places import ROOT

PAGES = sorted((ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("name", generator.TABLES)
def test_every_table_can_be_made(name: str) -> None:
    assert generator.TABLES[name]().count("\n| ") > 2


def test_the_osc_page_has_every_command() -> None:
    tables = osc.global_commands() + osc.slot_commands()
    for address in (*GLOBAL_COMMANDS, *OF_SLOTS):
        assert f"`{address}" in tables or f"/slot/N/{address}" in tables


def test_a_command_without_a_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = GLOBAL_COMMANDS["/ping"]._replace(about="")
    monkeypatch.setitem(GLOBAL_COMMANDS, "/ping", silent)
    with pytest.raises(markdown.MissingTextError, match="/ping"):
        osc.global_commands()


def test_an_option_without_a_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(loud: bool = False) -> None:
        """Does nothing."""

    monkeypatch.setattr(cli, "find_command", lambda name: silent)
    with pytest.raises(markdown.MissingTextError, match="--loud"):
        cli.commands()


def test_a_key_is_described_by_the_docstring_below_it() -> None:
    class Keys(BaseModel):
        steps: Annotated[int, Field(ge=1)] = 5
        """How many."""

    assert models.fields_table(Keys).splitlines()[-1] == (
        "| `steps` | integer at least 1 | `5` | How many. |"
    )


def test_a_key_without_a_text_is_refused() -> None:
    class Keys(BaseModel):
        steps: int = 5

    with pytest.raises(markdown.MissingTextError, match="steps"):
        models.fields_table(Keys)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_exists(page) -> None:
    text = page.read_text()
    assert generator.missing_paths(text) == []
    for request in generator.REQUEST.finditer(text):
        assert request[1] in generator.TABLES


def test_bars_are_escaped_outside_of_code_only() -> None:
    assert markdown.cell("one of `a|b` or c|d\n again") == "one of `a|b` or c\\|d again"
