"""The trainers' compiled code lies in a folder whose name stands for every source it is made of."""

from pathlib import Path

import pytest

from rtsynth.engine.kernels.jit import CACHE_FOLDER
from rtsynth_models.cells import jit


def test_the_cache_is_beside_the_engines() -> None:
    assert jit.CELLS_CACHE.parent == CACHE_FOLDER.parent
    assert jit.CELLS_CACHE != CACHE_FOLDER
    assert jit._cache_folder() == jit.CELLS_CACHE


@pytest.mark.parametrize("name", ["gru_steps.py", "panel_product.py", "jit.py"])
def test_a_change_of_any_cell_moves_the_cache(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for source in Path(jit.__file__).parent.glob("*.py"):
        (tmp_path / source.name).write_bytes(source.read_bytes())
    monkeypatch.setattr(jit, "__file__", str(tmp_path / "jit.py"))
    assert jit._cache_folder() == jit.CELLS_CACHE
    with (tmp_path / name).open("a") as file:
        file.write("\n")
    assert jit._cache_folder() != jit.CELLS_CACHE


def test_a_change_of_the_engine_moves_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jit, "CACHE_FOLDER", CACHE_FOLDER.with_name("kernels-0"))
    assert jit._cache_folder() != jit.CELLS_CACHE


def test_what_is_compiled_is_kept_there() -> None:
    @jit.trainer_jit()
    def twice(x):
        return x + x

    assert twice(3.0) == 6.0
    assert Path(twice._cache.cache_path).is_relative_to(jit.CELLS_CACHE)
