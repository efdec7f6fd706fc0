"""A clock that is ahead is distinguished from a score that is sent early."""

from rtsynth.control.osc.clocks import MAX_CLIENTS, REMIND_S, Clocks


def told(leads_s: list[float], period_s: float = 0.1) -> list[float]:
    clocks = Clocks()
    found = (
        clocks.steady_lead("a", ahead_s, number * period_s)
        for number, ahead_s in enumerate(leads_s)
    )
    return [lead for lead in found if lead is not None]


def test_a_steady_lead_is_reported_once_a_minute() -> None:
    assert told([30.0 + 0.2 * (number % 3) for number in range(500)]) == [30.0]
    assert told([30.0] * 1300) == [30.0] * 3  # at 2, 62 and 122 s


def test_what_is_no_clock_ahead() -> None:
    assert told([0.2] * 500) == []  # how far ahead programs send
    assert told([10.0 + 0.1 * number for number in range(500)]) == []  # a score
    assert told([30.0] * 500, period_s=1e-4) == []  # one moment
    assert told([30.0] * 19) == []  # too few to tell
    assert told([30.0, 0.0] * 300) == []


def test_clients_are_distinguished_and_the_oldest_forgotten() -> None:
    clocks = Clocks()
    for number in range(40 * 3 * MAX_CLIENTS):
        clocks.steady_lead(number % (3 * MAX_CLIENTS), 30.0, number * 0.1)
    assert len(clocks._rows) == MAX_CLIENTS
    assert clocks.may_report("a", 0.0)
    assert not clocks.may_report("a", REMIND_S - 1)
    assert clocks.may_report("b", 1.0)
    assert clocks.may_report("a", REMIND_S)
