"""A flood of warnings becomes one line a period, with the number of the others."""

import logging

import pytest

from rtsynth.common import log


def test_one_line_a_period(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = 0.0
    monkeypatch.setattr(log.time, "monotonic", lambda: now)
    limited = log.RateLimitedLog(logging.getLogger("test"), period_s=1.0)
    for now in (0.0, 0.2, 0.9, 1.0, 1.5, 2.0):
        limited.warning(f"at {now}")
    assert caplog.messages == [
        "at 0.0",
        "at 1.0 (and 2 more since)",
        "at 2.0 (and 1 more since)",
    ]


def test_a_cause_comes_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    limited = log.RateLimitedLog(logging.getLogger("test"))
    limited.warning("a mistake", ZeroDivisionError("why"))
    (record,) = caplog.records
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError
