"""`rtsynth publish`, and `rtsynth get` of what was published, by a hub of this machine."""

import io
import json
from pathlib import Path

import pytest
import soundfile

from rtsynth.cli import main
from rtsynth.plugin import load, save
from rtsynth.plugin.attachments import read_attachments
from tests.rtsynth.cli.run import refused, rtsynth, succeeds
from tests.rtsynth.plugin.sharing.hub_server import TOKEN, Hub, hub
from tests.rtsynth.plugin.tier_plugins import FILL, RMSE, tier_plugin
from tests.rtsynth.plugins import random_plugin
from tests.small_files import small_files

pytestmark = pytest.mark.system


def surroundings(of: Hub, home: Path, token: str = TOKEN) -> dict[str, str]:
    return {
        "HF_ENDPOINT": of.address,
        "HF_HOME": str(home / "hub"),
        "HF_TOKEN": token,
        "HF_HUB_DISABLE_XET": "1",  # another protocol, to another server
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "XDG_DATA_HOME": str(home / "data"),
    }


def test_there_and_back(tmp_path: Path) -> None:
    source, text = tmp_path / "horn.safetensors", tmp_path / "own.md"
    random_plugin(source, name="Horn", description="of *brass*", licence="MIT", tags=["wind"])
    text.write_text("Blow into it.\n")
    with hub() as site:
        around = surroundings(site, tmp_path)
        said = succeeds("publish", source, "me/horns", "--card", text, **around)
        assert said == (
            f"published {site.address}/me/horns\nothers get it by: rtsynth get me/horns\n"
        )
        files = site.repositories["me/horns"]["main"]
        assert sorted(files) == ["README.md", "horn.safetensors", "preview.ogg"]
        card = files["README.md"].decode()
        assert card.startswith("---\nlicense: mit\nlibrary_name: rtsynth\n")
        assert f'<audio controls src="{site.address}/me/horns/resolve/main/preview.ogg">' in card
        assert "rtsynth get me/horns" in card
        assert "of \\*brass\\*\n\nBlow into it.\n\n## Parameters" in card
        assert "| `pitch` | 64 to 76 | 69 | MIDI |" in card
        audio, rate_hz = soundfile.read(io.BytesIO(files["preview.ogg"]))
        assert (rate_hz, audio.shape) == (16_000, (64_000,))
        assert any(request.startswith("PUT /objects/") for request in site.requests)

        got = json.loads(succeeds("get", "me/horns", "--json", **around))
        assert got["path"] == str(tmp_path / "data" / "rtsynth" / "plugins" / "horn.safetensors")
        assert Path(got["path"]).read_bytes() == files["horn.safetensors"]
        assert load(Path(got["path"])).content_hash == load(source).content_hash
        attached = read_attachments(Path(got["path"]))
        assert attached.preview == files["preview.ogg"]
        assert "Blow into it." in attached.card
        assert "Blow into it." in succeeds("info", got["path"])

        (commit,) = set(site.repositories["me/horns"]) - {"main"}
        # Of the commit that it was looked at in, whatever the branch has by then.
        assert f"GET /me/horns/resolve/{commit}/horn.safetensors" in site.requests
        assert "GET /me/horns/resolve/main/horn.safetensors" not in site.requests
        words = ("get", f"me/horns@{commit}", "--sha256", got["sha256"])
        assert "there already" in succeeds(*words, **around)
        expected = "0" * 64
        line = refused("get", "me/horns", "--sha256", expected, "--name", "b", **around)
        assert f"expected {expected}" in line


def test_refusals(tmp_path: Path) -> None:
    source = tmp_path / "horn.safetensors"
    random_plugin(source)
    with hub() as site:
        around = surroundings(site, tmp_path)
        stranger = surroundings(site, tmp_path, "hf_of_nobody")
        line = refused("publish", source, "me/horns", **stranger)
        assert "me/horns: log in first" in line
        assert "hf_of_nobody" not in line
        assert site.repositories == {}
        assert "no such repository" in refused("get", "me/horns", **around)
        site.repositories["me/horns"] = {"main": {"README.md": b""}}
        assert "it has no .safetensors file" in refused("get", "me/horns", **around)
        plugin = source.read_bytes()
        site.repositories["me/horns"]["main"] |= {"a.safetensors": plugin, "b.safetensors": b"b"}
        line = refused("get", "me/horns", **around)
        assert "choose one with --file; it has a.safetensors, b.safetensors" in line
        assert "no such revision" in refused("get", "me/horns@v2", **around)
        line = refused("get", "me/horns", "--file", "c.safetensors", **around)
        assert "has no plugin 'c.safetensors'" in line
        line = refused("get", "me/horns", "--file", "b.safetensors", **around)
        assert line.startswith("rtsynth: me/horns/b.safetensors: not a readable .safetensors file")
        assert not list((tmp_path / "data" / "rtsynth" / "plugins").iterdir())
        succeeds("get", "me/horns", "--file", "a.safetensors", **around)


@pytest.mark.measure
def test_a_hub_out_of_reach(tmp_path: Path) -> None:
    """One line, after the library has tried for half a minute."""
    with hub() as site:
        around = surroundings(site, tmp_path)
    done = rtsynth("get", "me/horns", **around)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert "me/horns: the hub cannot be reached" in line


def test_a_full_disk(tmp_path: Path) -> None:
    source = tmp_path / "horn.safetensors"
    random_plugin(source)
    with hub() as site:
        site.repositories["me/horns"] = {"main": {"horn.safetensors": source.read_bytes()}}
        with small_files(source.stat().st_size // 2):  # of the process that it starts, too
            done = rtsynth("get", "me/horns", **surroundings(site, tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "rtsynth: me/horns: the disk refuses (File too large)\n"
    assert not list((tmp_path / "data" / "rtsynth" / "plugins").iterdir())


def test_a_private_repository(tmp_path: Path) -> None:
    source = tmp_path / "horn.safetensors"
    random_plugin(source)
    with hub() as site:
        succeeds("publish", source, "me/horns", "--private", **surroundings(site, tmp_path))
        assert site.private == {"me/horns"}
        stranger = surroundings(site, tmp_path, "hf_of_nobody")
        assert "none that you may see" in refused("get", "me/horns", **stranger)


def test_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also of a plugin that makes no sound."""
    motion = tier_plugin("motion", 125, [FILL], [RMSE], seed=1)
    save(tmp_path / "motion.safetensors", motion.manifest, motion.tensors)
    out = tmp_path / "out"
    words = ["publish", str(tmp_path / "motion.safetensors"), "me/motion", "--dry-run", str(out)]
    assert main(words) == 0
    assert "nothing was published" in capsys.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == ["README.md", "motion.safetensors"]
    assert "<audio" not in (out / "README.md").read_text()
    assert read_attachments(out / "motion.safetensors").preview == b""


@pytest.mark.parametrize("name", ["README.md", "preview.ogg", "horn.safetensors"])
def test_a_folder_that_has_such_files(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They stay as they are."""
    random_plugin(tmp_path / "horn.safetensors")
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_bytes(b"mine")
    words = ["publish", str(tmp_path / "horn.safetensors"), "me/horn", "--dry-run"]
    assert main([*words, str(out)]) == 2
    assert f"--dry-run {out}: has {name} already" in capsys.readouterr().err
    assert [(path.name, path.read_bytes()) for path in out.iterdir()] == [(name, b"mine")]


@pytest.mark.parametrize("name", ["horns", "me/horns/x", "me/", "me/horns@", "../x", "me/ho rns"])
def test_names_of_no_repository(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["get", name], ["publish", "pops", name]):
        assert main(words) == 2
        assert "expected OWNER/NAME" in capsys.readouterr().err
