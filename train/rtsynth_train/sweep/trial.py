"""One training of a sweep, as Ray Tune sees it: `rtsynth train` in a process of its own.

Its folder is that of any run. Tune gets a report whenever its held-out recordings are scored. It is
stopped by Tune where it falls behind, and by a file where the whole sweep is stopped: Tune would
wait for its next score.
"""

import math
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from ray import tune

from rtsynth_train.sweep.scores import LOOK_S, METRIC, RUNNING, SAID, SHARE, STOP_S, Scores

OUTPUT = "said.txt"  # in the run folder: what it has said


class Trial(tune.Trainable):
    """`config` has under `trial` what `rtsynth train` is given (`words`), its folder (`run`), where
    it is called (`cwd`), `time_s`, and the file whose existence ends it (`stop`).
    """

    def setup(self, config: dict[str, Any]) -> None:
        """Start it."""
        config = config["trial"]
        run = Path(config["run"])
        run.mkdir(parents=True, exist_ok=True)
        self._scores = Scores(run, config["time_s"])
        self._said = run / OUTPUT
        with self._said.open("w") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "rtsynth", "train", *config["words"], "--out", str(run)],
                stdout=said, stderr=said, cwd=config["cwd"],
            )  # fmt: skip
        (run / RUNNING).touch()
        self._behind = threading.Event()
        self._follower = threading.Thread(
            target=self._follow, args=(run / RUNNING, Path(config["stop"])), daemon=True
        )
        self._follower.start()

    def _follow(self, running: Path, stop: Path) -> None:
        """Until the process has ended; end it between two steps where it is to be stopped."""
        while self._process.poll() is None:
            if self._behind.wait(LOOK_S) or stop.exists():
                # As Ctrl-C, which Ray's processes block. Once: the second one would end it at once.
                self._process.terminate()
                self._process.wait()
        running.unlink(missing_ok=True)

    def step(self) -> dict[str, Any]:
        """Wait for its next score, or its failure, which has none and is no error of Ray's."""
        while True:
            alive = self._process.poll() is None
            report = self._scores.next()
            if report is not None:
                return report | {"done": self._scores.ended}
            if not alive:
                lines = self._said.read_text().splitlines() or ["it ended without a word"]
                return {METRIC: math.inf, SHARE: 0.0, SAID: lines[-1], "done": True}
            time.sleep(LOOK_S)

    def save_checkpoint(self, checkpoint_dir: str) -> dict[str, Any]:
        """Its own checkpoint is in its run folder."""
        return {}

    def cleanup(self) -> None:
        """End it between two steps, with its plugin written."""
        if not self._scores.ended:
            self._behind.set()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._follower.join()
