"""The speed comparison: its figures are samples by seconds; how large, a quiet machine says."""

import time

import pytest
import torch

from rtsynth_train.core.malloc import MALLOC_SETTINGS
from rtsynth_train.samplernn import throughput


@pytest.mark.system
def test_speed_is_thousands_of_samples_by_seconds() -> None:
    """The clock counts a step that waits, the CPU time of the process hardly."""
    calls = []

    def step() -> None:
        calls.append(time.sleep(0.1))

    measured = throughput.speed(step, samples=1000, steps=3)
    assert len(calls) == 4
    assert 1 < measured.wall <= 1000 / 0.1 / 1000
    assert measured.cpu > 2 * measured.wall


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
    assert float(lines[-1].split()[1]) == pytest.approx(ours / plain, rel=0.1)
