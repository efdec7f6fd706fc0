"""Any user, home, terminal and disk: the command works, or ends in one line."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rtsynth.plugin.library import plugin_folders
from tests.places import FIXTURES
from tests.requirements import lacking
from tests.rtsynth.cli.run import refused, rtsynth, succeeds

pytestmark = pytest.mark.system

NOBODY = 12345  # a number that no name belongs to
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def as_nobody(tmp_path: Path) -> Run:
    """Runs the command without an environment, as a user whom the system does not know.

    It may read everything, so that it finds Python, and write to the test's folder only.
    """
    if os.getuid() != 0 or shutil.which("setpriv") is None:
        lacking("becoming another user needs root and setpriv")
    for folder in (tmp_path, tmp_path / "tmp"):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o777)
    for above in tmp_path.parents[:2]:
        above.chmod(above.stat().st_mode | 0o011)
    become = [
        "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
        "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",
        "env", "-i", "PATH=/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE=1",
        f"PYTHONPATH={os.environ.get('PYTHONPATH', '')}", f"TMPDIR={tmp_path / 'tmp'}",
    ]  # fmt: skip

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        settings = [f"{name}={value}" for name, value in environment.items()]
        done = subprocess.run(
            [*become, *settings, sys.executable, "-m", "rtsynth", *words],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


@pytest.mark.measure
@pytest.mark.parametrize("home", [{}, {"HOME": "/nonexistent"}])
def test_a_user_without_a_home(as_nobody: Run, tmp_path: Path, home: dict[str, str]) -> None:
    kept = tmp_path / "tmp" / f"rtsynth-{NOBODY}"
    listed = as_nobody("list", **home)
    assert (listed.returncode, listed.stderr) == (0, "")
    if not home:
        assert str(kept) in listed.stdout
    source = str(FIXTURES / "rnncontrol" / "default")
    done = as_nobody("import", source, "--out", "a.safetensors", **home)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.safetensors").is_file()
    done = as_nobody("serve", "a.safetensors", "--set", "nothing=1", "--osc", "127.0.0.1:0", **home)
    assert done.returncode == 2
    assert done.stderr.startswith("rtsynth: --set nothing: ")


@pytest.mark.measure
def test_names_that_are_not_utf_8(tmp_path: Path) -> None:
    plugin = tmp_path / os.fsdecode(b"p\xff.safetensors")
    shutil.copy(plugin_folders()[-1] / "pops.safetensors", plugin)
    out = tmp_path / os.fsdecode(b"out\xff.wav")
    succeeds("render", plugin, "--out", out, "--seconds", "0.1")
    assert out.is_file()
    assert "bits per sample" in succeeds("score", plugin, out)
    succeeds("render", plugin, "--out", tmp_path / "b.wav", "--seconds", "0.1", "--prime", out)
    line = refused("info", tmp_path / os.fsdecode(b"\xff.safetensors"))
    assert r"\udcff.safetensors: no such file" in line


def test_a_terminal_of_ascii_only(tmp_path: Path) -> None:
    folder = tmp_path / "Klänge"
    folder.mkdir()
    done = rtsynth("info", folder / "笛.safetensors", PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert r"Kl\xe4nge/\u7b1b.safetensors: no such file" in done.stderr
    assert "pops" in succeeds("list", PYTHONIOENCODING="ascii", XDG_DATA_HOME=str(folder))


def _with_small_files(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The command where no file may grow beyond 2 kB, as on a disk that is full."""
    command = " ".join(map(str, words))
    return subprocess.run(
        ["bash", "-c", f"ulimit -f 2; exec {sys.executable} -m rtsynth {command}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def _compiled(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The kernels are in the cache, which may not grow later."""
    out = tmp_path_factory.mktemp("warm") / "warm.wav"
    succeeds("render", "pops", "--seconds", "0.1", "--out", out)


@pytest.mark.measure
@pytest.mark.usefixtures("_compiled")
@pytest.mark.parametrize(
    "words",
    [
        "render pops --seconds 1 --out {folder}/a.wav",
        "render pops --seconds 1 --out {folder}/a.flac",
        "render pops --seconds 5 --out {folder}/a.csv --tier rhythm",
        "render pops --seconds 5 --out {folder}/a.npy --tier rhythm",
        "import {fixtures}/rnncontrol/default --out {folder}/a.safetensors",
    ],
)
def test_a_full_disk_is_one_line(tmp_path: Path, words: str) -> None:
    done = _with_small_files(*words.format(folder=tmp_path, fixtures=FIXTURES).split())
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"rtsynth: {tmp_path}/a.")
    assert line.endswith("cannot be written (File too large)")
    assert os.listdir(tmp_path) == []


@pytest.mark.measure
def test_a_full_disk_has_no_room_for_the_kernels(tmp_path: Path) -> None:
    command = f"ulimit -f 1; exec {sys.executable} -m rtsynth"
    done = subprocess.run(
        ["bash", "-c", f"{command} render pops --out {tmp_path}/a.wav --seconds 0.1"],
        env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"rtsynth: {tmp_path / 'rtsynth'}: File too large"
