"""What a configuration may say, and what is refused with one line."""

from pathlib import Path
from typing import Any

import pytest

from rtsynth.errors import InputError
from rtsynth_train.config import read_recipe
from rtsynth_train.kinds import parse_any
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
