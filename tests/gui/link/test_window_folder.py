"""Where the window keeps what it remembers."""

from pathlib import Path

import pytest

from rtsynth.common.user_folders import data_folder
from rtsynth_gui.link.window_folder import window_folder


def test_it_is_among_the_data_unless_another_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RTSYNTH_WINDOW", raising=False)
    assert window_folder() == data_folder() / "window"
    monkeypatch.setenv("RTSYNTH_WINDOW", str(tmp_path))
    assert window_folder() == tmp_path
