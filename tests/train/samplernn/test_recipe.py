"""What the recipe of SampleRNNs learns from."""

from pathlib import Path

from rtsynth.common.audiofile import find_audio
from rtsynth_train.samplernn.recipe import RECIPE
from tests.train.samplernn.sets import raw_config, write_classes


def test_the_csv_beside_the_recordings_counts_unless_it_is_not_used(tmp_path: Path) -> None:
    folder = write_classes(tmp_path / "set", files=2)
    paths = find_audio(folder)
    config = RECIPE.parse(raw_config(folder), "test")
    assert RECIPE.more_files(config, paths) == {
        f"take{number}.csv": folder / f"take{number}.csv" for number in (0, 1)
    }
    without = RECIPE.parse(raw_config(folder, data={"conditioning": "none"}), "test")
    assert RECIPE.more_files(without, paths) == {}
    assert RECIPE.file_name_fields(config) is None
