"""`rtsynth get`, as a process."""

import json
from pathlib import Path

import pytest

from rtsynth.cli import main
from tests.rtsynth.cli.run import refused, rtsynth, succeeds
from tests.rtsynth.plugin.sharing.web import Page, serving
from tests.rtsynth.plugins import random_plugin

pytestmark = pytest.mark.system


def test_from_a_web_server(tmp_path: Path) -> None:
    source, home = tmp_path / "horn.safetensors", str(tmp_path / "home")
    random_plugin(source)
    pages = {"/b/horn.safetensors": Page(source.read_bytes()), "/page": Page(b"<html>")}
    with serving(pages) as site:
        address = f"{site}/b/horn.safetensors"
        got = json.loads(succeeds("get", address, "--json", XDG_DATA_HOME=home))
        assert Path(got["path"]).read_bytes() == source.read_bytes()
        assert (got["name"], got["new"]) == ("horn", True)
        again = succeeds("get", f"{address}#sha256={got['sha256']}", XDG_DATA_HOME=home)
        assert again == (
            f"there already: {got['path']} (SHA-256 {got['sha256']})\nplay it: rtsynth play horn\n"
        )
        assert "404 Not Found" in refused("get", f"{site}/none", XDG_DATA_HOME=home)
        assert "not a readable" in refused("get", f"{site}/page", XDG_DATA_HOME=home)
        assert "expected 000" in refused("get", address, "--sha256", "0" * 64, XDG_DATA_HOME=home)
    done = rtsynth("get", address, XDG_DATA_HOME=home)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert "cannot be reached" in line


@pytest.mark.parametrize("name", ["a/b", "..", "", " a", "a\\b"])
def test_a_name_that_no_file_has(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["get", "https://example.org/a.safetensors", "--name", name]) == 2
    assert "not a name that a plugin's file can have" in capsys.readouterr().err
