"""What the recipe of stacks learns from, and what the command line changes."""

import shutil
from pathlib import Path

from rtsynth.common.audiofile import find_audio
from rtsynth_train.tiers.recipe import RECIPE
from tests.train.tiers.sets import raw_stack, write_set


def test_params_beside_the_recordings_and_in_a_folder_of_their_own(tmp_path: Path) -> None:
    folder, apart = write_set(tmp_path / "set"), tmp_path / "apart"
    apart.mkdir()
    for path in folder.glob("*.params"):
        shutil.copy(path, apart)
    (folder / "take1.params").unlink()
    raw = raw_stack(folder)
    raw["data"]["params_folder"] = str(apart)
    found = RECIPE.more_files(RECIPE.parse(raw, "test"), find_audio(folder))
    places = {name: path.relative_to(tmp_path).as_posix() for name, path in sorted(found.items())}
    assert places == {
        "params_folder/take0.wav.params": "apart/take0.params",
        "params_folder/take1.wav.params": "apart/take1.params",
        "params_folder/take2.wav.params": "apart/take2.params",
        "take0.wav.params": "set/take0.params",
        "take2.wav.params": "set/take2.params",
    }


def test_settings_of_the_optimiser_are_those_of_every_tier() -> None:
    changed = RECIPE.with_changes(raw_stack("x"), {"optimiser": {"steps": 7}, "run": {"seed": 3}})
    assert [tier["steps"] for tier in changed["tiers"]] == [7, 7]
    assert changed["run"] == {"threads": 1, "seed": 3}
    assert "optimiser" not in changed
