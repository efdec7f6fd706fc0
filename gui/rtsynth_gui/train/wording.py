"""What a survey and a run look like in words."""

from PySide6.QtCore import QCoreApplication

from rtsynth_gui.link.engine_words import in_own_language
from rtsynth_gui.train.found import Found, Problem
from rtsynth_gui.train.trainer import State, Trainer

MONO, STEREO = 1, 2
translate = QCoreApplication.translate


def length_text(seconds: float) -> str:
    """'45 s', '3 min 20 s', '2 h 5 min'."""
    whole = round(seconds)
    if whole < 60:
        return translate("Train", "{} s").format(whole)
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        words = translate("Train", "{} min").format(minutes)
        return f"{words} {translate('Train', '{} s').format(rest)}" if rest else words
    hours, rest = divmod(round(whole / 60), 60)
    words = translate("Train", "{} h").format(hours)
    return f"{words} {translate('Train', '{} min').format(rest)}" if rest else words


def found_text(found: Found, name: str) -> str:
    """A line of facts and one of parameters."""
    rates = ", ".join(f"{rate_hz / 1000:g}" for rate_hz in found.rates_hz)
    channels = ", ".join(
        {MONO: translate("Train", "mono"), STEREO: translate("Train", "stereo")}.get(
            count, translate("Train", "{} channels").format(count)
        )
        for count in found.channels
    )
    facts = [
        translate("Train", "{}: 1 recording").format(name) if found.count == 1
        else translate("Train", "{}: {} recordings").format(name, found.count),
        length_text(found.seconds), translate("Train", "{} kHz").format(rates), channels,
    ]  # fmt: skip
    lines = ["  ·  ".join(fact for fact in facts if fact)]
    spans = [f"{key} {low:g} … {high:g}" for key, (low, high) in found.parameters.items()]
    if spans:
        lines.append(translate("Train", "Parameters: {}").format(", ".join(spans)))
    if found.curves:
        lines.append(
            translate("Train", "Time-varying values or classes found beside the recordings (.csv)")
        )
    if not found.problems:
        lines.append(translate("Train", "No problems found"))
    return "\n".join(lines)


def problem_text(problem: Problem) -> str:
    """Whose problem it is, and the problem with its remedy."""
    if problem.count > 1:
        return translate("Train", "{} recordings: {}").format(problem.count, problem.text)
    return f"{problem.recording}: {problem.text}" if problem.recording else problem.text


def state_text(trainer: Trainer) -> str:
    """What the run is doing, and how far it is."""
    progress = trainer.progress
    spent, result = length_text(progress.seconds), in_own_language(progress.result)
    match trainer.state:
        case State.NONE:
            return translate("Train", "Nothing has been trained yet.")
        case State.OPENING:
            return translate("Train", "Reading the run…")
        case State.STARTING:
            return translate("Train", "Reading the recordings…")
        case State.STOPPING:
            return translate("Train", "Stopping: the plugin is being written…")
        case State.TRAINING:
            of = translate("Train", "Step {} of {}").format(progress.step, progress.steps)
            if progress.left_s is None:
                return of
            left = length_text(progress.left_s)
            return translate("Train", "{}  ·  about {} left").format(of, left)
        case State.DONE:
            return translate("Train", "Done in {}: {}").format(spent, result)
        case State.STOPPED if not progress.ended:
            return translate("Train", "Stopped before the first step.")
        case State.STOPPED:
            return translate("Train", "Stopped after {}: {}").format(spent, result)
        case State.FAILED:
            why = trainer.why_it_failed().removeprefix("rtsynth: ")
            if progress.begun:
                return translate("Train", "Training was interrupted at step {}. {}").format(
                    progress.step, why
                )
            return translate("Train", "Training failed: {}").format(why)
