"""What trainers keep of recordings is kept for each test alone."""

from pathlib import Path

import pytest

from rtsynth_train.core import kept


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = list[Path]()

    def cache_folder() -> tuple[Path, bool]:
        if not folders:  # few tests need one
            folders.append(tmp_path_factory.mktemp("cache"))
        return folders[0], True

    monkeypatch.setattr(kept, "cache_folder", cache_folder)
