"""The recipe of stacks of tiers, each a network of the family `mtcrnn`."""

from pathlib import Path
from typing import Any

from rtsynth.offline.params_file import params_beside
from rtsynth_train.core.fingerprint import check_run, place_in
from rtsynth_train.core.recipe import Recipe, Request
from rtsynth_train.tiers.config import StackConfig, parse_stack


class StackRecipe(Recipe[StackConfig]):
    """See `rtsynth_train.core.recipe.Recipe`."""

    section = "tiers"
    config = StackConfig
    free = frozenset({"minutes", "params_folder", "keep_every"})

    def parse(self, raw: dict[str, Any], label: str) -> StackConfig:
        """Check a configuration."""
        return parse_stack(raw, label)

    def train(self, config: StackConfig, request: Request) -> bool:
        """Train the tiers one after the other, then combine them."""
        from rtsynth_train.core.training import started
        from rtsynth_train.tiers.stack import StackRun

        config, origins = started(self, config, request)
        run = StackRun(config, request, origins)
        run.check_request()
        return run.train(check_run(self, config, request))

    def warmed(self, config: StackConfig) -> StackConfig:
        """Every tier with the noise and the teacher-forcing ratio that its training ends with."""
        tiers = []
        for tier in config.tiers:
            last = {"noise": tier.final_noise, "tfr": tier.ss}
            changes = {name: value for name, value in last.items() if value is not None}
            tiers.append(tier.model_copy(update=changes))
        return config.model_copy(update={"tiers": tiers})

    def with_changes(
        self, raw: dict[str, Any], changes: dict[str, dict[str, Any]]
    ) -> dict[str, Any]:
        """`raw` with the values that the command line sets; those of `optimiser` for every tier."""
        optimiser = changes.get("optimiser", {})
        others = {name: values for name, values in changes.items() if name != "optimiser"}
        tiers = [tier | optimiser for tier in raw["tiers"]]
        return super().with_changes(raw, others) | {"tiers": tiers}

    def more_files(self, config: StackConfig, recordings: list[Path]) -> dict[str, Path]:
        """The `.params`, beside the recordings and in params_folder."""
        folder = Path(config.data.folder)
        roots = {"": folder, "params_folder/": Path(config.data.params_folder or folder)}
        return {
            f"{label}{place_in(folder, path)}.params": place
            for path in recordings
            for label, root in roots.items()
            if (place := params_beside(path, folder, root)).is_file()
        }


RECIPE = StackRecipe()
