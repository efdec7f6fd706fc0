"""`rtsynth export`."""

from pathlib import Path

import onnx
import pytest
import torch

from rtsynth.cli import main
from tests.rtsynth.plugins import random_plugin


def test_it_writes_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plugin, out = tmp_path / "horn.safetensors", tmp_path / "x.onnx"
    random_plugin(plugin)
    assert main(["export", str(plugin), "--to", "onnx", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"wrote {out}\n"
    assert [each.name for each in onnx.load(out).graph.output] == ["logits", "next_state"]
    monkeypatch.chdir(tmp_path)
    assert main(["export", str(plugin), "--to", "onnx"]) == 0
    assert onnx.load(tmp_path / "horn.onnx").graph == onnx.load(out).graph


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
def test_it_writes_the_module(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plugin, out = tmp_path / "horn.safetensors", tmp_path / "x.ts"
    random_plugin(plugin)
    assert main(["export", str(plugin), "--to", "nn", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"wrote {out}\n"
    assert torch.jit.load(out).get_methods() == ["forward"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("--to wav", "--to 'wav': there are onnx, nn"),
        ("--to onnx --out x.bin", "the name ends in .onnx"),
        ("--to nn --out x.onnx", "the name ends in .ts"),
        ("--to onnx --out no/x.onnx", "does not exist"),
        ("", "Missing option '--to'"),
    ],
)
def test_it_refuses(
    words: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    random_plugin(tmp_path / "horn.safetensors")
    assert main(["export", "horn.safetensors", *words.split()]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert why in line
