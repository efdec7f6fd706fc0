"""What both importers of SampleRNNs check: the table beside the checkpoint, and its tensors."""

import json
from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.plugin import Codec, Provenance
from rtsynth_models.checkpoints.samplernn.plugin import (
    HYPERPARAMETERS,
    Stated,
    check_hyperparameters,
    checked,
    codec_of,
    plugin_of,
)

CONFIG = {"rnn": "gru", "layers": 1, "hidden_size": 4, "frame_sizes": [2], "embedding_size": 3}


def test_the_table_may_not_contradict_the_tensors(tmp_path: Path) -> None:
    path, beside = tmp_path / "a.pt", tmp_path / HYPERPARAMETERS
    stated = [Stated("dim", 24)]
    assert check_hyperparameters(path, stated) == {}
    beside.write_text(json.dumps({"dim": 24, "other": 1}))
    assert check_hyperparameters(path, stated) == {"dim": 24, "other": 1}
    for text, says in (
        ('{"dim": 25}', "dim is 25, but the tensors in a.pt make it 24"),
        ("[]", "not a table"),
        ("{", "not a readable JSON"),
        ("[" * 100_000, "not a readable JSON"),
    ):
        beside.write_text(text)
        with pytest.raises(InputError, match=says) as line:
            check_hyperparameters(path, stated)
        assert "\n" not in str(line.value)


def test_a_tensor_has_the_shape_that_others_imply() -> None:
    state = {"a": np.zeros((2, 3)), "bad": np.array([np.inf])}
    assert checked(Path("p"), state, "a", (2, None)) is state["a"]
    for name, shape, says in (
        ("b", (1,), "tensor 'b' is missing"),
        ("a", (None, 4), r"a is \[2, 3\], the other tensors make it \['any', 4\]"),
        ("a", (2,), r"make it \[2\]"),
        ("bad", (1,), "not finite"),
    ):
        with pytest.raises(InputError, match=says):
            checked(Path("p"), state, name, shape)


def test_a_codec_or_network_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="p: cannot become a plugin: levels: "):
        codec_of(Path("p"), name="linear", levels=1)
    codec, about = Codec(name="mu_law", levels=8), Provenance()
    with pytest.raises(InputError, match="p: cannot become a plugin: layers: "):
        plugin_of(Path("p"), "x", "it", CONFIG | {"layers": 9}, codec, 8000, {}, about)


def test_tensors_are_stored_under_the_tiers_name_as_float32() -> None:
    codec, about = Codec(name="mu_law", levels=8), Provenance()
    tensors = {"sample.1.weight": np.ones((4, 6)), "rest.audio": np.zeros((1, 4))}
    manifest, named = plugin_of(Path("p"), "x", "it", CONFIG, codec, 8000, tensors, about)
    assert manifest.description == "imported from it: 2 tiers, frames 2, GRU 1x4, 8 levels"
    assert {name: tensor.dtype for name, tensor in named.items()} == dict.fromkeys(
        ("audio.sample.1.weight", "rest.audio"), np.float32
    )
    tensors["sample.1.weight"] = np.full((4, 6), 1e39)
    with pytest.raises(InputError, match=r"sample\.1\.weight is too large for float32"):
        plugin_of(Path("p"), "x", "it", CONFIG, codec, 8000, tensors, about)
