"""Recordings are read in one place: nothing else calls what soundfile has for it."""

import ast
from pathlib import Path

import rtsynth

ROOT = Path(rtsynth.__file__).parents[1]
# take_file asks the header of what it has written itself whether it is whole.
EXEMPT = ("audiofile", "take_file.py")
READING = {"read", "info", "blocks"}  # of the module; SoundFile, too, where it does not write


def reading_calls(source: Path) -> list[str]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "soundfile"
    }
    found = [
        f"{source}:{node.lineno}: from soundfile import"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "soundfile"
    ]
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        owner = call.func.value
        if not (isinstance(owner, ast.Name) and owner.id in names):
            continue
        mode = call.args[1] if len(call.args) > 1 else None
        writes = isinstance(mode, ast.Constant) and str(mode.value).startswith(("w", "r+"))
        if call.func.attr in READING or (call.func.attr == "SoundFile" and not writes):
            found.append(f"{source}:{call.lineno}: {call.func.attr}")
    return found


def test_nothing_else_reads_recordings(tmp_path: Path) -> None:
    sources = [
        path
        for package in ("rtsynth", "models/rtsynth_models", "train/rtsynth_train")
        for path in (ROOT / package).rglob("*.py")
        if not any(name in path.parts for name in EXEMPT)
    ]
    assert len(sources) > 150
    assert [line for path in sources for line in reading_calls(path)] == []
    (tmp_path / "a.py").write_text("import soundfile as sf\nsf.SoundFile('a')\nsf.read('a')\n")
    assert len(reading_calls(tmp_path / "a.py")) == 2
