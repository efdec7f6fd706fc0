"""`rtsynth combine`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rtsynth.cli import main
from rtsynth.plugin import (
    Plugin,
    load,
    save,
)
from tests.rtsynth.cli.run import succeeds
from tests.rtsynth.plugin.tier_plugins import (
    CENTROID,
    FILL,
    RMSE,
    tier_plugin,
    water_plugin,
)


@pytest.fixture
def motion() -> Plugin:
    return tier_plugin("motion", 125, [FILL], [RMSE, CENTROID], seed=1)


@pytest.fixture
def audio() -> Plugin:
    return water_plugin()


@pytest.fixture
def files(motion: Plugin, audio: Plugin, tmp_path: Path) -> Callable[[str], Path]:
    for plugin, name in ((motion, "motion"), (audio, "water")):
        tensors = {k: t for k, t in plugin.tensors.items() if not k.startswith("golden.")}
        save(tmp_path / f"{name}.safetensors", plugin.manifest, tensors)
    return lambda name: tmp_path / f"{name}.safetensors"


@pytest.mark.system
def test_the_command(files: Callable[[str], Path]) -> None:
    out = files("vessel")
    said = succeeds("combine", files("water"), f"motion={files('motion')}", "--out", out)
    assert "tiers motion 125 Hz, audio 16000 Hz; knobs mfcc1, tone, fill" in said
    assert "no tier uses the generated parameters rmse: check the names" in said
    combined = load(out)
    assert combined.name == "vessel"
    assert [tier.name for tier in combined.manifest.tiers] == ["motion", "audio"]
    succeeds("combine", files("water"), files("motion"), "--out", out, "--name", "Big Vessel")
    assert load(out).name == "Big Vessel"


def test_a_file_with_an_equals_sign_is_a_file(files: Callable[[str], Path]) -> None:
    odd = files("motion").rename(files("a=b"))
    assert main(["combine", *map(str, (files("water"), odd, "--out", files("vessel")))]) == 0


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ("{water} --out {vessel}", "takes two or more"),
        ("{water} {motion}", "--out"),
        ("{water} {motion} --out {folder}/v.bin", "v.bin: a plugin's name ends in .safetensors"),
        ("{water} {nothing} --out {vessel}", "nothing.safetensors: no such file"),
        ("{water} {water} --out {vessel}", "both generate audio"),
        ("{water} A={motion} --out {vessel}", "a tier's name is lower-case"),
        ("{water} {motion} --out {folder}/no/v.safetensors", "does not exist"),
    ],
)
def test_the_command_refuses(
    files: Callable[[str], Path],
    tmp_path: Path,
    arguments: str,
    match: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    paths = {name: files(name) for name in ("water", "motion", "vessel", "nothing")}
    words = arguments.format(folder=tmp_path, **paths).split()
    assert main(["combine", *words]) == 2
    out, errors = capsys.readouterr()
    assert out == ""
    (line,) = errors.splitlines()
    assert match in line
    assert not paths["vessel"].exists()
