"""An application that changes its clothes while it runs, and nobody who keeps old colours."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rtsynth_gui
from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.palettes import DARK
from tests.gui.apart import apart

SOURCES = sorted(Path(rtsynth_gui.__file__).parent.rglob("*.py"))


APPLIED = """
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel
from rtsynth_gui.widgets.style import style_sheet
assert (theme.current_theme(qt), theme.BACKGROUND) == ("dark", DARK["BACKGROUND"])
label = QLabel("WWW")
label.show()
pictures = []
for name in ("light", "dark"):
    theme.apply_theme(qt, name)
    qt.processEvents()
    assert theme.current_theme(qt) == theme.shown(qt) == name
    assert {colour: getattr(theme, colour) for colour in DARK} == PALETTES[name]
    palette = qt.palette()
    assert palette.color(QPalette.ColorRole.Window) == QColor(PALETTES[name]["BACKGROUND"])
    assert palette.color(QPalette.ColorRole.WindowText) == QColor(PALETTES[name]["TEXT"])
    assert qt.styleSheet() == style_sheet(PALETTES[name])
    pictures.append(label.grab().toImage())
assert pictures[0] != pictures[1]
"""

# This platform has no desktop; Qt tells of another's change in the same way.
FOLLOWS = """
from rtsynth_gui.widgets.style import style_sheet

def change(scheme):
    theme.desktop = lambda _application: scheme
    qt.styleHints().colorSchemeChanged.emit(scheme)

theme.apply_theme(qt, theme.SYSTEM)
for scheme, name in ((Qt.ColorScheme.Light, "light"), (Qt.ColorScheme.Dark, "dark")):
    change(scheme)
    assert theme.current_theme(qt) == theme.SYSTEM
    assert (theme.shown(qt), theme.BACKGROUND) == (name, PALETTES[name]["BACKGROUND"])
theme.apply_theme(qt, "dark")
change(Qt.ColorScheme.Light)
assert qt.styleSheet() == style_sheet(DARK)  # what was chosen stays
"""

SCOPE = """
from PySide6.QtGui import QColor
from rtsynth_gui.widgets.scope import Scope
scope = Scope()
scope.resize(300, 150)
scope.show()
for name in ("light", "dark"):
    theme.apply_theme(qt, name)
    qt.processEvents()
    corner = scope.grab().toImage().pixelColor(3, 140)
    assert corner == QColor(PALETTES[name]["WELL"]), corner.name()
"""


@pytest.mark.system
@pytest.mark.parametrize("program", [APPLIED, FOLLOWS, SCOPE], ids=["applied", "follows", "scope"])
def test_an_application_changes_its_theme(program: str, tmp_path: Path) -> None:
    apart(program, tmp_path)


def test_the_colours_are_declared() -> None:
    assert [name for name in theme.__annotations__ if name.isupper()] == list(DARK)


def early(tree: ast.AST) -> Iterator[ast.AST]:
    """What runs at import: everything but the bodies of functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            for default in (*node.args.defaults, *node.args.kw_defaults, *node.decorator_list):
                if default is not None:
                    yield from ast.walk(default)
        elif not isinstance(node, ast.Lambda):
            yield node
            yield from early(node)


def frozen(source: str) -> list[str]:
    """Colours that a module keeps from its import, or has of its own."""
    tree = ast.parse(source)
    found = [
        f"line {node.lineno}: theme.{node.attr}"
        for node in early(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr in DARK) == ("theme", True)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "rtsynth_gui.widgets.theme":
            found += [f"line {node.lineno}: {n.name}" for n in node.names if n.name in DARK]
        elif isinstance(node, ast.Constant) and re.fullmatch("#[0-9a-fA-F]{3,8}", str(node.value)):
            found.append(f"line {node.lineno}: {node.value}")
    return found


def test_frozen_colours_are_found() -> None:
    assert frozen("A = {1: theme.ACCENT}") == ["line 1: theme.ACCENT"]
    assert frozen("class A:\n    b = theme.BAD") == ["line 2: theme.BAD"]
    assert frozen("def f(colour=theme.BAD): ...") == ["line 1: theme.BAD"]
    assert frozen("from rtsynth_gui.widgets.theme import BAD") == ["line 1: BAD"]
    assert frozen("def f(): return QColor('#aabbcc')") == ["line 1: #aabbcc"]
    assert not frozen("def f(): return lambda: theme.BAD")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_nobody_keeps_a_colour(path: Path) -> None:
    if path.name != "palettes.py":
        assert not frozen(path.read_text())
