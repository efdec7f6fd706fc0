"""The reference tables of the documentation, made from the tables in the code.

A page asks for a table by a paragraph `[table: NAME](path/of/the/source.py)`; `TABLES` says which
there are. Whatever lacks a text raises `MissingTextError`, and the site is not built.
"""

import re
from collections.abc import Callable
from pathlib import Path

from generator import cli, osc, plugin_format, recipes

REPOSITORY = Path(__file__).parents[2]

TABLES: dict[str, Callable[[], str]] = {
    "osc engine": osc.global_commands,
    "osc slot": osc.slot_commands,
    "osc values": osc.value_commands,
    "osc notifications": osc.notifications,
    "command line": cli.commands,
    "recipe keys": recipes.recipes,
    "manifest": plugin_format.manifest,
    "family settings": plugin_format.families,
    "codecs": plugin_format.codecs,
}
REQUEST = re.compile(r"^\[table: ([\w ]+)\]\([\w./-]+\)$", re.MULTILINE)
CODE_PATH = re.compile(r"`((?:rtsynth|gui|models|train|tests|docs)/[\w./-]+)`")


def fill(markdown: str) -> str:
    """The page with its tables in place of the paragraphs that ask for them.

    Raises:
        KeyError: there is no such table.
        MissingTextError: an entry of one has no text.
    """
    return REQUEST.sub(lambda request: TABLES[request[1]](), markdown)


def missing_paths(markdown: str) -> list[str]:
    """The paths of the repository that a page names in `code`, but that do not exist."""
    named = CODE_PATH.findall(markdown)
    return [path for path in named if "..." not in path and not (REPOSITORY / path).exists()]
