"""What two processes exchange; each runs this, and fails where something else arrives."""

import sys

import numpy as np
import torch

from rtsynth_train.core.joined import JoinedRanks
from rtsynth_train.core.orders import agree, digest_of
from tests.train.core.toy import ToyTrainer

LONG = "x" * 100_000


def exchange(ranks: JoinedRanks) -> None:
    """All of it."""
    rank, first = ranks.rank, ranks.rank == 0
    for message in ({"order": "step", "stretch": None}, [1.5, "ä" * 110], LONG, None):
        assert ranks.told(message if first else "unheard") == message
    state = {"weights": torch.arange(6.0).reshape(2, 3), "own": None, "step": 3}
    got = ranks.told_state(state if first else None)
    assert digest_of(got) == digest_of(state)
    one, two = torch.full((2, 3), 1.0 + rank), torch.tensor([0.5])
    ranks.sum([one, two])
    assert (one == 3.0).all()
    assert two.item() == 1.0
    assert ranks.total(0.1) == 0.2
    assert not ranks.stop_agreed
    ranks.stop_wished = rank == 1
    assert ranks.total(1.0) == 2.0
    assert ranks.stop_agreed
    ranks.stop_wished = False
    table, chosen = np.full((5, 3), 9, np.uint8), np.array([4, 0, 2])
    table[ranks.share(chosen)] = 100 + rank
    ranks.join_rows(table, chosen)
    assert table[:, 0].tolist() == [101, 9, 100, 9, 100]


def drift(ranks: JoinedRanks) -> None:
    """One computes otherwise, and gets the state of the first; none does, and nothing is sent."""
    trainer = ToyTrainer()
    trainer.step()
    before = digest_of(trainer.state_dict())
    assert agree(ranks, trainer) == 0
    if ranks.rank == 1:
        trainer.step()
    assert agree(ranks, trainer) == 1
    assert digest_of(trainer.state_dict()) == before


if __name__ == "__main__":
    joined = JoinedRanks(torch.device("cpu"))
    with joined.ending_in_one_line():
        exchange(joined)
        drift(joined)
        if "fail" in sys.argv:
            assert joined.rank == 0, "one fails"
            joined.total(0.0)  # waits in vain
    joined.end()
