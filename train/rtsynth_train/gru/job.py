"""A GRU's trainer as the job of a session."""

from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.common.files.atomic import make_folder
from rtsynth.plugin import Manifest, Plugin, Provenance
from rtsynth_train.core.job import Job
from rtsynth_train.core.provenance import trained, with_origins
from rtsynth_train.core.recordings import held_out_words
from rtsynth_train.core.start import Start
from rtsynth_train.core.start_values import variants
from rtsynth_train.core.stretch import OWN
from rtsynth_train.core.timing import Every
from rtsynth_train.gru.export import export, manifest_for
from rtsynth_train.gru.more import More
from rtsynth_train.gru.trainer import GruReport, GruTrainer


class GruJob(Job[GruTrainer]):
    """See `rtsynth_train.core.job.Job`."""

    report = GruReport

    def __init__(self, trainer: GruTrainer, run: Path) -> None:
        super().__init__(trainer, trainer.config.run)
        self._more = More(run, trainer.config)
        self._added = list[tuple[str, str]]()
        self.config, self.preview_s = trainer.config, trainer.config.run.preview_s

    def target(self) -> Manifest:
        """The manifest of the plugin, without its provenance."""
        return manifest_for(self.config, Provenance())

    def start_from(self, start: Start) -> list[str]:
        """With those values of the parameters that only the plugin has that foretell the recordings
        best.
        """
        lines, manifest = super().start_from(start), self.target()
        found = variants(start, manifest)
        if len(found) == 1:
            return lines
        bits = list[float]()
        for _, each in found:
            self.trainer.start_from(each, manifest)
            bits.append(self.trainer.first_bits())
        best = int(np.argmin(bits))
        name, nearest = found[best]
        self.trainer.start_from(nearest, manifest)
        said = f"starts with {name}, the nearest of {len(found)} to these recordings:"
        return [*lines, f"{said} {bits[best]:.2f} bits per sample, the farthest {max(bits):.2f}"]

    def material(self) -> str:
        """How many recordings, and how long."""
        recordings = self.trainer.recordings
        millions = recordings.train_lengths.sum() / 1e6
        held = held_out_words(self.config.data.held_out, self.config.data)
        return f"{len(recordings.starts)} recordings, {millions:.1f} M samples to train on; {held}"

    def on_new_run(self) -> None:
        """The folder that says that it can be given more."""
        make_folder(self._more.folder)

    def every(self) -> Every:
        """With the renderings of its own sound."""
        every, streams = super().every(), self.config.streams
        distance = every.distance | ({OWN: streams.own_every} if streams.own else {})
        return Every(every.steps, distance, streams.own_after)

    def take_more(self) -> list[str]:
        """Learn from what has come into RUN/more."""
        items = self._more.new({name for name, _ in self.trainer.more})
        self.trainer.add(items)
        self._added = [(item.name, item.digest) for item in items]
        return [item.name for item in items]

    def added(self) -> list[tuple[str, str]]:
        """What `take_more` gave last."""
        return self._added

    def add_more(self, added: list[tuple[str, str]]) -> None:
        """Learn from these sounds in RUN/more."""
        self.trainer.add([self._more.read(str(name), str(digest)) for name, digest in added])

    def join(self, state: dict[str, Any]) -> None:
        """With what had been added, as it lies in RUN/more."""
        self.load_state_dict(state)

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Resume from `state_dict`, with what had been added."""
        self.add_more(state.get("more", []))
        super().load_state_dict(state)

    def held_out(self) -> float:
        """Bits per sample."""
        return self.trainer.held_out_bits()

    def export(self, path: Path, held_out: float | None, seconds: float) -> Plugin:
        """Write the plugin with the averaged weights."""
        steps, config = self.step_count, self.config
        recipe = (
            f"{steps} steps of {config.streams.batch} x {config.streams.chunk} samples,"
            f" Adam {config.optimiser.rate:g}, seed {config.run.seed},"
            f" {seconds / 60:.0f} min; held out: last {config.data.held_out:.0%} of every file"
        )
        manifest = manifest_for(config, trained(config, steps, recipe, held_out))
        manifest = with_origins(manifest, self.origins)
        return export(self.trainer.averaged_network(), manifest, path)
