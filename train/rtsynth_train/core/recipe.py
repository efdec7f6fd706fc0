"""What a model family registers to be trained: from a configuration to a trained plugin.

The entry-point group is `rtsynth.recipes`. Nothing here imports PyTorch, nor should the module of a
recipe before it trains: a configuration is parsed in no time, PyTorch takes seconds to import.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from rtsynth_train.core.config import Config
from rtsynth_train.core.filenames import ConditioningConfig
from rtsynth_train.core.ranks import ALONE, Ranks

if TYPE_CHECKING:
    import torch

    from rtsynth_train.core.start import Start


@dataclass(frozen=True)
class Request:
    """What a training is started with besides its configuration."""

    path: Path  # the run folder
    device: "torch.device"
    resume: bool = False
    minutes: float | None = None  # stop after so long in all
    accept: bool = False  # changed recordings or settings
    settings_given: bool = False  # settings were changed by flags: that is no mistake
    from_step: int | None = None  # resume from this kept checkpoint (a stack of one tier)
    start: "Start | None" = None  # a trained network to start from, where it is not resumed
    ranks: Ranks = ALONE  # the processes that train it together


@dataclass(frozen=True)
class Opened:
    """A run folder at its start or when it is resumed: what `make_job` may look at."""

    request: Request
    state: dict[str, Any] | None  # of the checkpoint, when a run is resumed
    say: Callable[[str], None]  # a line on the console
    changed: bool = False  # whether recordings or settings differ from when the run was started,
    data_changed: bool = False  # and whether the recordings do


class Recipe(ABC, Generic[Config]):
    """How one kind of network is trained."""

    section: ClassVar[str]  # the table of a configuration that only this kind has
    config: type[Config]
    # Settings, by their last word, that may change when a run is resumed, besides those of all.
    free: ClassVar[frozenset[str]] = frozenset()
    in_ranks: ClassVar[bool] = False  # whether several processes can train it together

    @abstractmethod
    def parse(self, raw: dict[str, Any], label: str) -> Config:
        """Check a configuration; `label` names it in the error.

        Raises:
            InputError: naming the field.
        """

    @abstractmethod
    def train(self, config: Config, request: Request) -> bool:
        """Train and export; returns whether Ctrl-C ended it."""

    def warmed(self, config: Config) -> Config:
        """The configuration of a run that starts from a trained network: what only an untrained one
        needs is left out. Twice is the same as once: a resumed run is asked again.
        """
        return config

    def with_changes(
        self, raw: dict[str, Any], changes: dict[str, dict[str, Any]]
    ) -> dict[str, Any]:
        """`raw` with the values that the command line sets, by section."""
        return raw | {section: raw.get(section, {}) | values for section, values in changes.items()}

    def more_files(self, config: Config, recordings: list[Path]) -> dict[str, Path]:
        """What is learned from besides the recordings, by its place in the set."""
        return {}

    def file_name_fields(self, config: Config) -> tuple[list[ConditioningConfig], int] | None:
        """What the names of the recordings carry, and the rate of the recordings in Hz; None where
        parameters are not in file names.
        """
        return None
