"""What rank 0 of several processes orders, and how the others obey.

order   with
step    stretch: the schedule, where it has changed since the last step
more    added: names and hashes of sounds in RUN/more to learn from, too
agree   all compare their state, and take over that of rank 0 where it differs
end     interrupted: whether somebody asked to stop
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from torch import Tensor

from rtsynth.common.remarks import Say
from rtsynth_train.core.job import Job
from rtsynth_train.core.ranks import ALONE, Ranks
from rtsynth_train.core.stopping import StopRequest
from rtsynth_train.core.stretch import Stretch
from rtsynth_train.core.trainer import Trainer


class Orders:
    """Those that rank 0 gives; alone it gives none."""

    def __init__(self, ranks: Ranks = ALONE) -> None:
        self._ranks = ranks
        self._stretch: Stretch | None = None  # what the others know
        self._told_apart = False

    @property
    def stop(self) -> bool:
        """Whether another process was asked to stop."""
        return self._ranks.stop_agreed

    def step(self, stretch: Stretch) -> None:
        """The next step is done now."""
        changed = None if stretch == self._stretch else asdict(stretch)
        self._give("step", stretch=changed)
        self._stretch = stretch

    def more(self, added: list[tuple[str, str]]) -> None:
        """These sounds are learned from, too."""
        self._give("more", added=added)

    def agree(self, trainer: Trainer[Any], say: Say) -> None:
        """Make sure that all have one state. Processors of different kinds may differ in the last
        bits; a checkpoint is what all go on from, also if nobody has to.
        """
        if self._ranks.size == 1:
            return
        self._give("agree")
        others = agree(self._ranks, trainer)
        if others and not self._told_apart:
            self._told_apart = True
            say(
                f"step {trainer.step_count}: {others} of {self._ranks.size} processes computed"
                " otherwise than the first (processors of different kinds): from here on, and at"
                " each checkpoint, all go on from the first one's weights"
            )

    def end(self, interrupted: bool) -> None:
        """Everything is done and written."""
        self._give("end", interrupted=interrupted)

    def _give(self, what: str, **fields: Any) -> None:
        if self._ranks.size > 1:
            self._ranks.told({"order": what, **fields})


def agree(ranks: Ranks, trainer: Trainer[Any]) -> int:
    """How many processes had another state than rank 0; they have its state now."""
    mine = digest_of(trainer.state_dict())
    differs = mine != ranks.told(mine)
    others = round(ranks.total(float(differs)))
    if others:
        state = ranks.told_state(trainer.state_dict() if ranks.rank == 0 else None)
        if differs:
            trainer.load_state_dict(state)
    return others


def follow(job: Job[Any], ranks: Ranks) -> bool:
    """Obey the orders of rank 0 until the last; whether somebody asked to stop."""
    trainer = job.trainer

    def step(stretch: dict[str, Any] | None) -> None:
        if stretch is not None:
            trainer.stretch = Stretch(**stretch)
        trainer.step()

    obey: dict[str, Callable[..., object]] = {
        "step": step,
        "more": lambda added: job.add_more([(name, digest) for name, digest in added]),
        "agree": lambda: agree(ranks, trainer),
    }
    with StopRequest() as stop:
        while True:
            ranks.stop_wished = stop.requested
            fields = ranks.told()
            what = fields.pop("order")
            if what == "end":
                return bool(fields["interrupted"])
            obey[what](**fields)


def digest_of(value: Any) -> str:
    """A hash of the values in a table of tables, lists, tensors and plain values."""
    found = hashlib.blake2b(digest_size=16)

    def feed(value: Any) -> None:
        if isinstance(value, Tensor):
            found.update(f"{value.dtype} {list(value.shape)}".encode())
            found.update(value.detach().cpu().contiguous().numpy().tobytes())
        elif isinstance(value, dict):
            for name, inner in value.items():
                feed(name)
                feed(inner)
        elif isinstance(value, list | tuple):
            found.update(f"[{len(value)}]".encode())
            for inner in value:
                feed(inner)
        else:
            found.update(f"{value!r};".encode())

    feed(value)
    return found.hexdigest()
