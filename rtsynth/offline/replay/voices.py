"""The voices of an event log, made again from the plugins that were played."""

from contextlib import suppress
from pathlib import Path

from rtsynth.common.errors import InputError, PluginError
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.host.event_lines import NewVoice
from rtsynth.host.event_start import place_start, rounded_weights
from rtsynth.host.voice import Voice, make_voice
from rtsynth.plugin import Plugin, load
from rtsynth.plugin.library import find_plugins
from rtsynth.plugin.opened import opened

MOST_COMPILED = 64


class VoiceMaker:
    """Makes the voices of one log; each plugin is compiled once.

    Args:
        threads: how many compute a large plugin; the sound does not depend on it.
        beside: the folder of the log, where a plugin may lie as well.
    """

    def __init__(self, rate_hz: int, threads: int, beside: Path) -> None:
        self._rate_hz, self._threads, self._beside = rate_hz, threads, beside
        self._compiled: dict[tuple[str, str, str, int], Compiled] = {}

    def make(self, line: NewVoice) -> Voice:
        """The voice of a line, as it was before it played.

        Raises:
            InputError: the plugin's file is missing or has changed, its weights are rounded to
                others here, or the line does not fit it.
        """
        key = line.hash, line.precision, line.weights, line.opened
        if key not in self._compiled:
            if len(self._compiled) >= MOST_COMPILED:
                self._compiled.pop(next(iter(self._compiled)))
            self._compiled[key] = self._compile(line)
        compiled = self._compiled[key]
        voice = make_voice(compiled, self._rate_hz, line.seed, line.voices)
        try:
            place_start(compiled, voice.arena, [(target, value) for target, value in line.start])
        except ValueError as error:
            raise InputError(f"start: {error}; the file is damaged") from error
        return voice

    def _compile(self, line: NewVoice) -> Compiled:
        plugin = self._find(line)
        compiled = compile_plugin(
            opened(plugin) if line.opened else plugin, line.precision, self._threads
        )
        if rounded_weights(compiled) != line.weights:
            raise InputError(
                f"plugin {line.plugin}: is rounded to other {line.precision} weights here than "
                "those that were played; replay it on that kind of processor with that version "
                "of rtsynth, or play it with --precision float32"
            )
        return compiled

    def _find(self, line: NewVoice) -> Plugin:
        """The plugin that was played: where it was, beside the log, or among those installed."""
        file = Path(line.file)
        places = [file, self._beside / file.name, *find_plugins().values()]
        found = [place for place in dict.fromkeys(places) if place.is_file()]
        for place in found:
            with suppress(PluginError):  # another one may be there by now: or none any more
                if (plugin := load(place)).content_hash == line.hash:
                    return plugin
        state = "has changed since" if file in found else "is no longer there"
        raise InputError(
            f"plugin {line.plugin}: {file} {state}; put the one that was played, of the hash "
            f"{line.hash}, there or beside the log"
        )
