"""Which trainer a configuration is for: with [[tiers]] a stack (system 1), else system 2."""

from typing import Any

from rtsynth_train.config import TrainConfig, parse_config
from rtsynth_train.tiers.config import StackConfig, parse_stack


def parse_any(raw: dict[str, Any], label: str) -> TrainConfig | StackConfig:
    """Check a configuration of either kind; `label` names it in the error."""
    return parse_stack(raw, label) if "tiers" in raw else parse_config(raw, label)
