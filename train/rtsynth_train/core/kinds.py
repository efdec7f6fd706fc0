"""Which trainer a configuration is for: with [[tiers]] a stack (system 1), with [network] a
SampleRNN (systems 3 to 5), else system 2.
"""

from typing import Any

from rtsynth_train.core.config import TrainConfig, parse_config
from rtsynth_train.samplernn.config import SampleRnnTrainConfig, parse_samplernn
from rtsynth_train.tiers.config import StackConfig, parse_stack

AnyConfig = TrainConfig | StackConfig | SampleRnnTrainConfig


def parse_any(raw: dict[str, Any], label: str) -> AnyConfig:
    """Check a configuration of any kind; `label` names it in the error."""
    if "tiers" in raw:
        return parse_stack(raw, label)
    if "network" in raw:
        return parse_samplernn(raw, label)
    return parse_config(raw, label)
