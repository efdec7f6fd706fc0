"""Rounded weights are kept, found again, and not trusted when they are damaged."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler import calibrate, compile, packed_cache
from rtsynth.compiler.compile import compile_plugin
from rtsynth.compiler.packed_cache import PackedCache
from rtsynth.plugin import Plugin
from tests.rtsynth.plugins import random_plugin

F32 = NDArray[np.float32]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, and a short calibration."""
    monkeypatch.setattr(packed_cache, "CACHE_FOLDER", tmp_path / "cache" / "kernels-0")
    monkeypatch.setattr(calibrate, "MOST_SAMPLES", 100)
    monkeypatch.setattr(calibrate, "FEWEST_SAMPLES", 100)
    return tmp_path / "cache" / "packed"


@pytest.fixture
def plugin(tmp_path: Path) -> Plugin:
    return random_plugin(tmp_path / "x.safetensors", hidden=48, layers=1, scale=0.2)


@pytest.fixture
def calibrations(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with every calibration."""
    counted: list[int] = []
    real = compile.observe

    def counting(*arguments: Any) -> Any:
        counted.append(1)
        return real(*arguments)

    monkeypatch.setattr(compile, "observe", counting)
    return counted


def test_weights_are_kept(plugin: Plugin, folder: Path, calibrations: list[int]) -> None:
    first = compile_plugin(plugin, "int8").program.weights
    assert len(list(folder.iterdir())) == len(calibrations) == 1
    again = compile_plugin(plugin, "int8", threads=2).program.weights
    assert len(calibrations) == 1
    np.testing.assert_array_equal(again.view(np.int32), first.view(np.int32))
    assert again.ctypes.data % 64 == 0


def test_float32_and_quick_rounding_keep_nothing(
    plugin: Plugin, folder: Path, calibrations: list[int]
) -> None:
    compile_plugin(plugin)
    compile_plugin(plugin, "int8", calibrated=False)
    assert not folder.exists()
    assert calibrations == []


def test_whatever_makes_other_weights_has_another_place(
    plugin: Plugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    tensors = dict(plugin.tensors)
    tensors["audio.output.bias"] = tensors["audio.output.bias"].copy()
    tensors["audio.output.bias"][3] += np.float32(1e-6)
    renamed = plugin.manifest.model_copy(update={"name": "other"})
    paths = [
        PackedCache(plugin, "int8").path,
        PackedCache(plugin, "int4").path,
        PackedCache(Plugin(plugin.manifest, tensors), "int8").path,
        PackedCache(Plugin(renamed, plugin.tensors), "int8").path,
    ]
    monkeypatch.setattr(packed_cache, "CACHE_FOLDER", Path("/elsewhere/kernels-1"))
    paths.append(PackedCache(plugin, "int8").path)
    assert len({path.name for path in paths}) == len(paths)
    # Where the file lies is no matter.
    moved = Plugin(plugin.manifest, plugin.tensors, Path("moved.safetensors"))
    assert PackedCache(moved, "int8").path == paths[-1]


def test_another_family_or_compiler_has_another_place(
    plugin: Plugin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = [tmp_path / source.name for source in packed_cache.SOURCES]
    for source, copy in zip(packed_cache.SOURCES, copies, strict=True):
        shutil.copytree(source, copy) if source.is_dir() else shutil.copy(source, copy)
    files = [f for copy in copies for f in (copy.rglob("*.py") if copy.is_dir() else [copy])]
    names = {str(file.relative_to(tmp_path)) for file in files}
    assert names >= {
        "codec.py",
        "compiler/compile.py",
        "compiler/calibrate.py",
        "families/gru/tape.py",
        "families/classes.py",
    }
    monkeypatch.setattr(packed_cache, "SOURCES", copies)
    before = PackedCache(plugin, "int8").path
    for file in files:
        text = file.read_text()
        file.write_text(text + "#")
        assert PackedCache(plugin, "int8").path != before
        file.write_text(text)
    assert PackedCache(plugin, "int8").path == before


def _save(array: NDArray[np.generic]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            np.save(file, array)

    return write


def _save_several(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, np.zeros(4, np.float32))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "cut off early": lambda path: path.write_bytes(path.read_bytes()[:40]),
    "garbage": lambda path: path.write_bytes(np.random.default_rng(0).bytes(5000)),
    "text": lambda path: path.write_text("hello"),
    "a broken archive": lambda path: path.write_bytes(b"PK\x03\x04" + bytes(200)),
    "an archive": _save_several,
    "other numbers": _save(np.zeros(1000)),
    "a table": _save(np.zeros((4, 4), np.float32)),
    "too few": _save(np.zeros(1000, np.float32)),
    "as long, but another": lambda path: path.write_bytes(
        np.random.default_rng(0).bytes(path.stat().st_size)
    ),
    "one bit": lambda path: path.write_bytes(
        path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1])
    ),
    "objects": _save(np.array([{}], object)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_ignored_and_replaced(
    plugin: Plugin, folder: Path, calibrations: list[int], damage: str
) -> None:
    first = compile_plugin(plugin, "int8").program.weights
    (path,) = folder.iterdir()
    DAMAGES[damage](path)
    again = compile_plugin(plugin, "int8").program.weights
    np.testing.assert_array_equal(again.view(np.int32), first.view(np.int32))
    assert len(calibrations) == 2
    kept = PackedCache(plugin, "int8").read()
    assert kept is not None
    np.testing.assert_array_equal(kept.view(np.int32), first.view(np.int32))
    assert [entry.name for entry in folder.iterdir()] == [path.name]


def test_a_cache_that_cannot_be_written_to_is_no_error(
    plugin: Plugin, tmp_path: Path, calibrations: list[int]
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    first = compile_plugin(plugin, "int8").program.weights
    again = compile_plugin(plugin, "int8").program.weights
    assert len(calibrations) == 2
    np.testing.assert_array_equal(again, first)


def test_a_folder_in_the_place_of_the_file_is_no_error(plugin: Plugin) -> None:
    PackedCache(plugin, "int8").path.mkdir(parents=True)
    compile_plugin(plugin, "int8")
