"""What a journal of changes says about values."""

from rtsynth.host.changes import Journal, ValueChange


def heard_by(journal: Journal) -> list[tuple[int, str, float]]:
    """(slot, control, value) of the values that changed since the last call."""
    changes = journal.take()
    return [(c.slot, c.control.name, c.value) for c in changes if isinstance(c, ValueChange)]
