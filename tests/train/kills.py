"""A training that is killed at random moments, and resumed each time.

`python -m tests.train.kills 20` kills it so often, and says whether its end is that of an
undisturbed one, to the bit.
"""

import argparse
import random
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rtsynth_train.core.orders import digest_of
from tests.train.recordings import small_config, write_set
from tests.train.together import events, started, state_of, train, write_recipe

STEPS_A_KILL = 100
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
    """A recipe of a training that is not over before so many kills."""
    config = small_config(
        write_set(folder / "set", seconds=1.0),
        streams={"own": 0.3, "own_after": 10, "own_every": 40, "longest_s": 0.1},
        optimiser={"steps": STEPS_A_KILL * kills},
        run=OFTEN,
    )
    return write_recipe(folder / "tiny.toml", config)


def kill_at_random(recipe: Path, run: Path, kills: int, seed: int, count: int = 1) -> Outcome:
    """Train in `run`, in `count` processes, and kill the first of them `kills` times, each a random
    time after it has begun; then to the end. All these times together are at most a half of what
    the undisturbed training takes.
    """
    print(f"seed {seed}")  # which pytest shows where the test fails
    draw, early, leftovers = random.Random(seed), 0, 0
    straight = run.with_name("straight")
    train(count, recipe, "--out", straight)
    longest_s = events(straight)[-1]["seconds"] / (2 * kills)
    for _ in range(kills):
        before = _last_begin(run)
        process = started(count, *_words(recipe, run))
        while _last_begin(run) == before:
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.02)
        time.sleep(draw.uniform(0, longest_s))
        assert process.poll() is None, "it had come to its end: give it more steps"
        process.send_signal(signal.SIGKILL)
        process.communicate()
        early += not (run / "checkpoint.pt").exists()
        leftovers += bool(list(run.rglob(".*.part*")))
    train(count, *_words(recipe, run))
    return Outcome(kills, early, leftovers, _same(run, straight))


def _words(recipe: Path, run: Path) -> tuple[str | Path, ...]:
    resumed = (run / "checkpoint.pt").exists()
    return ("--out", run, "--resume") if resumed else (recipe, "--out", run)


def _last_begin(run: Path) -> dict[str, Any] | None:
    """The last beginning in its progress file; process and time tell it from others."""
    return next((e for e in reversed(events(run)) if e["event"] == "begin"), None)


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
