"""One training of a SampleRNN, from its configuration to its plugin."""

from functools import partial
from pathlib import Path
from typing import Any

import torch
from rich.console import Console

from rtsynth.common.errors import InputError
from rtsynth_train.core.fingerprint import check_run
from rtsynth_train.core.progress import training_bar
from rtsynth_train.core.run_folder import RunFolder, told_of_divergence
from rtsynth_train.core.session import Session
from rtsynth_train.samplernn.config import SampleRnnTrainConfig
from rtsynth_train.samplernn.export import check_plugin
from rtsynth_train.samplernn.job import SampleRnnJob
from rtsynth_train.samplernn.live_args import LiveArgs
from rtsynth_train.samplernn.material import load_material
from rtsynth_train.samplernn.outputs import write_references
from rtsynth_train.samplernn.parts import make_parts
from rtsynth_train.samplernn.trainer import STATE, SampleRnnTrainer


def train_samplernn(
    config: SampleRnnTrainConfig,
    path: Path,
    resume: bool,
    minutes: float | None,
    device: torch.device,
    accept: bool = False,
) -> bool:
    """Train and export; returns whether Ctrl-C ended it.

    Raises:
        InputError: data or run folder cannot be used.
        EngineError: the loss became infinite.
    """
    console = Console(stderr=True)
    tell = partial(console.print, soft_wrap=True, markup=False, highlight=False)
    state: dict[str, Any] | None = None
    if resume:
        state = RunFolder(path).load_checkpoint(names=STATE)
    elif (path / "checkpoint.pt").exists():
        raise InputError(f"{path}: holds a run already; add --resume, or another --out")
    checked = check_run(path, config, resume, accept)
    lengths = state["lengths"] if state and not checked.changed else None
    material = load_material(path, config.data, lengths)
    if config.network.conditioned is not None and not material.width:
        raise InputError("network.conditioned: the recordings have no .csv with conditioning")
    parts = make_parts(material, config.data, config.chunk)
    check_plugin(config, material)  # what cannot be written is refused now, not after training
    trainer = SampleRnnTrainer(config, material, parts, device)
    live = LiveArgs(path, config.run, config.longest_length, tell)
    job = SampleRnnJob(trainer, config, path, live, tell)
    folder = RunFolder(path, job.columns())
    trained_s = 0.0
    if state is not None:
        trained_s = float(state.pop("seconds"))
        job.keeps_best = not checked.data_changed
        if checked.changed:  # its rows stand in what was trained on before
            state |= {name: trainer.state_dict()[name] for name in ("batches", "hidden")}
        job.load_state_dict(state)
        folder.forget_losses_after(trainer.step_count)
        folder.write_config(config)
        live.refresh()
    else:
        folder.create(config)
        live.write()
        write_references(path, config, material, parts)
    checked.fingerprint.write(path)
    rate_hz = config.data.rate_hz
    count = len(material.lengths)
    console.print(
        f"{count} recording{'s' if count > 1 else ''},"
        f" {parts.train_samples / rate_hz / 60:.1f} min to train on"
        f"{_conditioning(trainer)}; {device.type}; run folder {path}",
        highlight=False,
        soft_wrap=True,
    )
    with training_bar(console, config.optimiser.steps, trainer.step_count, job.describe) as report:
        plugin_path = path / f"{config.plugin.name}.safetensors"
        session = Session(job, folder, live, plugin_path, report, minutes, trained_s=trained_s)
        with told_of_divergence(path):
            interrupted = session.run()
    assert job.best is not None
    test = "" if job.best.test_bits is None else f", test {job.best.test_bits:.3f}"
    console.print(
        f"wrote {session.plugin_path}: validation {job.best.validation_bits:.3f}{test} bits per"
        f" sample at step {job.best.step} of {trainer.step_count},"
        f" {session.seconds / 60:.1f} min",
        highlight=False,
        soft_wrap=True,
    )
    return interrupted


def _conditioning(trainer: SampleRnnTrainer) -> str:
    index = trainer.material.index
    if index.classes:
        return f", {index.classes} classes"
    names = ", ".join(column.name for column in index.columns)
    return f", told {names}" if names else ""
