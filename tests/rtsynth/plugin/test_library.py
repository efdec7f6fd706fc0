"""Plugins by path or by name."""

from pathlib import Path

import pytest

import rtsynth
from rtsynth.common.errors import PluginError
from rtsynth.plugin import library
from rtsynth.plugin.library import DEFAULT_PLUGIN, SUFFIX, find_plugins, plugins_in, resolve


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's plugin folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder = library.plugin_folders()[0]
    if tmp_path not in folder.parents:
        pytest.skip("XDG_DATA_HOME has no meaning on this system")
    folder.mkdir(parents=True)
    return folder


def test_names_of_the_users_folder(own: Path) -> None:
    (own / "zither.safetensors").write_bytes(b"")
    (own / "remarks.txt").write_bytes(b"")
    assert find_plugins()["zither"] == own / "zither.safetensors"
    assert "remarks" not in find_plugins()
    assert resolve("zither") == own / "zither.safetensors"


def test_the_users_plugin_hides_the_shipped_one(own: Path) -> None:
    mine = own / f"{DEFAULT_PLUGIN}{SUFFIX}"
    mine.write_bytes(b"")
    assert resolve(DEFAULT_PLUGIN) == mine


def test_paths_stay_paths(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own / "zither.safetensors").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zither").write_bytes(b"")
    assert resolve("zither") == Path("zither")  # a file here comes first
    assert resolve("./absent") == Path("absent")  # not a name
    assert resolve("a/b") == Path("a/b")
    assert resolve("absent.safetensors") == Path("absent.safetensors")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert resolve("~/x.safetensors") == tmp_path / "x.safetensors"


def test_a_folder_of_that_name_does_not_hide_a_plugin(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A data set is often called as what is trained on it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pops").mkdir()
    assert resolve("pops").name == "pops.safetensors"


@pytest.mark.parametrize("name", ["nonesuch", "x" * 5000, "~nobody-of-that-name", ""])
def test_an_unknown_name_is_one_line(own: Path, name: str) -> None:
    from rtsynth.plugin import load

    (own / "zither.safetensors").write_bytes(b"")
    with pytest.raises(PluginError) as info:
        load(resolve(name))
    assert "\n" not in str(info.value)
    if name == "nonesuch":
        assert "zither" in str(info.value)


def test_a_plugin_is_loaded_by_name() -> None:
    assert rtsynth.load(DEFAULT_PLUGIN).name == DEFAULT_PLUGIN


def test_whatever_ships_says_where_it_comes_from(own: Path) -> None:
    """Its licence and that of its recordings; what it was trained on, for how long, how well."""
    shipped = library.find_plugins()
    assert DEFAULT_PLUGIN in shipped
    for path in shipped.values():
        manifest = rtsynth.load(path).manifest
        said = manifest.provenance.model_dump() | {"licence": manifest.licence}
        wanted = {"licence", "dataset", "dataset_licence", "steps", "held_out_bits_per_sample"}
        assert not {name for name in wanted if not said[name]}, manifest.name


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("a text")
    with pytest.raises(
        PluginError, match=r"README\.md: not a plugin; plugins are \.safetensors files"
    ):
        resolve(str(path))


def test_more_than_can_be_listed_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(library, "MOST_IN_A_FOLDER", 2)
    for name in "abc":
        assert len(plugins_in(tmp_path)) == "abc".index(name)
        assert caplog.messages == []
        (tmp_path / f"{name}{SUFFIX}").write_bytes(b"")
    for _ in range(2):
        assert len(plugins_in(tmp_path)) == 2
    (line,) = caplog.messages
    assert line.startswith(f"{tmp_path}: has more than 2 plugins, of which 2 are listed")
