"""ONNX models answer as the engine does, and as the systems that checkpoints come from."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.plugin import Plugin, codec
from rtsynth_models.checkpoints.systems import read_checkpoint
from rtsynth_models.exports import onnx_file
from rtsynth_models.exports.network import parts_of
from rtsynth_models.exports.onnx_file import write_onnx
from tests.models.checkpoints.test_all_fixtures import FIXTURES, SYSTEMS
from tests.models.exports.forced import Arrays, drawn_from, forced
from tests.models.exports.plugins import MANIFESTS, fed, plugin_of, prompt_of

STEPS = 300
TOLERANCE = 1e-5  # of the largest output, or of 1 where that is more
SYSTEM_TOLERANCE = 1e-4


class Runner:
    """The files of a plugin in onnxruntime, found by their metadata."""

    def __init__(self, plugin: Plugin, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.sessions = {}
        for path in write_onnx(plugin, folder / "it.onnx"):
            session = onnxruntime.InferenceSession(path, options)
            said = session.get_modelmeta().custom_metadata_map
            self.sessions[said["part"]] = session

    def __call__(self, part: str, given: Arrays) -> Arrays:
        session = self.sessions[part]
        names = [output.name for output in session.get_outputs()]
        return dict(zip(names, session.run(names, given), strict=True))


def off(answers: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference, of the largest number expected or of 1."""
    assert answers.shape == expected.shape
    return float(np.abs(answers - expected).max() / max(1.0, float(np.abs(expected).max())))


@pytest.mark.parametrize("name", MANIFESTS)
def test_it_answers_as_the_engine_does(name: str, tmp_path: Path) -> None:
    plugin = plugin_of(MANIFESTS[name])
    run, parts = Runner(plugin, tmp_path), parts_of(plugin)
    for tier in plugin.manifest.tiers:
        inputs, conditioning = fed(plugin.manifest, tier, STEPS)
        own = [part for part in parts if part.tier == tier.name]
        state = plugin.tensors[f"rest.{tier.name}"]
        expected, _ = rtsynth.teacher_force(
            plugin, inputs, conditioning, None if prompt_of(tier) else state, tier=tier.name
        )
        if len(own) == 1:  # whatever its rate: every step in turn
            own = [replace(own[0], every=1)]
        answers = drawn_from(forced(own, run, inputs, conditioning, prompt=prompt_of(tier)))
        found = off(answers, expected)
        print(f"{name}, {tier.name}: off by {found:.1e}")
        assert found <= TOLERANCE


@pytest.mark.parametrize("folder", FIXTURES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_it_answers_as_its_system_does(folder: Path, tmp_path: Path) -> None:
    with np.load(folder / "golden.npz") as file:
        given = SYSTEMS[folder.parent.name](dict(file))
    plugin = Plugin(*read_checkpoint(folder, flags=given.flags))
    (tier,) = plugin.manifest.tiers
    parts = parts_of(plugin)
    if len(parts) == 1:
        parts = [replace(parts[0], every=1)]
    state = given.state
    if state is None and not prompt_of(tier):
        assert parts[0].initial is not None
        state = np.zeros_like(parts[0].initial)
    run = Runner(plugin, tmp_path)
    answers = forced(parts, run, given.inputs, given.conditioning, state, prompt_of(tier))
    found = off(drawn_from(answers), given.answers)
    print(f"{folder.parent.name}/{folder.name}: off by {found:.1e}")
    assert found <= SYSTEM_TOLERANCE


def test_rows_are_independent(tmp_path: Path) -> None:
    """Of several at once each is what it would be alone."""
    plugin = plugin_of(MANIFESTS["two tiers"])
    run, parts = Runner(plugin, tmp_path), parts_of(plugin)
    random = np.random.default_rng(1)
    for part in parts:
        given: Arrays = {}
        for name, size in part.inputs.items():
            shape = [3 if axis == "N" else axis for axis in part.axes(name, size)]
            given[name] = (
                random.integers(32, size=shape)
                if part.is_whole(name)
                else random.random(shape, np.float32)
            )
        together = run(part.name, given)
        for row in range(3):
            one = {
                name: value[:, row : row + 1] if name == "state" else value[row : row + 1]
                for name, value in given.items()
            }
            for name, value in run(part.name, one).items():
                axis = 1 if name == "next_state" else 0
                np.testing.assert_allclose(
                    value, together[name].take([row], axis), atol=1e-6, rtol=0
                )


def test_what_the_files_say(tmp_path: Path) -> None:
    plugin = plugin_of(MANIFESTS["three tiers, direct"])
    paths = write_onnx(plugin, tmp_path / "it.onnx")
    names = ["it-frame_0.onnx", "it-frame_1.onnx", "it-sample.onnx"]
    assert [path.name for path in paths] == names
    models = [onnx.load(path) for path in paths]
    said = [{entry.key: entry.value for entry in model.metadata_props} for model in models]
    assert [each["part"] for each in said] == ["frame_0", "frame_1", "sample"]
    assert [each["samples_per_step"] for each in said] == ["8", "2", "1"]
    assert [tuple(each.values()) for each in json.loads(said[0]["parts"])] == [
        ("frame_0", names[0], 8), ("frame_1", names[1], 2), ("sample", names[2], 1),
    ]  # fmt: skip
    assert (said[2]["rate_hz"], said[2]["codec"], said[2]["levels"]) == ("16000", "mu_law", "64")
    np.testing.assert_allclose(
        json.loads(said[2]["amplitudes"]), codec.decode_table("mu_law", 64), atol=1e-7
    )
    assert json.loads(said[2]["silence"]) == codec.silence("mu_law", 64)
    assert json.loads(said[0]["conditioning"])[0] == {
        "name": "tone", "minimum": 0.0, "maximum": 1000.0, "default": 300.0,
    }  # fmt: skip
    np.testing.assert_allclose(
        np.concatenate([json.loads(each["initial_state"]) for each in said[:2]]),
        plugin.tensors["rest.audio"],
    )
    assert json.loads(said[2]["initial_state"]) is None
    assert json.loads(said[1]["manifest"]) == plugin.manifest.model_dump()


def test_no_place_for_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        write_onnx(plugin_of(MANIFESTS["gru"]), tmp_path / "no" / "it.onnx")


def test_a_network_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the checker, which fails with an error of its own where it is."""
    monkeypatch.setattr(onnx_file, "LARGEST_BYTES", 1000)
    monkeypatch.setattr(onnx.checker, "check_model", lambda *_, **__: pytest.fail("checked"))
    with pytest.raises(InputError, match="more than the 2 GB"):
        write_onnx(plugin_of(MANIFESTS["gru"]), tmp_path / "it.onnx")
    assert not list(tmp_path.iterdir())
