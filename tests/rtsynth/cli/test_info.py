"""`rtsynth info` of what only some plugins have."""

import json
from pathlib import Path

import pytest

from rtsynth.cli import main
from rtsynth.plugin import Parameter, Provenance, save
from rtsynth.plugin.provenance import StartedFrom
from tests.rtsynth.plugins import samplernn_manifest, samplernn_tensors


def test_the_names_of_classes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    voice = Parameter(
        name="voice", minimum=0, maximum=2, default=0, role="class", description="who speaks",
        labels=["man", "[b]woman", "child"],
    )  # fmt: skip
    manifest = samplernn_manifest(parameters=(voice,))
    path = tmp_path / "a.safetensors"
    save(path, manifest, samplernn_tensors(manifest))
    assert main(["info", str(path)]) == 0
    assert "0 man, 1 [b]woman, 2 child; who speaks" in capsys.readouterr().out
    assert main(["info", str(path), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["parameters"]
    assert told["labels"] == voice.labels


def test_a_network_of_one_tier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it has not is not listed: no frames."""
    manifest = samplernn_manifest(
        frame_sizes=(), window=1, direct=True, embedding_size=12, conditioned=None
    )
    path = tmp_path / "a.safetensors"
    save(path, manifest, samplernn_tensors(manifest))
    assert main(["info", str(path)]) == 0
    assert (
        "(rnn gru, layers 1, hidden size 20, embedding size 12, window 1, direct)"
        in capsys.readouterr().out
    )


def test_what_it_started_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    origin = StartedFrom(name="old", content_hash="0" * 32)
    manifest = samplernn_manifest().model_copy(
        update={"provenance": Provenance(started_from=[origin])}
    )
    path = tmp_path / "a.safetensors"
    save(path, manifest, samplernn_tensors(manifest))
    assert main(["info", str(path)]) == 0
    assert f"  started from: {origin.shown}\n" in capsys.readouterr().out
