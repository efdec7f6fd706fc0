"""The recipe of GRU networks, whose recordings carry their conditioning in their names."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rtsynth_train.core.filenames import ConditioningConfig
from rtsynth_train.core.network_recipe import NetworkRecipe
from rtsynth_train.core.recipe import Opened
from rtsynth_train.core.table import TABLE
from rtsynth_train.gru.config import GruTrainConfig, parse_gru

if TYPE_CHECKING:
    from rtsynth_train.gru.job import GruJob


OWN_SOON = 500  # steps before a network that was trained learns from its own sounds


class GruRecipe(NetworkRecipe[GruTrainConfig]):
    """See `rtsynth_train.core.network_recipe.NetworkRecipe`."""

    section = "conditioning"
    config = GruTrainConfig
    in_ranks = True

    def parse(self, raw: dict[str, Any], label: str) -> GruTrainConfig:
        """Check a configuration."""
        return parse_gru(raw, label)

    def make_job(self, config: GruTrainConfig, opened: Opened) -> "GruJob":
        """Load the recordings and make the trainer."""
        from rtsynth_train.gru.dataset import load_recordings
        from rtsynth_train.gru.job import GruJob
        from rtsynth_train.gru.trainer import HELD_OUT_STEPS, GruTrainer

        folder, shortest = Path(config.data.folder), HELD_OUT_STEPS // 4
        recordings = load_recordings(folder, config.data, config.conditioning, shortest)
        request = opened.request
        trainer = GruTrainer(config, recordings, request.device, request.ranks)
        return GruJob(trainer, request.path)

    def more_files(self, config: GruTrainConfig, recordings: list[Path]) -> dict[str, Path]:
        """The table of parameters, where one is read."""
        table = Path(config.data.folder) / TABLE
        wanted = any(each.source == "table" for each in config.conditioning)
        return {TABLE: table} if wanted and table.is_file() else {}

    def warmed(self, config: GruTrainConfig) -> GruTrainConfig:
        """Without the noise that an untrained network needs, and with its own sounds early."""
        optimiser, streams = config.optimiser, config.streams
        noise = {"noise": min(optimiser.noise, optimiser.final_noise)}
        own = {"own_after": min(streams.own_after, OWN_SOON)}
        return config.model_copy(
            update={
                "optimiser": optimiser.model_copy(update=noise),
                "streams": streams.model_copy(update=own),
            }
        )

    def file_name_fields(self, config: GruTrainConfig) -> tuple[list[ConditioningConfig], int]:
        """What file names carry, and the rate of the recordings."""
        return config.conditioning, config.data.rate_hz


RECIPE = GruRecipe()
