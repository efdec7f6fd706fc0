"""The host stands alone: neither torch nor Qt is imported, nor needed."""

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import rtsynth
from tests.ports import free_port
from tests.rtsynth.cli.run import rtsynth as rtsynth_command

pytestmark = pytest.mark.system

ABSENT = ("torch", "PySide6", "pyqtgraph", "lightning", "librosa", "tensorboard", "matplotlib",
          "rtsynth_gui", "rtsynth_models", "rtsynth_train")  # fmt: skip
# The search along sys.path does not see the packages above: they are not there.
WITHOUT = f"""
import sys
from importlib.machinery import PathFinder
class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] not in {ABSENT!r}:
            return super().find_spec(name, path, target)
sys.meta_path[sys.meta_path.index(PathFinder)] = Without
"""


def _python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT + code, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_every_module_imports_without_torch_and_qt() -> None:
    names = [
        module.name
        for module in pkgutil.walk_packages(rtsynth.__path__, "rtsynth.")
        if not module.name.endswith("__main__")
    ]
    assert len(names) > 40
    done = _python(
        "from importlib import import_module\n"
        "for name in sys.argv[1:]: import_module(name)\n"
        f"assert not [m for m in sys.modules if m.partition('.')[0] in {ABSENT!r}]",
        *names,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.mark.measure
def test_it_plays_without_torch_and_qt(plugin_path: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.wav"
    code = "from rtsynth.cli import main\nsys.exit(main(sys.argv[1:]))"
    done = _python(code, "render", str(plugin_path), "--out", str(out), "--seconds", "0.1")
    assert done.returncode == 0, done.stderr
    assert out.stat().st_size > 1000
    done = _python(code, "serve", str(plugin_path), "--device", "null", "--midi", "none",
                   "--precision", "float32", "--seconds", "0.3", "--osc", "0")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "playing random" in done.stderr


def test_what_needs_torch_says_so(tmp_path: Path) -> None:
    """The trainer is installed and torch is not: one line, with the remedy."""
    code = (
        "sys.meta_path.insert(0, sys.meta_path.pop(sys.meta_path.index(Without)))\n"
        "from rtsynth.cli import main\nsys.exit(main(sys.argv[1:]))"
    )
    absent = tuple(name for name in ABSENT if not name.startswith("rtsynth"))
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.replace(repr(ABSENT), repr(absent)) + code,
         "train", str(tmp_path), "--recipe", "clarinet-trumpet", "--out", str(tmp_path / "run")],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.splitlines()
    assert "rtsynth train needs" in line
    assert "pip install 'rtsynth[train]'" in line


@pytest.mark.measure
def test_play_runs_without_them_in_any_of_its_processes(plugin_path: Path, tmp_path: Path) -> None:
    """The finder comes with the environment, so that the engine process has it too."""
    # The window package itself may be there; what it needs is not.
    libraries = tuple(name for name in ABSENT if not name.startswith("rtsynth"))
    (tmp_path / "sitecustomize.py").write_text(WITHOUT.replace(repr(ABSENT), repr(libraries)))
    for headless, display in ((["--headless"], ""), ([], "offscreen")):
        done = rtsynth_command(
            "play", plugin_path, *headless, "--device", "null", "--midi", "none",
            "--precision", "float32", "--seconds", "0.3", "--osc", f"127.0.0.1:{free_port()}",
            PYTHONPATH=str(tmp_path), QT_QPA_PLATFORM=display,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "playing random" in done.stderr


def test_the_public_names() -> None:
    assert set(rtsynth.__all__) >= {
        "Host", "Plugin", "PluginError", "EngineError", "InputError", "load", "save", "render",
        "score", "teacher_force",
    }  # fmt: skip
    for name in rtsynth.__all__:
        assert getattr(rtsynth, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'paly'"):
        _ = rtsynth.paly
    assert issubclass(rtsynth.PluginError, rtsynth.InputError)
    assert (rtsynth.InputError.exit_status, rtsynth.EngineError.exit_status) == (2, 1)


def test_the_command_line_starts_without_numba(plugin_path: Path) -> None:
    """`rtsynth --help` must not wait for the kernels."""
    code = (
        "from rtsynth.cli import main\nmain(['--help'])\n"
        "assert not {'numba', 'sounddevice', 'scipy', 'numpy'} & set(sys.modules)"
    )
    done = _python(code)
    assert done.returncode == 0, done.stderr
