"""Names of classes: from the configuration, from labels.txt, into the plugin."""

from pathlib import Path
from typing import Any

import pytest

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth_train.core.training import run_training
from rtsynth_train.samplernn.labels import class_labels
from tests.train.samplernn.sets import tiny, write_classes, write_song


def labels_of(folder: Path, classes: int = 3, **data: Any) -> list[str]:
    return class_labels(tiny(folder, data=data).data, classes)


def test_the_configuration_comes_before_the_file(tmp_path: Path) -> None:
    assert labels_of(tmp_path) == []
    (tmp_path / "labels.txt").write_text("\ufefflow\r\n middle \n\nhigh")
    assert labels_of(tmp_path) == ["low", "middle", "high"]
    assert labels_of(tmp_path, class_labels=["a", "b", "c"]) == ["a", "b", "c"]
    assert labels_of(tmp_path, classes=0) == []  # a file that is about something else


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("low\nhigh\n", "labels.txt: has 2 names, but the recordings have 3 classes"),
        ("low\nhigh\nLow\n", "labels.txt: 'low' is there twice"),
        ("low\nhigh\nvery\tlow\n", r"labels.txt: 'very\tlow' is no name"),
        ("low\nhigh\n" + "x" * 65, "is no name of at most 64 characters"),
    ],
)
def test_a_file_that_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "labels.txt").write_text(text)
    with pytest.raises(InputError) as caught:
        labels_of(tmp_path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    for data in (b"\xff\xfe\x00", b"f\xfcr"):
        (tmp_path / "labels.txt").write_bytes(data)
        with pytest.raises(InputError, match="labels.txt: line 1: not a text in UTF-8"):
            labels_of(tmp_path)


def test_wrong_names_are_refused_before_anything_is_trained(tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav")
    config = tiny(song, data={"class_labels": ["a", "b"]})
    with pytest.raises(InputError, match="data.class_labels: has 2 names, but .* have no classes"):
        run_training(config, tmp_path / "run", False, None, "cpu")


def test_the_plugin_has_them(tmp_path: Path) -> None:
    folder = write_classes(tmp_path / "set")
    (folder / "labels.txt").write_text("low\nmiddle\nhigh\n")
    config = tiny(folder, optimiser={"steps": 2}, run={"generate_every": 100})
    assert run_training(config, tmp_path / "run", False, None, "cpu") is False
    (parameter,) = rtsynth.load(tmp_path / "run" / "tiny.safetensors").parameters
    assert parameter.labels == ["low", "middle", "high"]
