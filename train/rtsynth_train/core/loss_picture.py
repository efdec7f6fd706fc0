"""Losses as a picture (SVG): RUN/losses.svg, and the curves of a comparison."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.common.files.atomic import atomic_write
from rtsynth.common.plain_text import plain
from rtsynth_train.core.curve import Curve, read_curve, smoothed

NAME = "losses.svg"
COLOURS = ("#4fb3bf", "#f2a65a", "#b18fcf", "#8bc77e", "#e5707e", "#d9c45b", "#7f9cf5", "#c0c0c0")
BACKGROUND, GRID, INK = "#16181d", "#33373f", "#c9ced6"
SMOOTH = 10  # rows


def colour(number: int) -> str:
    """Of the subject `number`."""
    return COLOURS[number % len(COLOURS)]


def losses_svg(named: Sequence[tuple[str, Curve, int]]) -> bytes:
    """Held-out losses (bold) and those of training (thin, smoothed) over the minutes trained, of
    (name, curve, number of its colour) each; the best is marked.
    """
    figure, axes = dark_axes(9, 3.6)
    for name, curve, number in named:
        minutes, rows, shade = curve.seconds / 60, curve.scored, colour(number)
        axes.plot(minutes, smoothed(curve.train, SMOOTH), color=shade, lw=0.8, alpha=0.55)
        axes.plot(
            minutes[rows],
            curve.held_out[rows],
            color=shade,
            lw=2,
            marker=".",
            ms=4,
            label=_label(name),
        )
        if rows.size:
            best = rows[np.argmin(curve.held_out[rows])]
            axes.plot(minutes[best], curve.held_out[best], "o", ms=9, mfc="none", color=shade)
    units = sorted({curve.unit for _, curve, _ in named})
    axes.set(xlabel="minutes trained", ylabel=" / ".join(units), ylim=_limits(named))
    if named:
        axes.legend(
            fontsize=8, facecolor=BACKGROUND, edgecolor=GRID, labelcolor=INK, title_fontsize=8,
            title="held out (thin: training; ring: best)",
        ).get_title().set_color(INK)  # fmt: skip
    return written(figure, "svg")


def _label(name: str) -> str:
    """A name as text: matplotlib would set what is between dollar signs as a formula."""
    return plain(name).replace("$", r"\$")


def _limits(named: Sequence[tuple[str, Curve, int]]) -> tuple[float, float] | tuple[None, None]:
    """So that the first steps, which nobody looks at, do not squeeze the rest."""
    parts = [smoothed(curve.train, SMOOTH)[len(curve.train) // 20 :] for _, curve, _ in named]
    parts += [curve.held_out for _, curve, _ in named]
    known = np.concatenate([part[np.isfinite(part)] for part in parts]) if parts else np.zeros(0)
    if known.size == 0 or np.ptp(known) == 0:
        return None, None
    margin = 0.05 * float(np.ptp(known))
    return float(known.min()) - margin, float(known.max()) + margin


def draw_losses(run: Path) -> None:
    """Draw RUN/losses.csv as RUN/losses.svg.

    Raises:
        InputError: there are none, or they are damaged.
    """
    curve = read_curve(run / "losses.csv")
    picture = losses_svg([(run.resolve().name, curve, 0)])
    with atomic_write(run / NAME) as temporary:
        temporary.write_bytes(picture)


def dark_axes(width: float, height: float) -> tuple[Any, Any]:
    """A dark figure without pyplot, which would need closing and a backend."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained", facecolor=BACKGROUND)
    axes = figure.add_subplot(facecolor=BACKGROUND)
    axes.tick_params(colors=INK, labelsize=8)
    axes.xaxis.label.set(color=INK, fontsize=8)
    axes.yaxis.label.set(color=INK, fontsize=8)
    axes.grid(color=GRID, lw=0.5)
    for spine in axes.spines.values():
        spine.set_color(GRID)
    return figure, axes


def written(figure: Any, form: str) -> bytes:
    stream = io.BytesIO()
    metadata = {"Date": None} if form == "svg" else {}
    figure.savefig(stream, format=form, dpi=110, metadata=metadata)
    return stream.getvalue()
