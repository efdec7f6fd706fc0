"""Which byte products are taken, and what is said where they are not there."""

import os
import subprocess
import sys

import pytest
from numba.core import config

from rtsynth.common.errors import InputError
from rtsynth.engine.kernels import cpu


def test_the_fastest_usable_path_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(cpu.VARIABLE, raising=False)
    assert cpu._choose() == cpu.usable_paths()[0]
    monkeypatch.setenv(cpu.VARIABLE, "")
    assert cpu._choose() == cpu.usable_paths()[0]


def test_any_usable_path_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for path in cpu.usable_paths():
        monkeypatch.setenv(cpu.VARIABLE, path.name)
        assert cpu._choose() == path


@pytest.mark.parametrize(
    ("features", "names"),
    [
        ("", ["portable"]),
        ("+avx2,+avx512f,-avx512vnni,-avxvnni", ["portable"]),
        ("+avx2,+avxvnni", ["avx-vnni", "portable"]),
        ("+avx2,+avxvnni,+avx512f,+avx512vnni", ["avx512-vnni", "avx-vnni", "portable"]),
        ("+neon,+dotprod", ["neon-dot", "portable"]),
    ],
)
def test_paths_follow_the_features_compiled_for(
    monkeypatch: pytest.MonkeyPatch, features: str, names: list[str]
) -> None:
    monkeypatch.setattr(config, "CPU_FEATURES", features)
    assert [path.name for path in cpu.usable_paths()] == names


def test_of_another_cpu_nothing_is_assumed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "CPU_FEATURES", None)
    monkeypatch.setattr(config, "CPU_NAME", "haswell")
    assert [path.name for path in cpu.usable_paths()] == ["portable"]


@pytest.mark.parametrize("wanted", ["mmx", "AVX512-VNNI", "portable "])
def test_an_unknown_path_is_one_line(monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    monkeypatch.setenv(cpu.VARIABLE, wanted)
    known = ", ".join(path.name for path in cpu.usable_paths())
    with pytest.raises(InputError) as info:
        cpu._choose()
    assert str(info.value) == f"RTSYNTH_CPU_PATH={wanted}: this CPU has {known}"


@pytest.mark.system
def test_the_command_line_says_it_in_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rtsynth", "bench"],
        env=os.environ | {cpu.VARIABLE: "mmx"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert "RTSYNTH_CPU_PATH=mmx: this CPU has" in done.stderr


@pytest.mark.system
def test_the_kernel_cache_is_one_for_each_path() -> None:
    """Compiled byte products of one path must never be loaded where another was asked for."""
    folders = set()
    for path in cpu.usable_paths():
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from rtsynth.engine.kernels.jit import CACHE_FOLDER as f; print(f)",
            ],
            env=os.environ | {cpu.VARIABLE: path.name},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        folders.add(done.stdout)
    assert len(folders) == len(cpu.usable_paths())
