"""The recipe of SampleRNNs, trained on one recording or a folder of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rtsynth_train.core.fingerprint import place_in
from rtsynth_train.core.network_recipe import NetworkRecipe
from rtsynth_train.core.recipe import Opened
from rtsynth_train.samplernn.config import SampleRnnTrainConfig, parse_samplernn
from rtsynth_train.samplernn.listing import find_csvs

if TYPE_CHECKING:
    from rtsynth_train.samplernn.job import SampleRnnJob


class SampleRnnRecipe(NetworkRecipe[SampleRnnTrainConfig]):
    """See `rtsynth_train.core.network_recipe.NetworkRecipe`."""

    section = "network"
    config = SampleRnnTrainConfig
    in_ranks = True
    free = frozenset({"evaluate_s", "length", "num_generated", "generate_every"})

    def parse(self, raw: dict[str, Any], label: str) -> SampleRnnTrainConfig:
        """Check a configuration."""
        return parse_samplernn(raw, label)

    def make_job(self, config: SampleRnnTrainConfig, opened: Opened) -> "SampleRnnJob":
        """Load the recordings through the cache in the run folder, and make the trainer."""
        from rtsynth_train.samplernn.job import make_job

        return make_job(config, opened)

    def more_files(self, config: SampleRnnTrainConfig, recordings: list[Path]) -> dict[str, Path]:
        """The .csv beside the recordings."""
        if config.data.conditioning == "none":
            return {}
        folder = Path(config.data.folder)
        return {place_in(folder, path): path for path in find_csvs(recordings)}


RECIPE = SampleRnnRecipe()
