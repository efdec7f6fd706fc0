"""Sounds that are added during a training: taken up at checkpoints, and exactly resumed."""

import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import torch

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.host import steering
from rtsynth_train.core import session as session_module
from rtsynth_train.core.training import run_training
from rtsynth_train.gru import more as more_module
from rtsynth_train.gru.config import GruTrainConfig
from rtsynth_train.gru.dataset import Recordings, load_recordings
from rtsynth_train.gru.more import Item, More, with_items
from rtsynth_train.gru.streams import Streams
from rtsynth_train.gru.trainer import GruTrainer
from tests.train.recordings import RATE_HZ, small_config, write_set

VALUES = {"instrument": 1.0, "amplitude": 0.5, "pitch": 67.0}


@pytest.fixture
def config(tmp_path: Path) -> GruTrainConfig:
    return small_config(write_set(tmp_path / "set", seconds=1.0))


def put(run: Path, name: str, seconds: float = 0.5, **values: float) -> None:
    """As the host writes it."""
    folder = run / "more"
    folder.mkdir(parents=True, exist_ok=True)
    sound = 0.3 * np.sin(np.arange(round(seconds * RATE_HZ)) * 0.2)
    sf.write(folder / f"{name}.wav", sound, RATE_HZ, subtype="PCM_16")
    about = {"format": 1, "values": {**VALUES, **values}}
    (folder / f"{name}.json").write_text(json.dumps(about))


def recordings_of(config: GruTrainConfig) -> Recordings:
    folder = Path(config.data.folder)
    return load_recordings(folder, config.data, config.conditioning, 500)


def item(config: GruTrainConfig, run: Path, name: str = "a") -> Item:
    put(run, name)
    return More(run, config).read(name)


def events_of(run: Path, kind: str) -> list[dict[str, object]]:
    lines = (run / "progress.jsonl").read_text().splitlines()
    return [event for event in map(json.loads, lines) if event["event"] == kind]


def weights_of(run: Path) -> dict[str, np.ndarray]:
    tensors: dict[str, np.ndarray] = rtsynth.load(run / "tiny.safetensors").tensors
    return tensors


def test_an_item_has_what_the_network_sees(config: GruTrainConfig, tmp_path: Path) -> None:
    found = item(config, tmp_path / "run")
    np.testing.assert_allclose(found.row, [1.0, 0.5, 0.25])
    assert found.codes.shape == (RATE_HZ // 2,)
    assert np.ptp(found.codes) > 10


def test_what_is_added_is_trained_on_and_not_scored(config: GruTrainConfig, tmp_path: Path) -> None:
    before = recordings_of(config)
    after = with_items(before, [item(config, tmp_path / "run")], [0])
    assert (after.added, after.scored, len(after.starts)) == (1, 6, 7)
    assert after.train_lengths[-1] == after.lengths[-1] == RATE_HZ // 2
    assert after.starts[-1] == len(before.codes)
    assert after.classes[-1] == before.classes[before.conditioning[:, 0] == 1.0][0]
    np.testing.assert_array_equal(after.held_out(300), before.held_out(300))


def test_rows_stay_where_they_were(config: GruTrainConfig, tmp_path: Path) -> None:
    """Also those that play own sounds, which lie behind the recordings."""
    before = recordings_of(config)
    settings = config.streams.model_copy(update={"own": 0.5, "more": 0.9, "longest_s": 0.2})
    streams = Streams(before, settings, RATE_HZ, 1)
    own = np.random.default_rng(0).integers(0, 64, (6, 4800)).astype(np.uint8)
    streams.set_own(own, np.ones(6))
    for _ in range(40):
        streams.next_chunk()
    assert (streams._file >= 6).any()
    ahead = np.minimum(streams._left, 50)
    there = [streams._codes[at : at + n].copy() for at, n in zip(streams._at, ahead, strict=True)]
    found = item(config, tmp_path / "run")
    streams.extend(with_items(before, [found], [0]))
    for at, codes in zip(streams._at, there, strict=True):
        np.testing.assert_array_equal(streams._codes[at : at + len(codes)], codes)
    assert streams._is_inside()
    assert streams.own is not None
    assert streams.own.shape == (7, 4800)
    np.testing.assert_array_equal(streams.own[6], found.codes[:4800])
    played = set()
    for _ in range(60):
        chunk = streams.next_chunk()
        played |= set(chunk.conditioning[:, :, 2].ravel().tolist())
        assert streams._is_inside()
    assert 0.25 in played, "the pitch of what was added"


def test_the_score_is_of_the_recordings_alone(config: GruTrainConfig, tmp_path: Path) -> None:
    trainer = GruTrainer(config, recordings_of(config), torch.device("cpu"))
    before = trainer.held_out_bits()
    trainer.add([item(config, tmp_path / "run")])
    assert trainer.held_out_bits() == before


def test_without_anything_added_nothing_changes(config: GruTrainConfig) -> None:
    states = []
    for added in (None, []):
        trainer = GruTrainer(config, recordings_of(config), torch.device("cpu"))
        if added is not None:
            trainer.add(added)
        for _ in range(5):
            trainer.step()
        states.append(trainer.state_dict())
        assert "more" not in states[-1]
    for name, weight in states[0]["network"].items():
        assert torch.equal(weight, states[1]["network"][name])


@pytest.mark.parametrize("own", [0.0, 0.5])
def test_it_is_taken_up_at_a_checkpoint_and_resumed_to_the_bit(
    config: GruTrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: float
) -> None:
    often = {"own": own, "own_every": 3, "shortest_s": 0.002, "longest_s": 0.01}
    streams = config.streams.model_copy(update=often)
    config = config.model_copy(update={"streams": streams})
    put(tmp_path / "straight", "a")
    run_training(config, tmp_path / "straight", False, None, "cpu")
    (event,) = events_of(tmp_path / "straight", "more")
    assert (event["step"], event["names"]) == (4, ["a"])
    state = torch.load(tmp_path / "straight" / "checkpoint.pt", weights_only=True)
    assert [name for name, _ in state["more"]] == ["a"]

    run = tmp_path / "run"
    put(run, "a")
    original = session_module.Session._one_step

    def one_step(self):
        original(self)
        if self.job.step_count == 7:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(session_module.Session, "_one_step", one_step)
    assert run_training(config, run, False, None, "cpu") is True
    monkeypatch.undo()
    assert run_training(config, run, True, None, "cpu") is False
    straight = weights_of(tmp_path / "straight")
    for name, tensor in weights_of(run).items():
        np.testing.assert_array_equal(tensor, straight[name], err_msg=name)
    run_training(config, tmp_path / "plain", False, None, "cpu")
    plain = weights_of(tmp_path / "plain")
    assert any((tensor != straight[name]).any() for name, tensor in plain.items())


def test_what_was_learned_from_has_to_be_there_again(
    config: GruTrainConfig, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    put(run, "a")
    run_training(config, run, False, None, "cpu")
    put(run, "a", seconds=0.6)
    with pytest.raises(InputError, match=r"a\.wav: is not what was learned from"):
        run_training(config, run, True, None, "cpu")
    (run / "more" / "a.wav").unlink()
    with pytest.raises(InputError, match=r"a\.wav: cannot be read"):
        run_training(config, run, True, None, "cpu")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"format": 1}', "does not describe a sound"),
        ('{"format": 2, "values": {}}', "does not describe a sound"),
        ("[", "does not describe a sound"),
        (json.dumps({"format": 1, "values": {**VALUES, "pitch": 99.0}}), "p is 99, outside 64..76"),
    ],
)
def test_what_cannot_be_used_is_named_once(
    config: GruTrainConfig,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    problem: str,
) -> None:
    put(tmp_path, "a")
    put(tmp_path, "b")
    (tmp_path / "more" / "a.json").write_text(text)
    more = More(tmp_path, config)
    assert [found.name for found in more.new(set())] == ["b"]
    assert problem in capsys.readouterr().err
    assert more.new({"b"}) == []
    assert not capsys.readouterr().err


def test_beyond_the_most_it_is_said_once(
    config: GruTrainConfig,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert steering.MOST == more_module.MOST
    monkeypatch.setattr(more_module, "MOST", 2)
    for name in "abcd":
        put(tmp_path, name)
    more = More(tmp_path, config)
    assert [found.name for found in more.new(set())] == ["a", "b"]
    assert "a training takes 2 sounds; it goes on without more" in capsys.readouterr().err
    assert more.new({"a", "b"}) == []
    assert not capsys.readouterr().err


def test_too_short_a_sound(config: GruTrainConfig, tmp_path: Path) -> None:
    put(tmp_path, "a", seconds=0.2)
    with pytest.raises(InputError, match=r"shorter than 0\.25 s"):
        More(tmp_path, config).read("a")
