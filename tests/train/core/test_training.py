"""Opening and resuming a run, and the device it trains on."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError, WriteError
from rtsynth_train.cli.train import read_request
from rtsynth_train.core.run_folder import RunFolder
from rtsynth_train.core.training import open_job, run_training
from rtsynth_train.gru.config import GruTrainConfig
from tests.train.core.toy import ToyJob
from tests.train.recordings import small_config, write_set


@pytest.fixture
def config(tmp_path: Path) -> GruTrainConfig:
    return small_config(write_set(tmp_path / "set", seconds=1.0))


def train(config: GruTrainConfig, run: Path, resume: bool = False, minutes=None) -> bool:
    return run_training(config, run, resume, minutes, "cpu")


def test_a_job_is_opened_and_resumed(config: GruTrainConfig, tmp_path: Path) -> None:
    job = ToyJob()
    folder = RunFolder(tmp_path / "run", job.columns())
    assert open_job(job, folder, config, None) == 0.0
    for _ in range(3):
        folder.log({**job.row(job.step(), None), "seconds": 1.0})
    folder.save_checkpoint({**job.state_dict(), "seconds": 12.5})
    folder.log({**job.row(job.step(), None), "seconds": 2.0})
    folder.close()
    resumed = ToyJob()
    assert open_job(resumed, folder, config, folder.load_checkpoint()) == 12.5
    assert resumed.step_count == 3
    assert [line[0] for line in folder.losses.read_text().splitlines()[1:]] == ["1", "2", "3"]
    state = folder.load_checkpoint()
    del state["at"]
    with pytest.raises(InputError, match=r"not a checkpoint of this trainer \(no at\)"):
        open_job(ToyJob(), folder, config, state)


def test_a_disk_that_is_full_at_once_has_a_remedy(
    config: GruTrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: RunFolder, config: object) -> None:
        raise WriteError("x: cannot be written (No space left on device)")

    monkeypatch.setattr(RunFolder, "write_config", full)
    with pytest.raises(WriteError, match=r"\); make room, then start it again$"):
        train(config, tmp_path / "run", minutes=1e-6)


def test_what_a_run_folder_refuses(config: GruTrainConfig, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with pytest.raises(InputError, match=r"run: no config\.json of a run to resume"):
        read_request(None, None, run, True, {})
    train(config, run, minutes=1e-6)
    with pytest.raises(InputError, match="already holds a run; add --resume"):
        train(config, run)
    whole = (run / "checkpoint.pt").read_bytes()
    (run / "checkpoint.pt").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"checkpoint\.pt: not a readable checkpoint") as error:
        train(config, run, resume=True)
    assert "\n" not in str(error.value)
    (run / "config.json").write_text("{")
    with pytest.raises(InputError, match=r"config\.json: not readable"):
        read_request(None, None, run, True, {})
    (run / "checkpoint.pt").unlink()
    with pytest.raises(InputError, match=r"checkpoint\.pt: no such checkpoint to resume from"):
        train(config, run, resume=True)
