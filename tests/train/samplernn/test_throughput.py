"""The speed comparison runs; its figures are for a quiet machine to give."""

import pytest
import torch

from rtsynth_train.core.malloc import MALLOC_SETTINGS
from rtsynth_train.samplernn import throughput


def test_both_are_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in MALLOC_SETTINGS.items():
        monkeypatch.setenv(name, value)
    small = [
        "--hidden",
        "24",
        "--embedding",
        "64",
        "--rows",
        "8",
        "--steps",
        "128",
        "--repeats",
        "3",
        "--layers",
        "1",
    ]
    monkeypatch.setattr("sys.argv", ["throughput", *small])
    threads, precision = torch.get_num_threads(), torch.get_float32_matmul_precision()
    throughput.main()
    torch.set_num_threads(threads)
    torch.set_float32_matmul_precision(precision)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "[16] gru 1 x 24, 8 rows of 128 samples, 1 thread(s)"
    ours, plain = (float(line.split()[1]) for line in lines[1:3])
    assert ours > 0 < plain
    assert float(lines[-1].split()[1]) == pytest.approx(ours / plain, rel=0.1)
