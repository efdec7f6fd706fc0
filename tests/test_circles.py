"""Imports point one way: no circle of modules, also by late imports, and none of folders."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.places import ROOT
from tests.test_layout import PACKAGES


def modules_of(package: str) -> dict[str, Path]:
    """Every module of a package, by its dotted name."""
    above = (ROOT / package).parent
    found = {}
    for path in (ROOT / package).rglob("*.py"):
        parts = path.relative_to(above).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = {name: path for package in PACKAGES for name, path in modules_of(package).items()}


def imported(tree: ast.AST) -> Iterator[str]:
    """What a module imports, wherever it does, but for the types alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{each.name}" for each in node.names)
        else:
            yield from imported(node)


def module_of(name: str) -> str:
    """The module that a name is of; "" for one that is not ours."""
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    return {
        name: {module_of(each) for each in imported(ast.parse(path.read_text()))} - {"", name}
        for name, path in MODULES.items()
    }


def circle_in(graph: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def test_of_modules(graph: dict[str, set[str]]) -> None:
    assert len(graph) > 500
    assert circle_in(graph) == []


def test_of_folders(graph: dict[str, set[str]]) -> None:
    """A folder that holds others is one beside them: what they share is below it all."""
    folders: dict[str, set[str]] = {}
    for name, others in graph.items():
        of = str(MODULES[name].parent.relative_to(ROOT))
        used = {str(MODULES[other].parent.relative_to(ROOT)) for other in others}
        folders.setdefault(of, set()).update(used - {of})
    assert len(folders) > 40
    assert circle_in(folders) == []


def test_a_circle_is_found() -> None:
    assert set(circle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}
    assert [*imported(ast.parse("def f():\n    from a.b import c\nimport d.e"))] == ["a.b.c", "d.e"]
    assert module_of("rtsynth.host.slot.Slot") == "rtsynth.host.slot"
    assert module_of("numpy.ndarray") == ""
