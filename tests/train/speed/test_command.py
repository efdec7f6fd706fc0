"""`python -m rtsynth_train.speed`."""

import pytest
import torch

from rtsynth_train.core.malloc import MALLOC_SETTINGS
from rtsynth_train.speed import __main__ as command
from rtsynth_train.speed.sizes import Recurrent


def test_a_line_for_each_size(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in MALLOC_SETTINGS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(command, "SIZES", {"tiny": Recurrent(1, 16, 99, 20, relu=True)})
    monkeypatch.setattr("sys.argv", ["speed", "tiny", "--rounds", "2", "--rows", "4"])
    precision = torch.get_float32_matmul_precision()
    command.main()
    torch.set_float32_matmul_precision(precision)
    head, line = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["ours", "plain"]
    ours, plain, ratio = map(float, line.split()[1:4])
    assert line.split()[0] == "tiny"
    assert min(ours, plain, ratio) > 0


def test_an_unknown_size_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["speed", "5x5"])
    with pytest.raises(SystemExit, match="5x5: no such size; there are 4x48"):
        command.main()
