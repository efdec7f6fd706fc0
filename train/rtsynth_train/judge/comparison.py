"""`rtsynth compare`: everything that is known of each subject, and how that is shown."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rtsynth.common.version import __version__
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth_train.judge.listening import Listener, Measurement
from rtsynth_train.judge.sounds import sounds_of, times_real_time
from rtsynth_train.judge.subject import Subject
from rtsynth_train.judge.table import DASH, Rows, print_table, rows_of
from rtsynth_train.judge.verdict import MEASURES, Summary, document, summaries

LISTENED = 6  # points, and as many between
LISTENING = "Listening (in brackets: nothing to compare with)"


class Comparison:
    """Facts and sounds of several subjects. `play`: whether they are rendered, which takes time."""

    def __init__(self, subjects: Sequence[Subject], play: bool = True) -> None:
        self._compiled = [_compiled(subject) if play else None for subject in subjects]
        self.facts = [subject.facts for subject in subjects]
        for facts, compiled in zip(self.facts, self._compiled, strict=True):
            facts["real_time"] = None if compiled is None else round(times_real_time(compiled), 1)
        self.subjects, self.measured = list[Subject](), list[list[Measurement]]()
        for subject, compiled in zip(subjects, self._compiled, strict=True):
            if compiled is None:
                self.subjects.append(subject)
                self.measured.append([])
                continue
            listener = Listener(compiled, subject.recordings, rules=subject.rules)
            self.measured.append(listener.listen(LISTENED))
            warnings = (*subject.warnings, *listener.left_out)
            self.subjects.append(replace(subject, warnings=warnings))

    @property
    def groups(self) -> list[tuple[str, Rows]]:
        """The rows of the table, in groups."""
        return [("", rows_of(self.facts)), (LISTENING, self._listening())]

    def _listening(self) -> Rows:
        """A row for every measure that applies to one of them."""
        table: Rows = []
        for key, measure in MEASURES.items():
            found = [summaries(rows, key) for rows in self.measured]
            for place, label in (("points", measure.label), ("between", "... between")):
                here = [each.get(place) for each in found]
                if any(each is not None for each in here):
                    table.append((label, [_cell(each) for each in here], None))
        return table

    def print(self) -> None:
        """The table in the terminal."""
        names = [subject.name for subject in self.subjects]
        warnings = [(each.name, line) for each in self.subjects for line in each.warnings]
        print_table(names, self.groups, warnings)

    def as_json(self) -> str:
        """Everything as one document."""
        return json.dumps({"subjects": [self._document(n) for n in range(len(self.subjects))]})

    def _document(self, number: int) -> dict[str, Any]:
        subject, measured = self.subjects[number], self.measured[number]
        path = subject.run or (subject.plugin.path if subject.plugin is not None else None)
        return {
            "name": subject.name,
            "path": None if path is None else str(path),
            **self.facts[number],
            "warnings": list(subject.warnings),
            "listening": document(subject.name, measured) if measured else None,
        }

    def write_page(self, path: Path) -> None:
        """The page with pictures and sounds."""
        from rtsynth_train.judge.page import write_page

        sounds = [
            sounds_of(subject, compiled)
            for subject, compiled in zip(self.subjects, self._compiled, strict=True)
        ]
        write_page(path, self.subjects, self.groups, sounds, f"rtsynth {__version__}")


def _cell(summary: Summary | None) -> str:
    """How far off (and at worst); the value alone where nothing says what it should be."""
    if summary is None:
        return DASH
    if summary.off is None or summary.worst is None:
        return f"({summary.value:.1f})"
    worst = f"{summary.worst:.1f}" if math.isfinite(summary.worst) else "never"
    off = f"{summary.off:.1f}" if math.isfinite(summary.off) else "never"
    return f"{off} (worst {worst})"


def _compiled(subject: Subject) -> Compiled | None:
    """None of a plugin that makes no sound."""
    if subject.plugin is None or subject.plugin.manifest.codec is None:
        return None
    return compile_plugin(subject.plugin)
