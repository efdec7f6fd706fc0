"""Which plugins a training in the window may start from."""

from pathlib import Path

import pytest

from rtsynth.plugin.library import find_plugins
from rtsynth_gui.train.found import KINDS
from rtsynth_gui.train.starts import FAMILIES, find_starts


def test_plugins_of_one_network_with_a_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    (tmp_path / "rtsynth" / "plugins").mkdir(parents=True)
    (tmp_path / "rtsynth" / "plugins" / "broken.safetensors").write_bytes(b"no plugin")
    assert "broken" in find_plugins()
    families = {name: family for name, family, _ in find_starts()}
    assert (families["clarinet-trumpet"], families["voices"]) == ("gru", "samplernn")
    assert not families.keys() & {"broken", "pops", "vessel"}  # these two have tiers
    assert all(path.is_file() for _, _, path in find_starts())


def test_each_kind_has_a_family() -> None:
    assert set(FAMILIES) == set(KINDS)
