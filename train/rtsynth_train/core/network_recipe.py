"""The recipe of a single network: a family defines how its job is made."""

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from rtsynth_train.core.config import Config
from rtsynth_train.core.recipe import Opened, Recipe, Request

if TYPE_CHECKING:
    from rtsynth_train.core.job import Job


class NetworkRecipe(Recipe[Config]):
    """How one network is trained: `make_job` is all that differs."""

    @abstractmethod
    def make_job(self, config: Config, opened: Opened) -> "Job[Any]":
        """Load the recordings and make the trainer; the job exports it.

        Raises:
            InputError: naming the recording or the field that does not fit.
        """

    def train(self, config: Config, request: Request) -> bool:
        """Train and export; returns whether Ctrl-C ended it."""
        from rtsynth_train.core.training import train_network

        return train_network(self, self.make_job, config, request)
