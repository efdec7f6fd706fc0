"""`python -m rtsynth_train.measure.onsets PLUGIN`: does a plugin of pops follow its `rate`?"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import rtsynth
from rtsynth.common.errors import InputError, RtsynthError
from rtsynth.common.plain_text import plain
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.offline.events import ControlEvent
from rtsynth.plugin import Parameter, Plugin
from rtsynth.plugin.library import resolve
from rtsynth_train.core.librosa_once import load_librosa
from rtsynth_train.sets.pops import pops_per_second

# Onset detection. Chosen on the recordings of the QuickStart set and our own: clean, with every
# sample off by 10 %, and then under noise of -48 dB too, all rates measure within 2.5 %. Windows
# of 16 ms or hops of 4 ms lose quiet pops behind loud ones; a floor of -50 dB loses the quietest.
# The threshold is one of decibels and not of the strongest onset, so that steady sounds and noise
# have no pops.
WINDOW_S = 0.008
HOP_S = 0.002
FLOOR_DB = -60.0  # below the loudest bin: what lies under it is silence
LAG_HOPS = 2
THRESHOLD_DB = 2.5  # the mean rise of all bins, above that of the time around
SHORTEST_GAP_S = 0.016  # half the period of 32 pops per second
PEAK_S = 0.010
MEAN_S = 0.030
SILENT_PEAK = 1e-4  # -80 dB: no pops, whatever the noise does

SETTLE_S = 1.0  # of a rendering, not measured
SECONDS = 10.0
RATES = tuple(np.linspace(0, 1, 21).tolist())
GLIDE_S = 20.0
GLIDE_STEPS = 200
GLIDE_WINDOWS = 8
RANK_LIMIT, GLIDE_RANK_LIMIT = 0.99, 0.95
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)  # rates that may be off by no more than
ERROR_LIMIT_PERCENT = 15.0

Player = Callable[[float, float], NDArray[np.floating]]  # (rate 0..1, seconds) -> audio [T]


@dataclass(frozen=True)
class Row:
    """One rate: wanted and measured, in pops per second."""

    rate: float
    wanted: float
    measured: float

    @property
    def error_percent(self) -> float:
        """How far off, of what was wanted."""
        return 100 * (self.measured / self.wanted - 1)


def pop_times(audio: NDArray[np.floating], rate_hz: int) -> NDArray[np.float64]:
    """When pops start in mono audio [T], in seconds: librosa's onsets of the spectrum in dB."""
    librosa = load_librosa()
    samples = np.asarray(audio, np.float32)
    window, hop = (round(seconds * rate_hz) for seconds in (WINDOW_S, HOP_S))
    if samples.size < window or np.abs(samples).max() < SILENT_PEAK:
        return np.zeros(0)
    power = np.abs(librosa.stft(samples, n_fft=window, hop_length=hop)) ** 2
    decibels = librosa.power_to_db(power, ref=np.max, amin=1e-12, top_db=-FLOOR_DB)
    strength = librosa.onset.onset_strength(
        S=decibels, sr=rate_hz, n_fft=window, hop_length=hop, lag=LAG_HOPS
    )
    onsets = librosa.onset.onset_detect(
        onset_envelope=strength,
        sr=rate_hz,
        hop_length=hop,
        units="time",
        normalize=False,
        delta=THRESHOLD_DB,
        wait=round(SHORTEST_GAP_S / HOP_S),
        pre_max=round(PEAK_S / HOP_S),
        post_max=round(PEAK_S / HOP_S),
        pre_avg=round(MEAN_S / HOP_S),
        post_avg=round(MEAN_S / HOP_S),
    )
    return np.asarray(onsets, np.float64)


def pop_rate(audio: NDArray[np.floating], rate_hz: int) -> float:
    """Pops per second of mono audio [T]: their number over its length."""
    return len(pop_times(audio, rate_hz)) * rate_hz / max(1, len(audio))


def measure_rates(play: Player, rates: Sequence[float], seconds: float, rate_hz: int) -> list[Row]:
    """A row per rate 0..1, of `seconds` after the first SETTLE_S."""
    skip = round(SETTLE_S * rate_hz)
    return [
        Row(rate, pops_per_second(rate), pop_rate(play(rate, SETTLE_S + seconds)[skip:], rate_hz))
        for rate in rates
    ]


def measure_glide(audio: NDArray[np.floating], rate_hz: int) -> list[Row]:
    """A row per window of audio whose rate glides from 0 to 1 over its whole length."""
    edges = np.linspace(0, 1, GLIDE_WINDOWS + 1)
    times = pop_times(audio, rate_hz) * rate_hz / len(audio)
    rows = []
    for low, high in pairwise(edges.tolist()):
        rates = np.linspace(low, high, 51)
        wanted = float(np.mean([pops_per_second(rate) for rate in rates.tolist()]))
        count = np.count_nonzero((times >= low) & (times < high))
        measured = count * GLIDE_WINDOWS * rate_hz / len(audio)
        rows.append(Row((low + high) / 2, wanted, measured))
    return rows


def rank_correlation(rows: Sequence[Row]) -> float:
    """Spearman's, of wanted and measured rates; 0 when all measure the same."""
    from scipy.stats import spearmanr

    measured = [row.measured for row in rows]
    if len(set(measured)) < 2:
        return 0.0
    return float(spearmanr([row.wanted for row in rows], measured).statistic)


def worst_error_percent(rows: Sequence[Row]) -> float:
    """Of the absolute errors at QUARTERS."""
    return max(
        (abs(row.error_percent) for row in rows if min(abs(row.rate - q) for q in QUARTERS) < 1e-6),
        default=float("inf"),
    )


def rate_parameter(plugin: Plugin, name: str = "rate") -> Parameter:
    """The parameter that sets the rate; InputError when the plugin has none of that name."""
    for parameter in plugin.parameters:
        if parameter.name == name:
            return parameter
    known = ", ".join(parameter.name for parameter in plugin.parameters) or "none"
    raise InputError(f"{plugin.name}: no parameter {name!r}; it has: {known}")


def _value_at(parameter: Parameter, rate: float) -> float:
    return parameter.minimum + rate * (parameter.maximum - parameter.minimum)


def _fixed(temperature: float | None) -> dict[str, float]:
    return {} if temperature is None else {"temperature": temperature}


def rate_table(
    plugin: Plugin | Compiled,
    rates: Sequence[float] = RATES,
    seconds: float = SECONDS,
    temperature: float | None = None,
    seed: int = 1,
) -> list[Row]:
    """Play every rate (0..1 over the range of the parameter `rate`) and count the pops.

    `temperature` None is the plugin's own. Raises InputError for a plugin without `rate`.
    """
    compiled = plugin if isinstance(plugin, Compiled) else compile_plugin(plugin)
    parameter = rate_parameter(compiled.plugin)

    def play(rate: float, length_s: float) -> NDArray[np.floating]:
        controls = {parameter.name: _value_at(parameter, rate), **_fixed(temperature)}
        return rtsynth.render(compiled, length_s, controls, seed)

    return measure_rates(play, rates, seconds, compiled.plugin.sample_rate_hz)


def glide_table(
    plugin: Plugin | Compiled,
    seconds: float = GLIDE_S,
    temperature: float | None = None,
    seed: int = 1,
) -> list[Row]:
    """Play a glide of the rate from 0 to 1, in small steps, and count the pops of its windows."""
    compiled = plugin if isinstance(plugin, Compiled) else compile_plugin(plugin)
    parameter = rate_parameter(compiled.plugin)
    steps = np.arange(GLIDE_STEPS) / GLIDE_STEPS
    events = [
        ControlEvent(SETTLE_S + step * seconds, parameter.name, _value_at(parameter, step))
        for step in steps.tolist()
    ]
    controls = {parameter.name: _value_at(parameter, 0.0), **_fixed(temperature)}
    audio = rtsynth.render(compiled, SETTLE_S + seconds, controls, seed, events=events)
    rate_hz = compiled.plugin.sample_rate_hz
    return measure_glide(audio[round(SETTLE_S * rate_hz) :], rate_hz)


@dataclass(frozen=True)
class Verdict:
    """One line below the table."""

    check: str
    value: float
    limit: str
    passed: bool


def judge(rows: Sequence[Row], glide: Sequence[Row]) -> list[Verdict]:
    """What must hold of a plugin that follows its rate."""
    rank, error = rank_correlation(rows), worst_error_percent(rows)
    rising = rank_correlation(glide)
    return [
        Verdict("rank correlation", rank, f">= {RANK_LIMIT}", rank >= RANK_LIMIT),
        Verdict(
            "worst error at the quarters (%)",
            error,
            f"<= {ERROR_LIMIT_PERCENT:g}",
            error <= ERROR_LIMIT_PERCENT,
        ),
        Verdict(
            "rank correlation of a glide",
            rising,
            f">= {GLIDE_RANK_LIMIT}",
            rising >= GLIDE_RANK_LIMIT,
        ),
    ]


def print_tables(title: str, tables: dict[str, list[Row]], verdicts: list[Verdict]) -> None:
    """The rates, the glide's windows, and the verdicts."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for name, rows in tables.items():
        table = Table(title=f"{title}: {name}")
        for column in ("rate", "wanted (pops/s)", "measured", "error (%)"):
            table.add_column(column, justify="right")
        for row in rows:
            table.add_row(
                f"{row.rate:.2f}",
                f"{row.wanted:.2f}",
                f"{row.measured:.2f}",
                f"{row.error_percent:+.1f}",
            )
        console.print(table)
    for verdict in verdicts:
        word = "[green]PASS[/]" if verdict.passed else "[red]FAIL[/]"
        console.print(f"{verdict.check}: {verdict.value:.3f} ({verdict.limit}) {word}")


def run(arguments: argparse.Namespace) -> int:
    """0 when the plugin follows its rate, 1 when it does not."""
    plugin = rtsynth.load(Path(resolve(arguments.plugin)))
    compiled = compile_plugin(plugin)
    fixed = {"temperature": arguments.temperature, "seed": arguments.seed}
    tables = {
        "held": rate_table(compiled, seconds=arguments.seconds, **fixed),
        "glide": glide_table(compiled, **fixed),
    }
    verdicts = judge(tables["held"], tables["glide"])
    if arguments.json:
        document = {name: [vars(row) for row in rows] for name, rows in tables.items()}
        checks = [vars(verdict) for verdict in verdicts]
        print(json.dumps({"plugin": plugin.name, **document, "checks": checks}, indent=1))
    else:
        print_tables(plugin.name, tables, verdicts)
    return 0 if all(verdict.passed for verdict in verdicts) else 1


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="rtsynth_train.measure.onsets", description=__doc__)
    parser.add_argument("plugin", help="a plugin file, or the name of one at hand")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="rendered at every rate")
    parser.add_argument("--temperature", type=float, help="default: the plugin's own")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    try:
        sys.exit(run(parser.parse_args()))
    except RtsynthError as error:
        print(f"rtsynth: {plain(str(error))}", file=sys.stderr)
        sys.exit(error.exit_status)


if __name__ == "__main__":
    main()
