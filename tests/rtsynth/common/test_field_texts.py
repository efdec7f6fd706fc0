"""The docstrings below fields."""

from rtsynth.common.field_texts import field_texts
from rtsynth.plugin.manifest import Sampling
from rtsynth_train.samplernn.config import OptimiserConfig


def test_of_a_model_and_of_those_it_inherits_from() -> None:
    assert field_texts(Sampling)["temperature"] == "Default temperature."
    texts = field_texts(OptimiserConfig)
    assert texts["steps"] == "Training steps."
    assert texts["clip_element"].startswith("Largest absolute value")
