"""Choosing how a plugin is computed: the most exact precision that is fast enough here.

What is measured is the CPU time of the rendering thread, so that other processes do not count: the
same machine makes the same choice, busy or not.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from rtsynth.common.computing import PRECISIONS, check_precision, usable_threads
from rtsynth.common.errors import InputError
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.engine.program.layout import BUILT_IN, SECTION_DIVIDER, Events, header_of, no_events
from rtsynth.engine.run.render import render_block
from rtsynth.plugin import Plugin

HEADROOM = 0.6  # of the time there is: the rest is for everything else, and for bad moments
AHEAD_HEADROOM = 0.95  # the same where bad moments are bridged by what is computed ahead
# (load up to, how far ahead the sound is computed in ms): the less time is left, the longer a bad
# moment takes to make up for. Where cores are shared with other machines they last for seconds.
AHEAD_MS = ((0.7, 100.0), (float("inf"), 400.0))
LONGEST_BLOCK = 1024  # samples
MOVE_EVERY = 64  # samples; the usual ramp of 10 ms is longer
_ROUNDS, _LEAST_S = 4, 0.03
_FAR_TOO_SLOW = 2.0  # times the headroom: more rounds would not help
# A core that is shared computes more slowly, and helper threads come late on a busy machine: what
# does not fit at first is measured again a little later.
_RUNS, _PAUSE_S = 5, 0.04
_NEAR = 5.0  # times the headroom: beyond, no other process is the reason
# A host that shares its cores may be slow for seconds: where the sound can be computed ahead, what
# is near the limit is not refused for one such moment.
_SECOND_THOUGHTS_S, _MOMENT_S = 3.0, 0.3
_NEARLY = 1.5  # times the limit
# Of the rendering thread, which never sleeps within a block (see `rtsynth.engine.run.team`).
# Windows counts CPU time in ticks of 16 ms, which is no measure of a block.
_clock = time.perf_counter if sys.platform == "win32" else time.thread_time


@dataclass(frozen=True)
class Setting:
    """A way of computing a plugin, and the share of real time it takes here.

    `load` is while a knob moves; `still_load`, where it was measured, while none does. `taken` is
    the share of what plays beside it.
    """

    precision: str
    threads: int
    load: float
    still_load: float | None = None
    taken: float = 0.0

    @property
    def load_ahead(self) -> float:
        """What counts where the sound is computed ahead, which bridges moving knobs, too."""
        return self.load if self.still_load is None else min(self.load, self.still_load)

    @property
    def total(self) -> float:
        """The share of all that plays then."""
        return self.load + self.taken

    @property
    def total_ahead(self) -> float:
        """What counts of that where the sound is computed ahead."""
        return self.load_ahead + self.taken

    @property
    def ahead_ms(self) -> float:
        """How far ahead it is computed, if it is."""
        return next(ahead_ms for load, ahead_ms in AHEAD_MS if self.total <= load)

    def __str__(self) -> str:
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{self.precision} on {threads} takes {self.load:.0%} of real time"

    def consequence(self, ahead_ms: float) -> str:
        """A line on what it means to play so, computed `ahead_ms` ahead, where HEADROOM is less."""
        text = f"{self}, with the other slots {self.total:.0%}" if self.taken else f"{self}"
        if ahead_ms == 0:
            return f"{text}: expect dropouts"
        text = f"{text}, so it is computed {ahead_ms:.0f} ms ahead: changes are heard later"
        if self.total_ahead > AHEAD_HEADROOM:
            return f"{text}, and expect dropouts"
        may = self.total > AHEAD_HEADROOM
        return f"{text}, and may drop out while knobs keep moving" if may else text


def measure_load(
    compiled: Compiled, block_samples: int = 64, voices: int = 1, *, moving: bool = True
) -> float:
    """Share of real time that the slowest block takes, each block at its best of a few rounds.

    Tiers that step seldom make some blocks heavier than others, and what is kept for knobs that
    stand still does not help while one moves; a live plugin has to manage the worst of it.
    """
    arena = new_arena(compiled, 0, voices)
    block_samples = min(block_samples, LONGEST_BLOCK)
    header, moves = header_of(arena), _moves(compiled, block_samples) if moving else no_events()
    out = np.empty(block_samples, np.float32)
    available_s = block_samples / compiled.plugin.sample_rate_hz
    longest = int(compiled.program.sections[:, SECTION_DIVIDER].max())
    # Blocks until the tiers are in step with the blocks again, within reason.
    cycle = min(max(1, np.lcm(longest, block_samples) // block_samples), 16)
    best = np.full(cycle, np.inf)

    def run() -> None:
        end, rounds = time.perf_counter() + _LEAST_S, 0
        while rounds < _ROUNDS or time.perf_counter() < end:
            for block in range(cycle):
                moves.times[:] += block_samples
                began = _clock()
                render_block(compiled.program, header, arena, moves, 0, out)
                best[block] = min(best[block], _clock() - began)
            rounds += 1
            if rounds > 1 and best.max() > _FAR_TOO_SLOW * HEADROOM * available_s:
                break

    render_block(compiled.program, header, arena, moves, 0, out)
    run()
    for _ in range(_RUNS - 1):
        if not HEADROOM < best.max() / available_s <= _NEAR * HEADROOM:
            break
        time.sleep(_PAUSE_S)
        run()
    return float(best.max()) / available_s


def _moves(compiled: Compiled, block_samples: int) -> Events:
    """A block in which the first knob of the network's conditioning moves all the time."""
    routes = compiled.program.routes
    if not len(routes):
        return no_events()
    parameter = compiled.plugin.parameters[int(routes[0, 0]) - BUILT_IN]
    times = np.arange(0, block_samples, MOVE_EVERY, dtype=np.int64)
    ends = np.array([parameter.minimum, parameter.maximum])
    return Events(times, np.full(len(times), routes[0, 0], np.int32), np.resize(ends, len(times)))


def _settings(precision: str, threads: int | None) -> Iterator[tuple[str, int]]:
    """What to try: the most exact first, and of each as few threads as will do."""
    counts = [threads] if threads is not None else range(1, usable_threads() + 1)
    for name in PRECISIONS if precision == "auto" else (precision,):
        for count in counts:
            yield name, count


def choose(
    plugin: Plugin,
    precision: str = "auto",
    threads: int | None = None,
    *,
    block_samples: int = 64,
    voices: int = 1,
    ahead: bool = False,
    taken: float = 0.0,
    insist: bool = False,
) -> tuple[Compiled, Setting]:
    """Compile a plugin for playing live.

    Args:
        plugin: what to play.
        precision: "auto", or the one to use.
        threads: how many, or None for as few as will do.
        block_samples: samples of the plugin per callback.
        voices: how many are to be played together.
        ahead: the sound is computed ahead of the device, or can be: "auto" takes the fastest way
            up to AHEAD_HEADROOM where none is within HEADROOM.
        taken: share of real time that the plugins take which play already: what is loaded has to
            fit beside them.
        insist: "auto" takes the fastest way where nothing fits.

    Raises:
        InputError: "auto" and nothing fits; the line has the figures.
        PluginError: the plugin cannot be compiled.
    """
    check_precision(precision, threads)
    tried: list[Setting] = []
    fastest: tuple[Setting, Compiled] | None = None
    for name, count in _settings(precision, threads):
        quick = compile_plugin(plugin, name, count, calibrated=False)
        setting = Setting(name, count, measure_load(quick, block_samples, voices), taken=taken)
        tried.append(setting)
        if fastest is None or setting.load < fastest[0].load:
            fastest = setting, quick
        if setting.total <= HEADROOM:
            break
    else:
        assert fastest is not None
        setting, quick = fastest
        patient = precision == "auto" and ahead
        end = time.monotonic() + (_SECOND_THOUGHTS_S if patient else 0.0)
        while True:
            still_load = measure_load(quick, block_samples, voices, moving=False)
            setting = replace(setting, still_load=min(still_load, setting.load_ahead))
            fits_ahead = setting.total_ahead <= AHEAD_HEADROOM
            near = setting.total_ahead <= _NEARLY * AHEAD_HEADROOM
            if fits_ahead or not near or time.monotonic() + _MOMENT_S > end:
                break
            time.sleep(_MOMENT_S)
        if precision == "auto" and not insist and not (ahead and fits_ahead):
            limit = AHEAD_HEADROOM if ahead else HEADROOM
            remedy = f"start with --ahead {setting.ahead_ms:.0f}, " if fits_ahead else ""
            figures = "; ".join(map(str, tried))
            many = f" with {voices} voices" if voices > 1 else ""
            beside = f" beside what plays, which takes {taken:.0%}," if taken else ""
            remedy = f"unload a slot, {remedy}" if taken else remedy
            raise InputError(
                f"{plugin.path or plugin.name}: too large to play here{many}{beside} within "
                f"{limit:.0%} of real time ({figures}); {remedy}name a precision to play it "
                "anyway, or render it"
            )
    if setting.precision == "float32":
        return quick if quick.threads == setting.threads else compile_plugin(
            plugin, "float32", setting.threads
        ), setting
    return compile_plugin(plugin, setting.precision, setting.threads), setting
