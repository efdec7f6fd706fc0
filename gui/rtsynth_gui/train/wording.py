"""What a survey and a run look like in words."""

from PySide6.QtCore import QCoreApplication

from rtsynth_gui.train.found import Found, Problem
from rtsynth_gui.train.trainer import State, Trainer

CONTEXT = "train"
MONO, STEREO = 1, 2


def tr(text: str) -> str:
    """In the user's language."""
    return QCoreApplication.translate(CONTEXT, text)


def length_text(seconds: float) -> str:
    """'45 s', '3 min 20 s', '2 h 5 min'."""
    whole = round(seconds)
    if whole < 60:
        return tr("{} s").format(whole)
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        words = tr("{} min").format(minutes)
        return f"{words} {tr('{} s').format(rest)}" if rest else words
    hours, rest = divmod(round(whole / 60), 60)
    words = tr("{} h").format(hours)
    return f"{words} {tr('{} min').format(rest)}" if rest else words


def found_text(found: Found, name: str) -> str:
    """A line of facts and one of parameters."""
    rates = ", ".join(f"{rate_hz / 1000:g}" for rate_hz in found.rates_hz)
    channels = ", ".join(
        {MONO: tr("mono"), STEREO: tr("stereo")}.get(count, tr("{} channels").format(count))
        for count in found.channels
    )
    facts = [
        tr("{}: 1 recording").format(name) if found.count == 1
        else tr("{}: {} recordings").format(name, found.count),
        length_text(found.seconds), tr("{} kHz").format(rates), channels,
    ]  # fmt: skip
    lines = ["  ·  ".join(fact for fact in facts if fact)]
    spans = [f"{key} {low:g} … {high:g}" for key, (low, high) in found.parameters.items()]
    if spans:
        lines.append(tr("Parameters in the names: {}").format(", ".join(spans)))
    if found.curves:
        lines.append(tr("Values or classes over time lie beside the recordings (.csv)"))
    if not found.problems:
        lines.append(tr("No problems found"))
    return "\n".join(lines)


def problem_text(problem: Problem) -> str:
    """Whose problem it is, and the problem with its remedy."""
    if problem.count > 1:
        return tr("{} recordings: {}").format(problem.count, problem.text)
    return f"{problem.recording}: {problem.text}" if problem.recording else problem.text


def state_text(trainer: Trainer) -> str:
    """What the run is doing, and how far it is."""
    progress = trainer.progress
    spent = length_text(progress.seconds)
    match trainer.state:
        case State.NONE:
            return tr("Nothing has been trained yet.")
        case State.STARTING:
            return tr("Reading the recordings…")
        case State.STOPPING:
            return tr("Stopping: the plugin is being written…")
        case State.TRAINING:
            of = tr("Step {} of {}").format(progress.step, progress.steps)
            if progress.left_s is None:
                return of
            left = length_text(progress.left_s)
            return tr("{}  ·  about {} left").format(of, left)
        case State.DONE:
            return tr("Done in {}: {}").format(spent, progress.result)
        case State.STOPPED:
            return tr("Stopped after {}: {}").format(spent, progress.result)
        case State.FAILED:
            why = trainer.why_it_failed().removeprefix("rtsynth: ")
            if progress.begun:
                return tr("The training was cut off at step {}. {}").format(progress.step, why)
            return tr("It could not be trained: {}").format(why)
