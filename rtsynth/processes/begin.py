"""What an engine plays at its first start: plugins of the command line, with a preset, or a set."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from rtsynth.common.control_names import TEMPO_CONTROL, TEMPO_ELSEWHERE, some_names
from rtsynth.common.errors import InputError
from rtsynth.compiler.control_info import control_infos
from rtsynth.compiler.modulation_flags import check_modulation, depths_for
from rtsynth.compiler.settings import check_settings, clamp_settings
from rtsynth.host.performance import Performance
from rtsynth.host.presets.preset import preset_files
from rtsynth.host.presets.set_files import read_set
from rtsynth.host.voicing_choice import VoicingChoice
from rtsynth.plugin import Plugin, load
from rtsynth.plugin.library import DEFAULT_PLUGIN, resolve
from rtsynth.processes.options import EngineOptions, parse_modulation, parse_settings
from rtsynth.processes.resume import resume

if TYPE_CHECKING:
    from rtsynth.host.host import Host


@dataclass(frozen=True)
class Beginning:
    """Plugins with settings, modulation, the name of a preset; or a performance. And the tempo."""

    plugins: list[Plugin] = field(default_factory=list)
    settings: dict[str, float] = field(default_factory=dict)
    preset: str | None = None
    modulation: dict[tuple[str, str], float] = field(default_factory=dict)
    tempo_bpm: float | None = None
    sync: str | None = None
    performance: Performance | None = None
    voicing: VoicingChoice = field(default_factory=VoicingChoice)


def beginning_of(options: EngineOptions) -> Beginning:
    """What was asked for, checked before the slow part: compiling and opening the device.

    Raises:
        InputError: one line that names the flag or the file.
    """
    tempo_bpm, sync = options.tempo, options.sync
    if options.recall_set is not None:
        kept = read_set(options.recall_set)
        return Beginning(performance=kept, tempo_bpm=tempo_bpm, sync=sync)
    settings = parse_settings(options.settings)
    plugins = [load(resolve(name)) for name in options.plugins or [DEFAULT_PLUGIN]]
    check_settings(plugins, settings)
    _check_tempo(plugins, settings)
    modulation = parse_modulation(options.modulate)
    check_modulation(plugins, modulation)
    options.voicing.check(plugins)
    if options.preset is not None:
        _check_preset(plugins, options.preset)
    preset, voicing = options.preset, options.voicing
    return Beginning(plugins, settings, preset, modulation, tempo_bpm, sync, voicing=voicing)


def begin(host: "Host", beginning: Beginning, step: Callable[[], None]) -> None:
    """Load it, before the sound starts; `step` is called after each plugin."""
    for plugin in beginning.plugins:
        slot = host.load(plugin)
        if beginning.preset in host.presets.list(slot.number):
            host.presets.recall(slot.number, str(beginning.preset))
            slot = host.slot(slot.number)  # a section may have loaded it again
        for name, value in clamp_settings(plugin, beginning.settings).items():
            if slot.has(name):
                slot.place(name, value)
        for (source, parameter), depth in depths_for(plugin, beginning.modulation).items():
            host.modulation.assign(slot.number, source, parameter, depth)
        slot.change_voicing(partial(beginning.voicing.of, plugin=plugin))
        step()
    if beginning.voicing.tuning is not None:
        host.voicing.tune_all(*beginning.voicing.asked)
    if beginning.performance is not None:
        resume(host, beginning.performance, step)
    if beginning.sync is not None:
        host.tempo.choose(beginning.sync)
    if beginning.tempo_bpm is not None:
        host.tempo.set_tempo(beginning.tempo_bpm)


def _check_tempo(plugins: list[Plugin], settings: dict[str, float]) -> None:
    """Refuse the tempo as a setting of slots, unless a plugin has a parameter of that name."""
    if TEMPO_CONTROL in settings and all(
        control_infos(plugin)[TEMPO_CONTROL].read_only for plugin in plugins
    ):
        flag = f"--set {TEMPO_CONTROL}={settings[TEMPO_CONTROL]:g}"
        raise InputError(f"{flag}: {TEMPO_ELSEWHERE}: give --tempo {settings[TEMPO_CONTROL]:g}")


def _check_preset(plugins: list[Plugin], preset: str) -> None:
    """Refuse a preset that none of the plugins has."""
    names = {plugin.name: preset_files(plugin.name).names() for plugin in plugins}
    if not any(preset in known for known in names.values()):
        saved = some_names((name for known in names.values() for name in known), preset)
        of = " + ".join(names)
        raise InputError(f"--preset {preset!r}: {of} has none of that name; saved presets: {saved}")
