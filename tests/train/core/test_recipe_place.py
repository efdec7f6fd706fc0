"""Which folder a recipe means: the one beside it, else the one where the command is called."""

from pathlib import Path

import pytest

from rtsynth_train.cli.new import new
from rtsynth_train.cli.train import read_request
from rtsynth_train.core.recipe_place import seen_from, with_folders
from tests.train.recordings import write_set


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command is called; the recipe is in `recipes`."""
    (tmp_path / "recipes").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def folders(said: list[str], **data: object) -> dict[str, object]:
    raw = {"data": data, "plugin": {"name": "x"}}
    found = with_folders(raw, Path("recipes/x.toml"), said.append)
    assert raw == {"data": data, "plugin": {"name": "x"}}
    assert found["plugin"] == raw["plugin"]
    changed: dict[str, object] = found["data"]
    return changed


def test_beside_the_recipe_comes_first(here: Path) -> None:
    said: list[str] = []
    (here / "set").mkdir()
    assert folders(said, folder="set", params_folder="p", level="peak") == {
        "folder": "set", "params_folder": "p", "level": "peak"
    }  # fmt: skip
    for name in ("set", "p"):
        (here / "recipes" / name).mkdir()
    assert not said
    found = folders(said, folder="set", params_folder="p")
    assert found == {"folder": "recipes/set", "params_folder": "recipes/p"}
    assert said == [
        "recipes/x.toml: data.folder: set is also here; taken is the one beside the recipe"
    ]
    assert folders(said, folder="../set") == {"folder": "recipes/../set"}
    assert len(said) == 1


def test_what_is_no_relative_folder_stays(here: Path) -> None:
    (here / "set").mkdir()
    for name in (str(here / "set"), "", 3, None, "no\0name"):
        assert folders([], folder=name) == {"folder": name}
    assert with_folders({"data": 3}, Path("x.toml")) == {"data": 3}
    assert with_folders({}, Path("x.toml")) == {}


def test_a_recipe_names_its_folder_from_where_it_is(here: Path) -> None:
    assert seen_from(Path("data/set"), Path("x.toml")) == "data/set"
    assert seen_from(Path("data/set"), Path("recipes/x.toml")) == "../data/set"
    assert seen_from(Path("data"), Path("data/x.toml")) == "."
    assert seen_from(here / "set", Path("recipes/x.toml")) == str(here / "set")


def test_a_new_recipe_trains_from_anywhere(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(here / "flutes")
    new(Path("flutes"), Path("recipes/flutes.toml"))
    config, _ = read_request(Path("recipes/flutes.toml"), None, None, False, {})
    assert Path(config.data.folder).samefile(here / "flutes")
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    config, _ = read_request(here / "recipes" / "flutes.toml", None, None, False, {})
    assert Path(config.data.folder).samefile(here / "flutes")


def test_a_recipe_of_before_is_read_as_before(here: Path) -> None:
    write_set(here / "flutes")
    (here / "recipes" / "old.toml").write_text(
        '[plugin]\nname = "old"\n[data]\nfolder = "flutes"\n[network]\n', encoding="utf-8"
    )
    config, _ = read_request(Path("recipes/old.toml"), None, None, False, {})
    assert config.data.folder == "flutes"
