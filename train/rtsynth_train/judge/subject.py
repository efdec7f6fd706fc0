"""What is compared: a plugin, or a training run with the plugin that it wrote."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.common.field_errors import first_problem
from rtsynth.plugin import Codec, Plugin
from rtsynth.plugin.library import resolve
from rtsynth_train.core.curve import Curve, read_curve, runs_in
from rtsynth_train.core.filenames import ConditioningConfig
from rtsynth_train.core.run_folder import CONFIG_NAME, RunFolder, read_json
from rtsynth_train.core.sound_rules import SoundRules
from rtsynth_train.judge.gaps import gap_warnings
from rtsynth_train.judge.overfitting import overfitting
from rtsynth_train.measure.recorded import Recorded, all_values, knobs_of, recorded_in

NOT_WEIGHTS = ("golden.", "rest.", "heard.")  # what else is in a plugin's file
SHARES = ("held_out", "validation", "test", "split")  # keys of [data], by trainer


@dataclass(frozen=True)
class Subject:
    """One column of a comparison. `run` is its folder, `data` that of its recordings (None: not
    known), which may not be there any more; a run that has written no plugin yet has none.
    `rules` say how recordings are taken, `held_out_by` what its loss is of (None: not known).
    """

    name: str
    run: Path | None
    plugin: Plugin | None
    curve: Curve | None
    data: Path | None
    conditioning: tuple[ConditioningConfig, ...]
    warnings: tuple[str, ...]
    rules: SoundRules = field(default_factory=SoundRules)
    held_out_by: str | None = None

    @property
    def recordings(self) -> list[Recorded]:
        """Those of its run, where they are still there."""
        if self.plugin is None or self.data is None or not self.data.is_dir():
            return []
        return recorded_in(self.data, self.plugin.manifest, self.conditioning, self.rules)

    @property
    def missing(self) -> str | None:
        """A line where the recordings of its run are not there; else None."""
        if self.data is None or self.data.exists():
            return None
        return (
            f"recordings not found at {self.data.absolute()}; it is not compared with them. Start"
            " this where the run was started, or give them to `rtsynth listen --data`"
        )

    @property
    def facts(self) -> dict[str, Any]:
        """What is known without playing it; None is what does not apply, or is not known."""
        facts: dict[str, Any] = dict.fromkeys(
            ("weights", "network", "rate_hz", "seconds", "steps", "unit", "held_out",
             "best_held_out", "best_step", "licence", "dataset", "dataset_licence", "recipe",
             "made_by", "started_from", "codec", "held_out_by")
        )  # fmt: skip
        facts["held_out_by"] = self.held_out_by
        return facts | self._of_plugin() | self._of_run()

    def _of_plugin(self) -> dict[str, Any]:
        if self.plugin is None:
            return {}
        manifest, origin = self.plugin.manifest, self.plugin.manifest.provenance
        bits = origin.held_out_bits_per_sample
        return {
            "weights": sum(
                tensor.size
                for name, tensor in self.plugin.tensors.items()
                if not name.startswith(NOT_WEIGHTS)
            ),
            "network": " + ".join(_network(tier.family, tier.config) for tier in manifest.tiers),
            "rate_hz": manifest.sample_rate_hz,
            "codec": None if manifest.codec is None else _codec(manifest.codec),
            "steps": origin.steps,
            "unit": None if bits is None else "bits",
            "held_out": bits,
            "licence": manifest.licence or None,
            "dataset": origin.dataset or None,
            "dataset_licence": origin.dataset_licence or None,
            "recipe": origin.recipe or None,
            "made_by": origin.made_by or None,
            "started_from": [each.name for each in origin.started_from] or None,
        }

    def _of_run(self) -> dict[str, Any]:
        curve = self.curve
        if curve is None or not curve.steps.size:
            return {}
        facts = {
            "seconds": float(curve.seconds[-1]), "steps": int(curve.steps[-1]), "unit": curve.unit
        }  # fmt: skip
        if curve.last is not None and curve.best is not None:
            facts |= {
                "held_out": curve.last.value,
                "best_held_out": curve.best.value,
                "best_step": curve.best.step,
            }
        return facts


def _codec(codec: Codec) -> str:
    """Its rule, levels and limits."""
    low, high = codec.limits
    return f"{codec.name}, {codec.levels} levels, {low:g} to {high:g}"


def _network(family: str, config: dict[str, Any]) -> str:
    """`gru 4x48`, or the family alone."""
    layers, units = config.get("layers"), config.get("hidden_size")
    return f"{family} {layers}x{units}" if layers and units else family


def read_subjects(texts: list[str]) -> list[Subject]:
    """Each a run's folder, or a plugin by file or name; names that are the same get numbers.

    Raises:
        InputError, PluginError: one is neither, or damaged; the line names it.
    """
    found: list[Subject] = []
    for text in texts:
        path = Path(text).expanduser()
        read = read_run(path) if path.is_dir() else [_read_plugin(text)]
        found += read
    named: dict[str, int] = {}
    out = []
    for subject in found:
        named[subject.name] = named.get(subject.name, 0) + 1
        count = named[subject.name]
        name = subject.name if count == 1 else f"{subject.name} ({count})"
        out.append(replace(subject, name=name))
    return out


def read_run(folder: Path) -> list[Subject]:
    """The run in a folder; of a training of several tiers, one for each.

    Raises:
        InputError: it is no run, or damaged.
    """
    losses = RunFolder(folder).losses
    if not losses.is_file():
        tiers = runs_in(folder)
        if not tiers:
            raise InputError(f"{folder}: not the folder of a training run (no {losses.name})")
        return [subject for tier in tiers for subject in read_run(tier)]
    config = read_json(folder / CONFIG_NAME)
    plugin = _plugin_of(folder, config)
    curve = read_curve(losses)
    data = _data_of(config)
    conditioning = conditioning_of(config)
    rules = _rules_of(config)
    subject = Subject(
        folder.resolve().name, folder, plugin, curve, data, conditioning, (), rules,
        _held_out_by(config, rules),
    )  # fmt: skip
    return [replace(subject, warnings=_warnings(subject))]


def _plugin_of(folder: Path, config: dict[str, Any]) -> Plugin | None:
    section = config.get("plugin")
    name = section.get("name") if isinstance(section, dict) else None
    path = folder / f"{name}.safetensors"
    return rtsynth.load(path) if path.is_file() else None


def _data_of(config: dict[str, Any]) -> Path | None:
    section = config.get("data")
    folder = section.get("folder") if isinstance(section, dict) else None
    return Path(folder) if isinstance(folder, str) and folder else None


def _rules_of(config: dict[str, Any]) -> SoundRules:
    """How a run takes its recordings.

    Raises:
        InputError: it is not what it should be.
    """
    try:
        return SoundRules.model_validate(config.get("data") or {})
    except ValidationError as error:
        raise InputError(f"{CONFIG_NAME}: data: {first_problem(error)}") from error


def _held_out_by(config: dict[str, Any], rules: SoundRules) -> str | None:
    """All settings that decide what a held-out loss is of, besides the recordings."""
    section = config.get("data")
    shares = {key: section[key] for key in SHARES if key in section} if section else {}
    if not shares:
        return None
    settings = shares | rules.rules() | {"held_out_from": rules.held_out_from}
    return ", ".join(f"{key} {value}" for key, value in settings.items())


def conditioning_of(config: dict[str, Any]) -> tuple[ConditioningConfig, ...]:
    """Where a run's parameters are read from; none where that is in `.params` or a listing.

    Raises:
        InputError: a table is not what it should be.
    """
    rows = config.get("conditioning")
    if not isinstance(rows, list):
        return ()
    try:
        return tuple(ConditioningConfig.model_validate(row) for row in rows)
    except ValidationError as error:
        raise InputError(f"{CONFIG_NAME}: conditioning: {first_problem(error)}") from error


def _warnings(subject: Subject) -> tuple[str, ...]:
    lines = [] if subject.curve is None else [overfitting(subject.curve)]
    lines.append(subject.missing)
    found = [line for line in lines if line is not None]
    if subject.plugin is not None and (recordings := subject.recordings):
        found += gap_warnings(knobs_of(subject.plugin.manifest), all_values(recordings))
    return tuple(found)


def _read_plugin(text: str) -> Subject:
    plugin = rtsynth.load(resolve(text))
    return Subject(plugin.name, None, plugin, None, None, (), ())
