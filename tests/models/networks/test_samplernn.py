"""The trained SampleRNN: the reference's logits and gradients, the engine's logits."""

import numpy as np
import pytest
import torch
from torch.nn import functional

import rtsynth
from rtsynth.families.samplernn.spec import SampleRnnConfig, state_shape, tensor_shapes
from rtsynth.plugin import Codec, Manifest, Plugin, Tier, codec
from rtsynth.plugin.manifest import Parameter
from rtsynth_models.cells.samplernn_dense import SLICE_ROWS, slice_rows
from rtsynth_models.networks.samplernn import SampleRnn
from rtsynth_train.speed.plain_samplernn import PlainSampleRnn

LEVELS = 32
CLASSES = 3

PLAIN = {
    "two tiers": {"rnn": "gru", "layers": 2, "frame_sizes": [16]},
    "two tiers, LSTM, linear": {
        "rnn": "lstm", "layers": 2, "frame_sizes": [8], "activation": "linear",
    },
    "three tiers": {"rnn": "gru", "layers": 1, "frame_sizes": [8, 2]},
    "four tiers": {"rnn": "gru", "layers": 1, "frame_sizes": [16, 8, 2]},
}  # fmt: skip
# What the reference lacks: judged by the engine, whose kernels are independent of it.
MORE = {
    "reset before": {"rnn": "gru_reset_before", "layers": 2, "frame_sizes": [8, 2]},
    "skip": {"rnn": "gru", "layers": 3, "frame_sizes": [8, 4], "skip": True},
    "skip, LSTM": {"rnn": "lstm", "layers": 2, "frame_sizes": [4], "skip": True},
    "one-hot": {"rnn": "gru", "layers": 1, "frame_sizes": [4], "embedding_size": 0},
    "one tier": {"rnn": "gru", "layers": 2, "frame_sizes": [], "window": 5},
    "one tier, LSTM": {"rnn": "lstm", "layers": 1, "frame_sizes": [], "window": 1},
    "told": {"rnn": "gru", "layers": 1, "frame_sizes": [8, 2]},
    "told at the top": {"rnn": "gru", "layers": 1, "frame_sizes": [8, 2], "conditioned": [0]},
    "told below": {"rnn": "gru_reset_before", "layers": 1, "frame_sizes": [8], "conditioned": [1]},
    "one tier, told": {"rnn": "gru", "layers": 1, "frame_sizes": [], "window": 2},
    "one tier, direct": {
        "rnn": "lstm",
        "layers": 2,
        "frame_sizes": [],
        "window": 1,
        "direct": True,
    },
    "direct, told": {
        "rnn": "gru",
        "layers": 1,
        "frame_sizes": [],
        "window": 2,
        "direct": True,
    },
    "one tier, direct, skip": {
        "rnn": "gru_reset_before",
        "layers": 3,
        "frame_sizes": [],
        "window": 1,
        "direct": True,
        "skip": True,
    },
    "direct, skip, told": {
        "rnn": "lstm",
        "layers": 2,
        "frame_sizes": [8, 2],
        "direct": True,
        "skip": True,
        "conditioned": [0, 1],
    },
}


def network(
    changes: dict, told: int = 0, seed: int = 0, weight_norm: bool = False
) -> tuple[SampleRnn, SampleRnnConfig]:
    config = SampleRnnConfig(**{"hidden_size": 24, "embedding_size": 12, **changes})
    torch.manual_seed(seed)
    made = SampleRnn(config, codec.input_table("mu_law", LEVELS), told, True, weight_norm)
    with torch.no_grad():
        made.h0.normal_(std=0.3)
    return made, config


def some_codes(config: SampleRnnConfig, rows: int, steps: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    shape = (rows, config.prompt_codes + steps)
    return torch.randint(LEVELS, shape, dtype=torch.int32, generator=generator)


def largest_gap(
    ours: dict[str, torch.Tensor], theirs: dict[str, torch.Tensor], names: dict[str, str]
) -> float:
    return max(float((ours[a] - theirs[b]).abs().max()) for a, b in names.items())


@pytest.mark.parametrize("changes", PLAIN.values(), ids=PLAIN.keys())
def test_logits_and_gradients_are_the_plain_statements(changes: dict) -> None:
    ours, config = network(changes)
    with torch.no_grad():
        ours.h0.zero_()
    plain = PlainSampleRnn(config, ours.frame_inputs)
    plain.load(ours.weights())
    codes = some_codes(config, rows=3, steps=64)
    logits, _ = ours(codes)
    expected, _ = plain(codes, plain.initial_state(3))
    torch.testing.assert_close(logits, expected, atol=1e-5, rtol=0)
    for loss in (ours.loss(codes)[0], plain.loss(codes, plain.initial_state(3))[0]):
        torch.autograd.backward(loss)
    gradients = {name: p.grad for name, p in ours.named_parameters() if p.grad is not None}
    wanted = {name: p.grad for name, p in plain.named_parameters() if p.grad is not None}
    names = {tensor: own for own, tensor in plain.names().items()}
    assert gradients.keys() == names.keys() | {"h0"}
    assert largest_gap(gradients, wanted, names) < 1e-5
    assert min(float(gradient.abs().max()) for gradient in wanted.values()) > 1e-4


@pytest.mark.parametrize("changes", MORE.values(), ids=MORE.keys())
def test_the_loss_and_its_gradients_are_those_of_plain_operations(
    changes: dict, request: pytest.FixtureRequest
) -> None:
    """In float64 nothing is fused: tables are embedding_bag, layers go step by step."""
    told = CLASSES if "told" in request.node.callspec.id else 0
    ours, config = network(changes, told)
    codes = some_codes(config, rows=3, steps=32)
    conditioning = torch.rand(3, 32, told) if told else None
    exact, _ = network(changes, told)
    exact.double()
    wide = None if conditioning is None else conditioning.double()
    logits, _ = exact(codes, wide)
    aim = codes[:, config.prompt_codes :].long()
    expected = functional.cross_entropy(logits.flatten(0, 1), aim.flatten())
    loss, _ = ours.loss(codes, conditioning)
    assert loss.item() == pytest.approx(expected.item(), abs=1e-6)
    torch.autograd.backward(expected)
    torch.autograd.backward(loss)
    gradients = {name: p.grad for name, p in ours.named_parameters() if p.grad is not None}
    wanted = {name: p.grad for name, p in exact.named_parameters() if p.grad is not None}
    assert gradients.keys() == wanted.keys() == ours.shapes.keys() | {"h0"}
    assert largest_gap(gradients, wanted, {name: name for name in wanted}) < 1e-5


def plugin_of(made: SampleRnn, told: int) -> Plugin:
    parameters = []
    if told:
        parameters = [
            Parameter(name="voice", minimum=0, maximum=CLASSES - 1, default=0, role="class"),
            Parameter(name="depth", minimum=0, maximum=1, default=0),
        ]
    manifest = Manifest(
        name="test",
        sample_rate_hz=8000,
        codec=Codec(name="mu_law", levels=LEVELS),
        parameters=parameters,
        tiers=[
            Tier(
                name="audio",
                family="samplernn",
                rate_hz=8000,
                conditioning=[parameter.name for parameter in parameters],
                config=made.config.model_dump(),
            )
        ],
    )
    return Plugin(manifest, made.plugin_tensors("audio"))


@pytest.mark.parametrize("changes", [*PLAIN.values(), *MORE.values()], ids=[*PLAIN, *MORE])
def test_the_engine_gives_the_same_logits(changes: dict, request: pytest.FixtureRequest) -> None:
    told = CLASSES + 1 if "told" in request.node.callspec.id else 0
    made, config = network(changes, told, weight_norm=True)
    codes = some_codes(config, rows=1, steps=48)
    rng = np.random.default_rng(4)
    voices = rng.integers(0, CLASSES, codes.shape[1])
    depths = rng.random(codes.shape[1])
    conditioning, knobs = None, None
    if told:
        vectors = np.column_stack([np.eye(CLASSES)[voices], depths])[config.prompt_codes :]
        conditioning = torch.tensor(vectors[None], dtype=torch.float32)
        knobs = np.column_stack([voices / (CLASSES - 1), depths]).astype(np.float32)
    logits, _ = made(codes, conditioning)
    heard, _ = rtsynth.teacher_force(plugin_of(made, told), codes[0].numpy(), knobs)
    np.testing.assert_allclose(heard, logits[0].detach().numpy(), atol=1e-4)


@pytest.mark.parametrize("changes", [PLAIN["four tiers"], MORE["skip, LSTM"], MORE["one tier"]])
def test_a_state_carried_on_is_one_sequence(changes: dict) -> None:
    made, config = network(changes)
    codes = some_codes(config, rows=2, steps=64)
    whole, last = made(codes)
    first, state = made(codes[:, : config.prompt_codes + 32])
    second, after = made(codes[:, 32:], None, state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole, atol=1e-5, rtol=0)
    torch.testing.assert_close(after, last, atol=1e-5, rtol=0)
    assert state.shape == (state_shape(config)[0], 2, config.hidden_size)


def test_slices_of_the_loss_do_not_show() -> None:
    made, config = network(PLAIN["two tiers"])
    codes = some_codes(config, rows=3, steps=SLICE_ROWS // 2)  # one slice and a half
    logits, _ = made(codes)
    aim = codes[:, config.prompt_codes :].long()
    expected = functional.cross_entropy(logits.flatten(0, 1), aim.flatten())
    assert made.loss(codes)[0].item() == pytest.approx(expected.item(), abs=1e-5)


def test_many_levels_make_slices_smaller() -> None:
    assert [slice_rows(levels) for levels in (2, 256, 4096, 8192, 65_536)] == [
        SLICE_ROWS, SLICE_ROWS, 4096, 2048, 256,
    ]  # fmt: skip


def test_weight_norm_changes_nothing_at_first_and_is_folded_for_the_plugin() -> None:
    plain, _ = network(PLAIN["three tiers"])
    normed, config = network(PLAIN["three tiers"], weight_norm=True)
    for name, weight in plain.weights().items():
        torch.testing.assert_close(normed.weights()[name], weight, atol=1e-6, rtol=1e-5)
    gain = dict(normed.named_parameters())["frame.1.rnn.0.weight_hh_gain"]
    with torch.no_grad():
        gain.fill_(2.0)
    exported = normed.plugin_tensors("audio")
    rows = np.linalg.norm(exported["audio.frame.1.rnn.0.weight_hh"], axis=1)
    np.testing.assert_allclose(rows, 2.0, rtol=1e-5)
    shapes = tensor_shapes(config, LEVELS, 0)
    assert {f"audio.{name}": shape for name, shape in shapes.items()} == {
        name: value.shape for name, value in exported.items() if name != "rest.audio"
    }


def test_an_lstm_starts_with_open_forget_gates() -> None:
    made, config = network(PLAIN["two tiers, LSTM, linear"])
    bias = made.weights()["frame.0.rnn.1.bias_ih"].detach().numpy().reshape(4, config.hidden_size)
    assert (bias[1] == 3.0).all()
    assert (bias[[0, 2, 3]] == 0.0).all()
