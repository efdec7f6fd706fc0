"""The trainer: exact resume, and as good as a plain loop after equal steps."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rtsynth_models.networks.samplernn import SampleRnn
from rtsynth_train.core.schedule import learning_rate
from rtsynth_train.samplernn import trainer as trainer_module
from rtsynth_train.samplernn.batches import cut, evaluation_places
from rtsynth_train.samplernn.config import SampleRnnTrainConfig
from rtsynth_train.samplernn.material import load_material
from rtsynth_train.samplernn.parts import make_parts
from rtsynth_train.samplernn.trainer import SampleRnnTrainer
from rtsynth_train.speed.plain_samplernn import PlainSampleRnn
from tests.train.samplernn.sets import tiny, write_classes, write_columns, write_song

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _one_thread() -> Any:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def trainer_of(run: Path, config: SampleRnnTrainConfig) -> SampleRnnTrainer:
    material = load_material(run, config.data)
    return SampleRnnTrainer(config, material, make_parts(material, config.data, config.chunk), CPU)


NETWORKS: dict[str, dict[str, Any]] = {
    "three tiers": {},
    "LSTM, skip": {"rnn": "lstm", "layers": 2, "skip": True},
    "reset before, one-hot": {"rnn": "gru_reset_before", "embedding_size": 0},
    "one tier": {"frame_sizes": [], "window": 4},
    "one tier, direct": {"frame_sizes": [], "window": 2, "direct": True},
    "direct": {"direct": True, "conditioned": [0, 1]},
    "plain start": {"learned_h0": False, "weight_norm": False, "activation": "linear"},
}


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS.keys())
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_resumed_run_is_the_same_to_the_bit(
    tmp_path: Path, network: dict[str, Any], precision: str
) -> None:
    config = tiny(write_classes(tmp_path / "set"), network=network, run={"precision": precision})
    whole = trainer_of(tmp_path / "runs" / "a", config)
    for _ in range(4):
        whole.step()
    torch.save(whole.state_dict(), tmp_path / "state.pt")
    expected = [whole.step() for _ in range(5)]
    resumed = trainer_of(tmp_path / "runs" / "a", config)
    resumed.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    assert [resumed.step() for _ in range(5)] == expected
    assert resumed.bits(resumed.parts.test) == whole.bits(whole.parts.test)


@pytest.mark.parametrize(
    "make",
    [
        write_classes,
        *(pytest.param(m, marks=pytest.mark.measure) for m in (write_song, write_columns)),
    ],
)
def test_it_learns(tmp_path: Path, make: Any) -> None:
    source = make(tmp_path / ("song.wav" if make is write_song else "set"))
    trainer = trainer_of(
        tmp_path / "run", tiny(source, optimiser={"steps": 150}, network={"hidden_size": 24})
    )
    before = trainer.bits(trainer.parts.validation)
    for _ in range(150):
        trainer.step()
    # 32 levels are 5 bits; how often each occurs alone brings a tone to about 4.
    assert trainer.bits(trainer.parts.validation) < before - 1.5


def test_conditioning_is_used(tmp_path: Path) -> None:
    trainer = trainer_of(tmp_path / "run", tiny(write_classes(tmp_path / "set")))
    for _ in range(30):
        trainer.step()
    weight = trainer.network.weights()["sample.condition.weight"]
    start = trainer_of(tmp_path / "run", trainer.config).network.weights()
    moved = (weight - start["sample.condition.weight"]).norm(dim=0)
    assert (moved > 0.01).all()  # of every class


@pytest.mark.measure
def test_as_good_as_the_reference_implementation_after_equal_steps(tmp_path: Path) -> None:
    """Same start, same batches, Adam and clipping: published two-tier structure, frame 16."""
    config = tiny(
        write_song(tmp_path / "song.wav"),
        network={
            "frame_sizes": [16], "layers": 2, "hidden_size": 32, "embedding_size": 16,
            "learned_h0": False, "weight_norm": False,
        },
        batches={"rows": 8, "num_frames": 8},
        optimiser={"steps": 200, "rate": 0.004, "average": 0.0, "final_rate": None},
    )  # fmt: skip
    ours = trainer_of(tmp_path / "run", config)
    plain = PlainSampleRnn(config.network.structure, ours.network.frame_inputs)
    plain.load(ours.network.weights())
    twin = trainer_of(tmp_path / "run", config)  # for its batches
    optimiser = torch.optim.Adam(plain.parameters(), lr=config.optimiser.rate)
    state = plain.initial_state(8)
    for step in range(config.optimiser.steps):
        mine = ours.step()
        batch = twin.batches.next_batch()
        keep = torch.from_numpy(~batch.restart)[None, :, None]
        state = [tuple(part.detach() * keep for part in tier) for tier in state]
        optimiser.param_groups[0]["lr"] = learning_rate(step, config.optimiser)
        optimiser.zero_grad()
        loss, state = plain.loss(torch.from_numpy(batch.codes), state)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(plain.parameters(), 1.0)
        optimiser.step()
        if step < 10:
            assert mine.loss == pytest.approx(loss.item() / math.log(2), abs=1e-4)
    spans = ours.parts.validation
    places = evaluation_places(spans, 960, 4)
    codes = torch.from_numpy(cut(ours.material, places, 16, 960).codes)
    with torch.no_grad():
        plain_bits = plain.loss(codes, plain.initial_state(len(places)))[0].item() / math.log(2)
        our_bits = ours.network.loss(codes)[0].item() / math.log(2)
    assert our_bits < plain_bits + 0.01
    assert our_bits < 3.0  # and it is a network that has learned something


def test_gradients_are_clipped(tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav")
    for adam, largest in (
        ({"clip_norm": None, "clip_element": 1e-4}, 1e-4),
        ({"clip_norm": 1e-3}, 1e-3),
        ({"clip_norm": None}, math.inf),
    ):
        trainer = trainer_of(tmp_path / "run", tiny(song, optimiser=adam))
        trainer.step()
        gradients = [p.grad for p in trainer.network.parameters() if p.grad is not None]
        biggest = max(float(g.abs().max()) for g in gradients)
        assert biggest <= largest * 1.001
        assert biggest > 1e-5


def test_held_out_bits_are_those_of_the_logits(tmp_path: Path) -> None:
    trainer = trainer_of(tmp_path / "run", tiny(write_song(tmp_path / "a.wav")))
    for _ in range(3):
        trainer.step()
    span = trainer.parts.test[0]
    bits = trainer.bits([span])
    steps = 1200 // 8 * 8  # 0.1 s to warm up and 0.05 s, of a span of 1200
    network = trainer.averaged_network()
    batch = cut(trainer.material, np.array([span.first]), 8, steps)
    with torch.no_grad():
        logits, _ = network(torch.from_numpy(batch.codes))
    skip = steps // 2 // 8 * 8
    target = torch.from_numpy(batch.codes[:, 8 + skip :]).long()
    nats = torch.nn.functional.cross_entropy(logits[0, skip:], target[0])
    assert bits == pytest.approx(nats.item() / math.log(2), abs=1e-6)


def test_many_levels_are_scored_in_smaller_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = trainer_of(tmp_path / "run", tiny(write_song(tmp_path / "a.wav")))
    sizes: list[int] = []
    forward = SampleRnn.forward

    def watched(self: SampleRnn, *arguments: Any) -> Any:
        logits, state = forward(self, *arguments)
        sizes.append(logits.numel())
        return logits, state

    monkeypatch.setattr(SampleRnn, "forward", watched)
    spans = trainer.parts.train
    whole = trainer.bits(spans)
    assert len(sizes) == 1
    for limit in (20_000, 10):
        monkeypatch.setattr(trainer_module, "EVALUATION_LOGITS", limit)
        sizes.clear()
        assert trainer.bits(spans) == pytest.approx(whole, abs=1e-6)
        places = len(evaluation_places(spans, 1200, 32))
        assert max(sizes) <= max(limit, 8 * places * 32)  # a frame of every place at least


def test_learning_rates() -> None:
    adam = tiny("x", optimiser={"steps": 102, "warm_up_steps": 2, "final_rate": 0.001}).optimiser
    assert [learning_rate(step, adam) for step in (0, 1, 2)] == pytest.approx([0.005, 0.01, 0.01])
    assert learning_rate(52, adam) == pytest.approx(0.0055)
    assert learning_rate(102, adam) == pytest.approx(0.001)
