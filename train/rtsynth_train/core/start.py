"""Trained networks that a training starts from: `--from PLUGIN|RUN`.

RUN/started_from.json says what a run started from, so that a resumed one says so, too. The weights
are in its first checkpoint, of step 0.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write
from rtsynth.plugin import Manifest, Plugin
from rtsynth.plugin.family import Tensors, find_family
from rtsynth.plugin.library import SUFFIX, find_plugins, resolve
from rtsynth.plugin.provenance import StartedFrom, each_once
from rtsynth_train.core.run_folder import CONFIG_NAME, RunFolder, read_state

NAME = "started_from.json"
_RETRY = "let it train on, or start from its plugin"
_ORIGINS = TypeAdapter(list[StartedFrom])


@dataclass(frozen=True)
class Start:
    """`plugins` is one, or those of the tiers of a stack that is still being trained."""

    label: str
    plugins: Sequence[Plugin]

    @property
    def origins(self) -> list[StartedFrom]:
        """What a plugin that starts from this has to say, the nearest first.

        Raises:
            InputError: more than it can say.
        """
        own = [_origin(plugin) for plugin in self.plugins]
        before = [
            each for plugin in self.plugins for each in plugin.manifest.provenance.started_from
        ]
        try:
            return each_once((*own, *before))
        except InputError as error:
            raise InputError(f"--from {self.label}: {error}") from error

    def tensors_for(self, manifest: Manifest, fresh: Tensors, tier: str) -> Tensors | None:
        """The tensors that a tier of `manifest` starts with, in place of `fresh`; None where this
        has none for it.

        Raises:
            InputError: they cannot be taken over.
        """
        from rtsynth_models.growth.grown import grown

        for plugin in self.plugins:
            try:
                tensors = grown(plugin, manifest, fresh, tier)
            except InputError as error:
                raise InputError(f"--from {self.label}: {error}") from error
            if tensors is not None:
                return tensors
        return None

    def none_fits(self, manifest: Manifest) -> InputError:
        """What to raise where no tier can start from this."""
        wanted = ", ".join(manifest.tiers[-1].outputs) or "audio"
        makes = "; ".join(
            ", ".join(tier.outputs) or "audio"
            for plugin in self.plugins
            for tier in plugin.manifest.tiers
        )
        return InputError(
            f"--from {self.label}: has no tier that generates {wanted} (it has {makes}); start from"
            " a plugin that does, or leave --from out"
        )

    def remarks(self, manifest: Manifest) -> list[str]:
        """What is worth knowing before it is trained."""
        origin, lines = self.origins[0], []
        lines.append(f"starts from {origin.shown}")
        for plugin in self.plugins:
            old, new = plugin.manifest, manifest
            if old.codec and new.codec and old.sample_rate_hz != new.sample_rate_hz:
                semitones = 12 * math.log2(new.sample_rate_hz / old.sample_rate_hz)
                lines.append(
                    f"{plugin.name} plays at {old.sample_rate_hz} Hz: at {new.sample_rate_hz} Hz"
                    f" everything starts {semitones:+.1f} semitones off"
                )
        return lines


def _origin(plugin: Plugin) -> StartedFrom:
    manifest = plugin.manifest
    return StartedFrom(
        name=manifest.name,
        content_hash=plugin.content_hash,
        licence=manifest.licence,
        dataset=manifest.provenance.dataset,
        dataset_licence=manifest.provenance.dataset_licence,
    )


def read_start(text: str) -> Start:
    """A plugin by its name or file, or a run folder.

    Raises:
        InputError, PluginError: it is none, or cannot be read.
    """
    folder = Path(text).expanduser()
    is_run = (folder / CONFIG_NAME).is_file()
    # A folder of recordings may have the name of a plugin.
    if not folder.is_dir() or (not is_run and text in find_plugins()):
        return Start(text, [rtsynth.load(resolve(text))])
    if not is_run:
        raise InputError(f"--from {text}: no run folder (no {CONFIG_NAME}); name a plugin or a run")
    parts = [part for part in (folder, *sorted(folder.iterdir())) if _is_run(part)]
    if not parts:
        raise InputError(
            f"--from {text}: has no checkpoint with its plugin yet; wait for the first one"
        )
    return Start(text, [_of_run(part) for part in parts])


def _is_run(folder: Path) -> bool:
    return RunFolder(folder).checkpoint.is_file() and any(folder.glob(f"*{SUFFIX}"))


def _of_run(folder: Path) -> Plugin:
    """The averaged weights of the newest checkpoint, as a plugin described by the one there."""
    from rtsynth_models.growth.naming import to_plugin

    plugin = rtsynth.load(max(folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime_ns))
    path = RunFolder(folder).checkpoint
    state = read_state(path, ("average", "step"), _RETRY)
    tier = plugin.manifest.tiers[-1]
    try:
        weights = {name: np.asarray(value) for name, value in state["average"].items()}
        tensors = to_plugin(tier, weights)
        shapes = find_family(tier.family).tensor_shapes(plugin.manifest, tier)
        for name, shape in shapes.items():
            if tensors[f"{tier.name}.{name}"].shape != shape:
                raise ValueError(f"{name} has another shape")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: does not fit {plugin.path} ({error}); {_RETRY}") from error
    about = f"{plugin.name}, step {state['step']}"[:128]
    return Plugin(plugin.manifest.model_copy(update={"name": about}), tensors)


def write_origins(run: Path, origins: Sequence[StartedFrom]) -> None:
    """Keep them in a run folder; without any, nothing of an earlier run stays."""
    path = run / NAME
    if not origins:
        path.unlink(missing_ok=True)
        return
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps([each.model_dump() for each in origins], indent=1))


def read_origins(run: Path) -> list[StartedFrom]:
    """What a run started from; nothing where it started from nothing.

    Raises:
        InputError: the file is damaged.
    """
    path = run / NAME
    try:
        raw: Any = json.loads(path.read_text(encoding="utf-8"))
        return _ORIGINS.validate_python(raw)
    except FileNotFoundError:
        return []
    except (OSError, ValueError, RecursionError, ValidationError) as error:
        reason = str(error).splitlines()[0][:100]
        raise InputError(f"{path}: not readable ({reason}); put it back, or start anew") from error
