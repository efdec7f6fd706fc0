"""The `mtcrnn` family against MTCRNN's own answers, and against NumPy float64."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.engine.program.layout import header_of, no_events
from rtsynth.engine.run.render import render_block
from rtsynth.plugin import Plugin, load, save
from rtsynth_models.checkpoints.mtcrnn.checkpoint import import_checkpoint
from tests.places import FIXTURES
from tests.rtsynth.families.mtcrnn.one_tier import LEVELS, one_tier
from tests.rtsynth.plugins import tiers_plugin
from tests.rtsynth.reference_tiers import TierNetwork

FOLDER = FIXTURES / "mtcrnn"
FIXTURES = sorted(path for path in FOLDER.iterdir() if path.is_dir())
TOLERANCE = 1e-4


# --- MTCRNN's own answers ------------------------------------------------------------------------


def _golden(fixture: Path, plugin: Plugin) -> tuple[Any, Any, NDArray[np.float32]]:
    """(what it heard, conditioning, answers as `teacher_force` stacks them)."""
    with np.load(fixture / "golden.npz") as file:
        golden = dict(file)
    (tier,) = plugin.manifest.tiers
    inputs, count = golden["inputs"], len(tier.conditioning)
    heard, conditioning = inputs[:, : inputs.shape[1] - count], inputs[:, inputs.shape[1] - count :]
    if tier.outputs:
        names = ("mu", "sigma", "pi") if "pi" in golden else ("mu", "sigma_raw")
        return heard, conditioning, np.stack([golden[name] for name in names], axis=1)
    if tier.config["one_hot"]:
        return heard.argmax(axis=1), conditioning, golden["logits"]
    codes = np.round(heard[:, 0] * 256).astype(np.int64)
    np.testing.assert_array_equal(codes / 256, heard[:, 0])
    return codes, conditioning, golden["logits"]


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_an_imported_checkpoint_answers_as_the_system(fixture: Path, tmp_path: Path) -> None:
    save(tmp_path / "x.safetensors", *import_checkpoint(fixture))
    plugin = load(tmp_path / "x.safetensors")
    heard, conditioning, wanted = _golden(fixture, plugin)
    got, _ = rtsynth.teacher_force(plugin, heard, conditioning)
    assert got.dtype == np.float32
    assert got.shape == wanted.shape
    # The phased fixture's state grows without bound (its answers reach 5e8): there the error is
    # relative to the largest answer of a step.
    phased = plugin.manifest.tiers[0].config["phased"]
    size = np.abs(wanted).max(axis=1, keepdims=True) if phased else np.ones(1)
    assert (np.abs(got - wanted) / np.maximum(size, 1)).max() < TOLERANCE


def test_all_eleven_are_there() -> None:
    assert len(FIXTURES) == 11


# --- every network, against NumPy ----------------------------------------------------------------

# network, generated parameters (0 for audio), knobs, hidden, layers, more
NETWORKS: list[tuple[int, int, int, int, int, dict[str, Any]]] = [
    (0, 0, 2, 20, 2, {}),
    (0, 0, 0, 16, 1, {}),
    (0, 0, 3, 33, 3, {"one_hot": True}),
    (0, 0, 0, 20, 1, {"one_hot": True}),
    (0, 0, 2, 20, 2, {"phased": True}),
    (0, 0, 2, 20, 1, {"phased": True, "one_hot": True}),
    (6, 0, 2, 20, 1, {}),
    (6, 0, 1, 20, 2, {"one_hot": True}),
    (0, 3, 2, 20, 2, {}),
    (0, 1, 0, 1, 1, {}),
    (0, 17, 5, 40, 1, {}),
    (0, 3, 2, 33, 2, {"phased": True}),
    *[
        (network, made, count, hidden, layers, {})
        for network in (1, 2, 3, 4, 5)
        for made, count, hidden, layers in ((3, 2, 20, 1), (1, 0, 16, 2), (17, 1, 33, 1))
    ],
]


def _given(plugin: Plugin, steps: int, seed: int = 3) -> tuple[Any, NDArray[np.float32]]:
    """A tier's input and its conditioning: random, also beyond 0..1."""
    random = np.random.default_rng(seed)
    (tier,) = plugin.manifest.tiers
    conditioning = random.uniform(-0.2, 1.2, (steps, len(tier.conditioning))).astype(np.float32)
    if tier.outputs:
        return random.uniform(-0.2, 1.2, (steps, len(tier.outputs))).astype(
            np.float32
        ), conditioning
    return random.integers(0, LEVELS, steps), conditioning


@pytest.mark.parametrize(("network", "made", "count", "hidden", "layers", "more"), NETWORKS)
def test_networks(
    network: int, made: int, count: int, hidden: int, layers: int, more: dict[str, Any]
) -> None:
    plugin = one_tier(network, made, count, hidden, layers, **more)
    heard, conditioning = _given(plugin, 60)
    got, after = rtsynth.teacher_force(plugin, heard, conditioning)
    (tier,) = plugin.manifest.tiers
    exact = TierNetwork(plugin, tier)
    wanted = np.array(
        [exact.step(h, c) for h, c in zip(heard, conditioning.astype(np.float64), strict=True)]
    )
    assert got.shape == wanted.shape
    assert np.abs(got - wanted).max() < 5e-5
    # The order of the hidden state: that in which the reference first asks for each.
    states = np.array(list(exact.states.values()))
    if network in (3, 4) or not more.get("phased"):
        assert np.abs(after.hidden - states).max() < 1e-5
    else:
        order = [f"{part}{layer}" for layer in range(layers) for part in "hc"]
        states = np.array([exact.states[name] for name in order])
        assert np.abs(after.hidden - states).max() < 1e-5


@pytest.mark.parametrize(
    ("network", "made", "more"),
    [(0, 0, {}), (0, 0, {"phased": True}), (6, 0, {"one_hot": True}), (2, 3, {}), (4, 2, {}),
     (5, 3, {})],
)  # fmt: skip
def test_chunks_are_one_pass(network: int, made: int, more: dict[str, Any]) -> None:
    """The state that is handed back holds all there is: also the clock of phased units."""
    compiled = compile_plugin(one_tier(network, made, **more))
    heard, conditioning = _given(compiled.plugin, 60)
    whole, end = rtsynth.teacher_force(compiled, heard, conditioning)
    parts, state = [], None
    for first, last in ((0, 1), (1, 1), (1, 37), (37, 60)):
        part, state = rtsynth.teacher_force(
            compiled, heard[first:last], conditioning[first:last], state
        )
        parts.append(part)
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    assert state is not None
    np.testing.assert_array_equal(state.hidden, end.hidden)


def test_a_hidden_state_can_be_given() -> None:
    plugin = one_tier(2, 3, layers=2)
    heard, conditioning = _given(plugin, 5)
    hidden = np.random.default_rng(1).uniform(-1, 1, (6, 20)).astype(np.float32)
    got, _ = rtsynth.teacher_force(plugin, heard, conditioning, hidden)
    exact = TierNetwork(plugin, plugin.manifest.tiers[0])
    names = [f"{stack}.{layer}" for stack in ("gru", "mu1", "sigma1") for layer in range(2)]
    exact.states = {n: row.astype(np.float64) for n, row in zip(names, hidden, strict=True)}
    wanted = [exact.step(h, c) for h, c in zip(heard, conditioning.astype(np.float64), strict=True)]
    assert np.abs(got - np.array(wanted)).max() < 1e-5


@pytest.mark.parametrize(
    ("network", "more"), [(0, {}), (6, {"one_hot": True}), (0, {"phased": True})]
)
def test_audio_is_played_as_it_is_forced(network: int, more: dict[str, Any]) -> None:
    """What it drew, given to it again, gives the same logits to the bit."""
    compiled = compile_plugin(one_tier(network, **more))
    arena = new_arena(compiled, 4)
    places = compiled.tiers[0]
    codes, logits = [], []
    for _ in range(50):
        codes.append(int(header_of(arena)[3]))
        render_block(compiled.program, header_of(arena), arena, no_events(), 0, np.empty(1, "f4"))
        logits.append(arena[places.outputs].copy())
    assert len(set(codes)) > 5
    conditioning = np.full((50, 2), 0.5, np.float32)
    got, _ = rtsynth.teacher_force(compiled, np.array(codes), conditioning)
    np.testing.assert_array_equal(got, np.array(logits))


# --- what teacher forcing refuses ----------------------------------------------------------------

VALUES, ROWS = np.full((4, 3), 0.5), np.full((4, 2), 0.5)


def _with(array: NDArray[np.float64], bad: float) -> NDArray[np.float64]:
    spoilt = array.copy()
    spoilt[2, 1] = bad
    return spoilt


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((VALUES[:, :2], ROWS), r"inputs: expected values \[T, 3\], got \[4, 2\]"),
        ((VALUES[:, 0], ROWS), r"inputs: expected values \[T, 3\], got \[4\]"),
        ((_with(VALUES, np.nan), ROWS), "inputs: has values that are not finite"),
        ((_with(VALUES, np.inf), ROWS), "inputs: has values that are not finite"),
        ((VALUES, ROWS[:3]), r"conditioning: expected \[4, 2\], got \[3, 2\]"),
        ((VALUES, ROWS[:, :1]), r"conditioning: expected \[4, 2\], got \[4, 1\]"),
        ((VALUES, None), r"conditioning: expected \[4, 2\], got \[4, 0\]"),
        ((VALUES, _with(ROWS, np.nan)), "conditioning: has values that are not finite"),
        ((VALUES, ROWS, np.zeros((2, 20))), r"state: expected \[6, 20\], got \[2, 20\]"),
        ((VALUES, ROWS, np.full((6, 20), np.nan)), "state: has values that are not finite"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_arguments_are_one_clear_line(arguments: Any, says: str) -> None:
    with pytest.raises(InputError, match=says) as line:
        rtsynth.teacher_force(one_tier(2, 3), *arguments)
    assert "\n" not in str(line.value)


def test_codes_for_values_and_values_for_codes_are_refused() -> None:
    for plugin, inputs, says in (
        (one_tier(), VALUES, r"inputs: expected integer codes \[T\]"),
        (one_tier(), np.full(4, LEVELS), rf"inputs: codes must be in 0\.\.{LEVELS - 1}"),
        (one_tier(2, 3), np.arange(4), r"inputs: expected values \[T, 3\]"),
    ):
        with pytest.raises(InputError, match=says):
            rtsynth.teacher_force(plugin, inputs, ROWS)


def test_a_state_of_another_plugin_is_refused() -> None:
    heard, conditioning = _given(one_tier(2, 3), 3)
    _, state = rtsynth.teacher_force(one_tier(2, 3, hidden=40), heard, conditioning)
    with pytest.raises(InputError, match="state: it comes from another plugin"):
        rtsynth.teacher_force(one_tier(2, 3), heard, conditioning, state)


# --- several tiers -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three() -> Compiled:
    return compile_plugin(tiers_plugin())


@pytest.mark.parametrize(("name", "inputs", "width"), [("motion", 3, 1), ("timbre", 13, 3)])
def test_a_tier_among_others(three: Compiled, name: str, inputs: int, width: int) -> None:
    random = np.random.default_rng(2)
    heard = random.uniform(0, 1, (40, inputs)).astype(np.float32)
    conditioning = random.uniform(0, 1, (40, width)).astype(np.float32)
    got, state = rtsynth.teacher_force(three, heard, conditioning, tier=name)
    tier = next(tier for tier in three.plugin.manifest.tiers if tier.name == name)
    exact = TierNetwork(three.plugin, tier)
    wanted = [exact.step(h, c) for h, c in zip(heard, conditioning.astype(np.float64), strict=True)]
    assert np.abs(got - np.array(wanted)).max() < 5e-5
    assert np.abs(state.hidden - np.array(list(exact.states.values()))).max() < 1e-5
    first, middle = rtsynth.teacher_force(three, heard[:11], conditioning[:11], tier=name)
    second, _ = rtsynth.teacher_force(three, heard[11:], conditioning[11:], middle, tier=name)
    np.testing.assert_array_equal(np.concatenate([first, second]), got)


def test_the_last_tier_is_the_one_meant(three: Compiled) -> None:
    codes = np.random.default_rng(1).integers(0, 256, 20)
    conditioning = np.full((20, 14), 0.25, np.float32)
    unsaid, _ = rtsynth.teacher_force(three, codes, conditioning)
    said, _ = rtsynth.teacher_force(three, codes, conditioning, tier="audio")
    assert unsaid.shape == (20, 256)
    np.testing.assert_array_equal(unsaid, said)


def test_an_unknown_tier_lists_those_there_are(three: Compiled) -> None:
    with pytest.raises(InputError, match="tier 'tone' is unknown; three has motion, timbre, audio"):
        rtsynth.teacher_force(three, np.zeros(4, int), np.zeros((4, 14)), tier="tone")


# --- rest states ----------------------------------------------------------------------------------


def test_a_rest_state_is_where_a_voice_starts(tmp_path: Path) -> None:
    """Of one tier of several: each part arrives in its own stack, the other tiers stay at 0."""
    plugin = tiers_plugin()
    rest = np.random.default_rng(1).uniform(-1, 1, (3, 20)).astype(np.float32)
    path = tmp_path / "x.safetensors"
    save(path, plugin.manifest, dict(plugin.tensors) | {"rest.motion": rest})
    compiled = compile_plugin(load(path))
    arena = new_arena(compiled)
    for tier, wanted in zip(compiled.tiers, (rest, 0, 0), strict=True):
        hidden = np.array([arena[at : at + floats] for at, floats in tier.hidden])
        np.testing.assert_array_equal(hidden, np.broadcast_to(wanted, hidden.shape))


def test_the_last_tiers_rest_state_is_where_it_starts(tmp_path: Path) -> None:
    plugin = tiers_plugin()
    rest = np.random.default_rng(1).uniform(-1, 1, (1, 33)).astype(np.float32)
    path = tmp_path / "x.safetensors"
    save(path, plugin.manifest, dict(plugin.tensors) | {"rest.audio": rest})
    compiled = compile_plugin(load(path))
    arena = new_arena(compiled)
    for tier, wanted in zip(compiled.tiers, (0, 0, rest), strict=True):
        hidden = np.array([arena[at : at + floats] for at, floats in tier.hidden])
        np.testing.assert_array_equal(hidden, np.broadcast_to(wanted, hidden.shape))
