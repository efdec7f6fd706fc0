"""Figures of a live engine on a machine that it shares: k good rounds of n, and why not all."""

from collections.abc import Callable

import pytest


def good_rounds(attempt: Callable[[], str], *, good: int, of: int, reason: str) -> None:
    """Fail unless `good` rounds `of` so many are, which is more than half of them.

    `attempt` plays one round and returns what is wrong with it; nothing if it is good. As soon as
    it is decided, no further round is played. `reason` says what can spoil a round.
    """
    assert of / 2 < good <= of
    faults: list[str] = []
    passed = 0
    while passed < good:
        if fault := attempt():
            faults.append(fault)
        else:
            passed += 1
        if len(faults) > of - good:
            rounds = "".join(f"\n  {fault}" for fault in faults)
            pytest.fail(f"fewer than {good} good rounds of {of} (allowed for: {reason}):{rounds}")
