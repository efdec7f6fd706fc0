"""A run folder that was damaged, or changed by hand: repaired, or one line with file and remedy."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rtsynth.cli import main
from rtsynth.common.errors import InputError, WriteError
from rtsynth_train.core.malloc import MALLOC_SETTINGS
from rtsynth_train.core.training import run_training
from rtsynth_train.samplernn import job as job_module
from rtsynth_train.samplernn import material
from rtsynth_train.samplernn.cache import CODES, CONDITIONING, INDEX
from tests.train.samplernn.sets import tiny, write_classes, write_columns, write_song

CHANGES: dict[str, Callable[[bytes], bytes | None]] = {
    "cut": lambda content: content[:-100],
    "empty": lambda _: b"",
    "gone": lambda _: None,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a set and a run of two steps."""
    folder = tmp_path_factory.mktemp("whole")
    config = tiny(write_classes(folder / "set"), optimiser={"steps": 2})
    run_training(config, folder / "run", False, None, "cpu")
    return folder


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole / "run", tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture(autouse=True)
def _kept_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    # Otherwise the command starts its process again.
    for name, value in MALLOC_SETTINGS.items():
        monkeypatch.setenv(name, value)


def resume(run: Path) -> int:
    return main(["train", "--resume", "--out", str(run), "--steps", "3", "--device", "cpu"])


def refused(run: Path, capsys: pytest.CaptureFixture[str]) -> str:
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    assert resume(run) == 2
    (line,) = capsys.readouterr().err.splitlines()
    after = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    assert after == before
    return line


def change_state(path: Path, edit: Callable[[Any], Any]) -> None:
    torch.save(edit(torch.load(path, weights_only=True)), path)


@pytest.mark.parametrize("name", [CODES, CONDITIONING, INDEX])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_damaged_cache_is_made_anew(
    run: Path, name: str, change: Callable[[bytes], bytes | None]
) -> None:
    path = run / "cache" / name
    before = path.read_bytes()
    content = change(before)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert resume(run) == 0
    assert path.read_bytes() == before
    assert {file.name for file in path.parent.iterdir()} == {CODES, CONDITIONING, INDEX}
    assert [file.name for file in run.parent.iterdir()] == ["run"]


STATES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "a list": (lambda _: [1, 2], "not a checkpoint of this trainer (no "),
    "no weights": (lambda s: {**s, "average": {}, "weights": {}}, " is missing); "),
    "other weights": (
        lambda s: {**s, **{name: {"x": torch.ones(2)} for name in ("average", "weights")}},
        " is missing); ",
    ),
    "junk": (lambda s: {**s, "step": None}, "its step is 'None'|it was not scored"),
}
UNREADABLE = {"text": b"this is none", "empty": b"", "pickle": b"\x80\x02cos\nsystem\n."}


@pytest.mark.parametrize("name", ["checkpoint.pt", "checkpoints/best.pt"])
@pytest.mark.parametrize(("edit", "said"), STATES.values(), ids=STATES.keys())
def test_checkpoints_that_are_none(
    run: Path, name: str, edit: Any, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change_state(run / name, edit)
    line = refused(run, capsys)
    assert any(part in line for part in said.split("|"))
    assert f"{run / name}: " in line
    assert "new run" in line or "remove it" in line


@pytest.mark.parametrize("name", ["checkpoint.pt", "checkpoints/best.pt"])
@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_checkpoints_that_cannot_be_read(
    run: Path, name: str, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / name).write_bytes(content)
    line = refused(run, capsys)
    assert f"{run / name}: not a readable checkpoint (" in line
    assert "new run" in line or "remove it" in line


@pytest.mark.parametrize("name", ["step", "network", "batches", "hidden", "lengths", "seconds"])
def test_a_checkpoint_that_lacks_something(
    run: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change_state(run / "checkpoint.pt", lambda s: {k: v for k, v in s.items() if k != name})
    assert f"checkpoint.pt: not a checkpoint of this trainer (no {name})" in refused(run, capsys)


# What is said of the change, and of accepting it where that cannot be.
CONFIGS: dict[str, tuple[str, str, Any, str, str]] = {
    "hidden": ("network", "hidden_size", 13, "12 -> 13", "does not fit config.json ("),
    "layers": ("network", "layers", 2, "1 -> 2", "does not fit config.json ("),
    "rows": ("batches", "rows", 5, "4 -> 5", ""),
    "chunk": ("batches", "num_frames", 1000, "8 -> 1000", "4000 samples are too few"),
    "levels": ("data", "levels", 64, "32 -> 64", "does not fit config.json ("),
    "rate": ("data", "rate_hz", 4000, "8000 -> 4000", ""),
    "name": ("data", "name", "mine", "", ""),
}


@pytest.mark.parametrize(
    ("section", "name", "value", "said", "then"), CONFIGS.values(), ids=CONFIGS.keys()
)
def test_a_config_that_was_changed(
    run: Path,
    section: str,
    name: str,
    value: Any,
    said: str,
    then: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = run / "config.json"
    config = json.loads(path.read_text())
    config[section][name] = value
    path.write_text(json.dumps(config))
    if said:
        line = refused(run, capsys)
        assert f"its settings have changed since it was started ({section}.{name}: {said})" in line
        assert "put them back, start a new run, or add --accept-changes" in line
    words = ["train", "--resume", "--out", str(run), "--steps", "3", "--accept-changes"]
    assert main(words) == (2 if then else 0)
    assert then in capsys.readouterr().err.splitlines()[-1]
    if not then:
        assert resume(run) == 0  # accepted once is enough


@pytest.mark.parametrize("text", ["[]", "3", "{", "[" * 50_000, '{"network": []}', "{}"])
def test_a_config_that_is_none(run: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    (run / "config.json").write_text(text)
    assert f"{run / 'config.json'}: " in refused(run, capsys)


def test_losses(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = run / "losses.csv"
    for junk in (b"step,seconds\nx,1\n", b"\xff\xfe", b"step\n\n1\n"):
        path.write_bytes(junk)
        line = refused(run, capsys)
        assert f"{path}: " in line
        assert "remove the file: a new one is started" in line
    path.unlink()
    assert resume(run) == 0
    header, *rows = path.read_text().splitlines()
    assert header.startswith("step,seconds,train_bits")
    assert [row.split(",")[0] for row in rows] == ["3"]


def test_another_set_does_not_cost_the_cache(
    whole: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "set"
    shutil.copytree(whole / "set", folder)
    path = run / "config.json"
    config = json.loads(path.read_text())
    config["data"]["folder"] = str(folder)
    path.write_text(json.dumps(config))
    csv = folder / "take1.csv"
    classes = csv.read_text()
    (folder / "take9.wav").write_bytes((folder / "take0.wav").read_bytes())
    (folder / "take9.csv").write_text((folder / "take0.csv").read_text())
    assert "its recordings have changed since" in refused(run, capsys)  # one more
    (folder / "take9.wav").unlink()
    for number in range(6):
        (folder / f"take{number}.csv").write_text("0\n1\n" * 2000)
    assert "its recordings have changed since" in refused(run, capsys)  # two classes, not three
    shutil.copytree(whole / "set", folder, dirs_exist_ok=True)
    assert csv.read_text() == classes
    assert resume(run) == 0  # moved, but the same


def test_a_preview_that_fails_is_told_and_training_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    song = write_song(tmp_path / "song.wav")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(job_module, "generate", full)
    run_training(tiny(song), tmp_path / "run", False, None, "cpu")
    said = [line for line in capsys.readouterr().err.splitlines() if "no preview" in line]
    assert said == [
        f"no preview at step {step}: [Errno 28] No space left on device" for step in (8, 12)
    ]
    assert (tmp_path / "run" / "tiny.safetensors").is_file()


def test_a_disk_that_the_recordings_fill_has_a_remedy(
    whole: Path, tmp_path: Path, run: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(material, "_build", full)
    with pytest.raises(WriteError, match=r"cache: cannot be .*; make room, then start it again$"):
        run_training(tiny(whole / "set"), tmp_path / "new", False, None, "cpu")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run"]
    shutil.rmtree(run / "cache")
    assert resume(run) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("make room, then go on with --resume: the last checkpoint is whole")


UNWRITABLE: dict[str, tuple[dict[str, Any], str]] = {
    "description": ({"plugin": {"description": "x" * 2001}}, "plugin.description: String should"),
    "licence": ({"data": {"licence": "a\nb"}}, "data.licence: has characters that cannot be shown"),
    "set": ({"data": {"name": "x" * 2001}}, "data.name: String should have at most 2000"),
    "label": ({"data": {"class_labels": ["a", "b"]}}, "data.class_labels: has 2 names"),
}


@pytest.mark.parametrize(("changes", "said"), UNWRITABLE.values(), ids=UNWRITABLE.keys())
def test_a_plugin_that_cannot_be_written_is_not_trained(
    tmp_path: Path, changes: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_module.SampleRnnTrainer, "step", lambda _: pytest.fail("it trains"))
    config = tiny(write_classes(tmp_path / "set"), **changes)
    with pytest.raises(InputError) as caught:
        run_training(config, tmp_path / "run", False, None, "cpu")
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_columns_that_are_no_knobs(tmp_path: Path) -> None:
    folder = write_columns(tmp_path / "set")
    texts = {path: path.read_text() for path in folder.glob("*.csv")}
    for title, said in (
        ("x" * 65, "at most 64 characters; shorten it"),
        ("level", "two columns of its .csv have the same name"),
    ):
        for path, text in texts.items():
            path.write_text(text.replace("Pitch", title))
        with pytest.raises(InputError, match=said) as caught:
            run_training(tiny(folder), tmp_path / "run", False, None, "cpu")
        assert "\n" not in str(caught.value)
    for path, text in texts.items():
        path.write_text(text.replace("Pitch", "Pitch of it (Hz)"))
    run_training(tiny(folder, optimiser={"steps": 1}), tmp_path / "run", False, None, "cpu")
    index = json.loads((tmp_path / "run" / "cache" / INDEX).read_text())
    assert [column["name"] for column in index["columns"]] == ["pitch_of_it_hz", "level"]
    assert np.isfinite(index["columns"][0]["minimum"])
