"""What a configuration may say, and what is refused with one line."""

from pathlib import Path
from typing import Any

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.core.recipes import parse_any, read_recipe
from rtsynth_train.samplernn.config import SampleRnnTrainConfig, parse_samplernn
from tests.train.samplernn.sets import raw_config, tiny

RECIPES = {
    "samplernn": [16],
    "samplernn-3tier": [8, 2],
    "samplernn-4tier": [16, 8, 2],
    "samplernn-speech": [8, 2],
}


@pytest.mark.parametrize(("name", "frames"), RECIPES.items())
def test_recipes_are_of_this_kind(name: str, frames: list[int]) -> None:
    config = parse_any(read_recipe(name), name)
    assert isinstance(config, SampleRnnTrainConfig)
    assert config.network.frame_sizes == frames
    assert config.chunk == config.batches.num_frames * frames[0]


def test_a_plugin_is_named_after_its_recording() -> None:
    raw = raw_config("music/My Song.flac")
    del raw["plugin"]
    assert parse_samplernn(raw, "test").plugin.name == "My Song"


NAMES = {
    "x" * 250: "x" * 128,
    "音" * 80: "音" * 66,
    "a\x1b[31m\nb": "a_[31m_b",
    ".hidden": "hidden",
    "..": "sample",
}


@pytest.mark.parametrize(("stem", "name"), NAMES.items())
def test_names_of_files_become_names_of_plugins(stem: str, name: str) -> None:
    raw = raw_config(f"music/{stem}")
    del raw["plugin"]
    assert parse_samplernn(raw, "test").plugin.name == name


def test_sections_that_are_none() -> None:
    for raw in ({"network": 3}, {"network": {}, "data": [1]}, {"network": {}, "plugin": "x"}):
        with pytest.raises(InputError, match=r"test: (network|data|plugin)[a-z_.]*: ") as caught:
            parse_samplernn(raw, "test")
        assert "\n" not in str(caught.value)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "frames": ({"network": {"frame_sizes": [8, 3]}}, "frame_sizes: 3 must divide 8"),
    "same frames": ({"network": {"frame_sizes": [8, 8]}}, "8 must divide 8"),
    "window": ({"network": {"window": 4}}, "window: only a network without frame_sizes"),
    "no window": ({"network": {"frame_sizes": []}}, "without frame_sizes needs one"),
    "skip": ({"network": {"skip": True}}, "skip: one layer has none to skip"),
    "layers": ({"network": {"layers": 6}}, "network.layers"),
    "cell": ({"network": {"rnn": "rnn"}}, "network.rnn"),
    "tier": ({"network": {"conditioned": [3]}}, "conditioned: there is no tier 3"),
    "codec": ({"data": {"codec": "mp3"}}, "data.codec"),
    "range": ({"data": {"minimum": 0.0, "maximum": 1.0}}, "'mu_law' takes none"),
    "validation": ({"data": {"validation": 0.0}}, "data.validation"),
    "stretches": ({"batches": {"shortest_s": 2.0}}, "batches.shortest_s 2 is above longest_s"),
    "no tier": ({"network": {"conditioned": []}}, "conditioned: it names no tier"),
    "for ever": ({"batches": {"longest_s": float("inf")}}, "batches.longest_s"),
    "length": ({"run": {"length": 8000 * 3600 + 1}}, "run.length: 28800001 is above 28800000"),
    "seed": ({"run": {"seed": -1}}, "run.seed"),
    "folder": ({"plugin": {"name": "a/b"}}, "plugin.name: 'a/b' cannot be the name of a file"),
    "hidden": ({"plugin": {"name": ".a"}}, "plugin.name: '.a' cannot be the name of a file"),
    "long": ({"plugin": {"name": "é" * 101}}, "plugin.name: is longer than 200 bytes"),
    "unknown": ({"run": {"speed": 3}}, "run.speed"),
}


@pytest.mark.parametrize(("changes", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_refusals_are_one_line_that_names_the_field(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        tiny("x", **changes)
    text = str(caught.value)
    assert said in text
    assert text.startswith("test: ")
    assert "\n" not in text


def test_one_tier_counts_its_chunks_in_codes() -> None:
    config = tiny(Path("x"), network={"frame_sizes": [], "window": 4})
    assert config.chunk == 8
    assert config.network.structure.prompt_codes == 4
