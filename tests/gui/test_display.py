import os
import subprocess
import sys
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_gui.command import gui
from rtsynth_gui.display import display_problem

linux = pytest.mark.skipif(sys.platform != "linux", reason="macOS and Windows have a display")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@linux
def test_no_display_is_one_line_with_the_remedy(bare: pytest.MonkeyPatch) -> None:
    problem = display_problem()
    assert problem is not None
    assert "DISPLAY" in problem
    assert "--headless" in problem
    assert "\n" not in problem
    with pytest.raises(InputError, match="no display"):
        gui("127.0.0.1:9000")


@linux
@pytest.mark.parametrize("display", [":4711", "localhost:4711.0", "nonsense"])
def test_a_dead_display_is_noticed(bare: pytest.MonkeyPatch, display: str) -> None:
    bare.setenv("DISPLAY", display)
    problem = display_problem()
    assert problem is not None
    assert f"DISPLAY={display}" in problem


@linux
def test_a_dead_compositor_is_noticed(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare.setenv("WAYLAND_DISPLAY", "wayland-0")
    bare.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert "WAYLAND_DISPLAY=wayland-0" in str(display_problem())


def test_offscreen_needs_none(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display_problem() is None


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=False,
    )


@pytest.mark.system
def test_the_window_needs_neither_kernels_nor_torch() -> None:
    code = (
        "import sys, rtsynth_gui.app, rtsynth_gui.command, rtsynth_gui.screenshot\n"
        "print([m for m in ('numba', 'llvmlite', 'torch', 'sounddevice') if m in sys.modules])"
    )
    assert python(code, QT_QPA_PLATFORM="offscreen").stdout.strip() == "[]"


@pytest.mark.system
def test_the_display_check_needs_no_qt() -> None:
    code = (
        "import sys, rtsynth_gui.display, rtsynth_gui.command\n"
        "print([m for m in ('PySide6', 'pyqtgraph', 'numpy') if m in sys.modules])"
    )
    assert python(code).stdout.strip() == "[]"


@pytest.mark.system
@pytest.mark.parametrize("missing", ["PySide6", "pyqtgraph"])
def test_without_the_gui_extra_it_says_how_to_get_it(missing: str) -> None:
    code = (
        "import sys\n"
        f"sys.modules[{missing!r}] = None\n"
        "from rtsynth.common.errors import InputError\n"
        "from rtsynth_gui.command import gui\n"
        "try: gui()\n"
        "except InputError as error: print(error)"
    )
    done = python(code, QT_QPA_PLATFORM="offscreen")
    assert done.stdout.strip() == "rtsynth gui needs the GUI: pip install 'rtsynth[gui]'"
