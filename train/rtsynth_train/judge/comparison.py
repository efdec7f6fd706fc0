"""`rtsynth compare`: everything that is known of each subject, and how that is shown."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rtsynth.common.version import __version__
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth_train.judge.sounds import sounds_of, times_real_time
from rtsynth_train.judge.subject import Subject
from rtsynth_train.judge.table import Rows, print_table, rows_of


class Comparison:
    """Facts and sounds of several subjects. `play`: whether they are rendered, which takes time."""

    def __init__(self, subjects: Sequence[Subject], play: bool = True) -> None:
        self.subjects = subjects
        self._compiled = [_compiled(subject) if play else None for subject in subjects]
        self.facts = [subject.facts for subject in subjects]
        for facts, compiled in zip(self.facts, self._compiled, strict=True):
            facts["real_time"] = None if compiled is None else round(times_real_time(compiled), 1)

    @property
    def groups(self) -> list[tuple[str, Rows]]:
        """The rows of the table, in groups."""
        return [("", rows_of(self.facts))]

    def print(self) -> None:
        """The table in the terminal."""
        names = [subject.name for subject in self.subjects]
        warnings = [(each.name, line) for each in self.subjects for line in each.warnings]
        print_table(names, self.groups, warnings)

    def as_json(self) -> str:
        """Everything as one document."""
        return json.dumps({"subjects": [self._document(n) for n in range(len(self.subjects))]})

    def _document(self, number: int) -> dict[str, Any]:
        subject = self.subjects[number]
        path = subject.run or (subject.plugin.path if subject.plugin is not None else None)
        return {
            "name": subject.name,
            "path": None if path is None else str(path),
            **self.facts[number],
            "warnings": list(subject.warnings),
        }

    def write_page(self, path: Path) -> None:
        """The page with pictures and sounds."""
        from rtsynth_train.judge.page import write_page

        sounds = [
            sounds_of(subject, compiled)
            for subject, compiled in zip(self.subjects, self._compiled, strict=True)
        ]
        write_page(path, self.subjects, self.groups, sounds, f"rtsynth {__version__}")


def _compiled(subject: Subject) -> Compiled | None:
    """None of a plugin that makes no sound."""
    if subject.plugin is None or subject.plugin.manifest.codec is None:
        return None
    return compile_plugin(subject.plugin)
