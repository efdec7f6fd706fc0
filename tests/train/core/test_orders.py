"""What rank 0 orders, and how states are compared; between two processes: `test_joined`."""

from typing import Any

import pytest
import torch

from rtsynth_train.core.orders import Orders, digest_of, follow
from rtsynth_train.core.ranks import Ranks
from rtsynth_train.core.stretch import Stretch
from tests.train.core.toy import ToyJob


class Told(Ranks):
    """Writes down, or hands out, what is told."""

    size = 2

    def __init__(self, *messages: Any) -> None:
        self.messages = list(messages)

    def told(self, message: Any = None) -> Any:
        if message is None:
            return self.messages.pop(0)
        self.messages.append(message)
        return message


def test_a_schedule_is_told_where_it_changes_and_obeyed() -> None:
    ranks = Told()
    orders = Orders(ranks)
    for stretch in (Stretch(10, 10), Stretch(10, 10), Stretch(10, 40, {"own": 3})):
        orders.step(stretch)
    orders.end(True)
    assert [message.get("stretch") is None for message in ranks.messages] == [
        False, True, False, True,
    ]  # fmt: skip
    job = ToyJob()
    assert follow(job, Told(*ranks.messages)) is True
    assert job.step_count == 3
    assert job.trainer.stretch == Stretch(10, 40, {"own": 3})


def test_alone_nothing_is_told() -> None:
    orders = Orders()
    orders.step(Stretch(10, 10))
    orders.agree(ToyJob().trainer, pytest.fail)
    orders.end(False)
    assert not orders.stop


def test_states_differ_where_a_value_does() -> None:
    def state(value: float = 0.5, name: str = "a", kind: torch.dtype = torch.float32) -> Any:
        return {name: [torch.tensor([1.0, value], dtype=kind), None, 3], "b": (1, 2)}

    same = digest_of(state())
    assert digest_of(state()) == same
    others = [state(0.25), state(name="c"), state(kind=torch.float64), {**state(), "b": (12,)}]
    assert len({same, *(digest_of(other) for other in others)}) == 5
