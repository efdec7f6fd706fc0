"""A training that is killed at random moments, and resumed each time.

`python -m tests.train.kills 20` kills it so often, and says whether its end is that of an
undisturbed one, to the bit.
"""

import argparse
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rtsynth_train.core.orders import digest_of
from tests.train.recordings import small_config, write_set
from tests.train.together import started, state_of, train, write_recipe

STEPS_A_KILL = 60
# What it does all the time, so that kills meet it: a checkpoint every 10 steps, and so on.
OFTEN = {"evaluate_every": 15, "checkpoint_every": 10, "preview_every": 25}


@dataclass(frozen=True)
class Outcome:
    """How a training ended that was killed `kills` times: `early` of them before there was a
    checkpoint, `leftovers` of them with a file half-written.
    """

    kills: int
    early: int
    leftovers: int
    same: bool


def write_short_recipe(folder: Path, kills: int) -> Path:
    """A recipe of a training that lasts for about so many kills."""
    config = small_config(
        write_set(folder / "set", seconds=1.0),
        streams={"own": 0.3, "own_after": 10, "own_every": 40, "longest_s": 0.1},
        optimiser={"steps": STEPS_A_KILL * kills},
        run=OFTEN,
    )
    return write_recipe(folder / "tiny.toml", config)


def kill_at_random(recipe: Path, run: Path, kills: int, seed: int, count: int = 1) -> Outcome:
    """Train in `run`, in `count` processes, and kill the first of them at `kills` moments, evenly
    spread from its start to a while after its first steps; then to the end.
    """
    draw, early, leftovers = random.Random(seed), 0, 0
    start_s = _time_to_first_step(recipe, run, count)
    for _ in range(kills):
        process = started(count, *_words(recipe, run))
        time.sleep(draw.uniform(0, 1.5 * start_s + 0.5))
        assert process.poll() is None, "it had come to its end: give it more steps"
        process.send_signal(signal.SIGKILL)
        process.communicate()
        early += not (run / "checkpoint.pt").exists()
        leftovers += bool(list(run.rglob(".*.part*")))
    train(count, *_words(recipe, run))
    straight = run.with_name("straight")
    train(count, recipe, "--out", straight)
    return Outcome(kills, early, leftovers, _same(run, straight))


def _words(recipe: Path, run: Path) -> tuple[str | Path, ...]:
    resumed = (run / "checkpoint.pt").exists()
    return ("--out", run, "--resume") if resumed else (recipe, "--out", run)


def _time_to_first_step(recipe: Path, run: Path, count: int) -> float:
    trial, begun_s = run.with_name("trial"), time.monotonic()
    process = started(count, recipe, "--out", trial)
    _until(process, lambda: (trial / "progress.jsonl").exists())
    took_s = time.monotonic() - begun_s
    process.kill()
    process.communicate()
    shutil.rmtree(trial)
    return took_s


def _until(process: "subprocess.Popen[str]", there: Callable[[], bool]) -> None:
    while not there():
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.02)


def _same(one: Path, other: Path) -> bool:
    """Whether checkpoint, weights and losses are; times are not."""

    def losses(run: Path) -> list[list[str]]:
        rows = [line.split(",") for line in (run / "losses.csv").read_text().splitlines()]
        seconds = rows[0].index("seconds")
        return [[*row[:seconds], *row[seconds + 1 :]] for row in rows]

    same = digest_of(state_of(one)) == digest_of(state_of(other))
    return same and losses(one) == losses(other)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kills", type=int, nargs="?", default=20)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        recipe = write_short_recipe(Path(folder), arguments.kills)
        print(kill_at_random(recipe, Path(folder) / "run", arguments.kills, arguments.seed))


if __name__ == "__main__":
    main()
