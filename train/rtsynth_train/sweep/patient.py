"""What gives Ray Tune its trials, and says that there are no more: once all have ended.

Tune is done as soon as the last one was told to end. Ten seconds later it kills, with the actor, a
training that is still writing its plugin.
"""

import time
from collections.abc import Sequence
from pathlib import Path

from ray.tune.search.basic_variant import BasicVariantGenerator

from rtsynth_train.core.progress_file import NAME
from rtsynth_train.sweep.scores import RUNNING, STOP_S, Scores


class Patient(BasicVariantGenerator):
    """`runs` are the folders of the trainings."""

    def __init__(self, runs: Sequence[Path]) -> None:
        super().__init__()
        self._runs = list(runs)

    def is_finished(self) -> bool:
        """Whether every trial was given, and none is ending any more."""
        return bool(super().is_finished()) and not any(map(is_ending, self._runs))


def is_ending(run: Path) -> bool:
    """Whether a training is there that has not said its end; one that has said nothing for STOP_S
    was killed.
    """
    said = run / NAME
    if not (run / RUNNING).exists() or Scores(run, None).read_on() is not None:
        return False
    newest = max(path.stat().st_mtime for path in (said, run / RUNNING) if path.exists())
    return time.time() - newest < STOP_S
