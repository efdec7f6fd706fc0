"""What a plugin is compiled to before it is loaded: judged beside what the other slots take."""

import logging
from pathlib import Path

from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.precision import HEADROOM, choose, measure_load
from rtsynth.host.notices import Notices
from rtsynth.host.output import Output
from rtsynth.host.slot import Slot
from rtsynth.host.stage import Stage
from rtsynth.plugin import Plugin, load
from rtsynth.plugin.library import resolve

log = logging.getLogger("rtsynth")

Loadable = Plugin | Compiled | str | Path


class Loading:
    """Chooses precision and threads for what is loaded, and how far ahead it has to be computed.

    Args:
        precision, threads: see `Host`.
        may_go_ahead: whether a plugin that needs it before the start has the sound computed ahead.
    """

    def __init__(
        self,
        stage: Stage,
        output: Output,
        notices: Notices,
        *,
        precision: str,
        threads: int | None,
        may_go_ahead: bool,
    ) -> None:
        self._stage, self._output, self._notices = stage, output, notices
        self._precision, self._threads = precision, threads
        self._may_go_ahead = may_go_ahead

    def compiled(
        self, number: int, plugin: Loadable, beside: list[Slot], voices: int, *, insist: bool
    ) -> tuple[Compiled, float | None]:
        """What is to be played in slot `number`, and its share of real time.

        None for the share, if how it is computed was decided by the caller.

        Args:
            beside: the other slots.
            voices: how many notes of it can sound together.
            insist: also if it does not fit beside them.

        Raises:
            PluginError: the file cannot be used.
            InputError: it does not fit, or generates parameters only.
        """
        source = load(resolve(str(plugin))) if isinstance(plugin, str | Path) else plugin
        if isinstance(source, Compiled):
            return source, None
        _ = source.manifest.audio_codec  # raises for a plugin that makes none
        stage, output = self._stage, self._output
        may_start = self._may_go_ahead and not stage.running
        compiled, setting = choose(
            source,
            self._precision,
            self._threads,
            block_samples=self._block_samples(source),
            voices=voices,
            ahead=may_start or output.ahead_ms > 0,
            taken=sum(self._share(slot) for slot in beside),
            insist=insist,
        )
        if setting.total > HEADROOM:
            with stage.lock:  # the sound may have started meanwhile
                if may_start and not stage.running and output.ahead_ms < setting.ahead_ms:
                    output.set_ahead(min(setting.ahead_ms, output.most_ahead_ms))
            consequence = f"{source.name}: {setting.consequence(output.ahead_ms)}"
            log.warning("%s", consequence)
            self._notices.add("/fail", f"/slot/{number}/load", consequence)
        return compiled, setting.load

    def _block_samples(self, plugin: Plugin) -> int:
        return max(1, self._output.block_frames * plugin.sample_rate_hz // self._stage.rate_hz)

    def _share(self, slot: Slot) -> float:
        """The share of real time that a slot takes, at its worst."""
        if slot.share is None:  # it came compiled
            block = self._block_samples(slot.plugin)
            slot.share = measure_load(slot.voice.compiled, block, slot.voices)
        return slot.share
