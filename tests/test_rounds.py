"""Which rounds are enough."""

import pytest

from tests.rounds import good_rounds


@pytest.mark.parametrize(
    ("rounds", "played", "passes"),
    [
        ("+++--", 3, True),
        ("-+-++", 5, True),
        ("+-+-+", 5, True),
        ("---++", 3, False),
        ("++---", 5, False),
    ],
)
def test_three_of_five(rounds: str, played: int, passes: bool) -> None:
    left = list(rounds)

    def attempt() -> str:
        return "" if left.pop(0) == "+" else "late"

    def play() -> None:
        good_rounds(attempt, good=3, of=5, reason="the machine is shared")

    if passes:
        play()
    else:
        with pytest.raises(pytest.fail.Exception, match=r"3 good rounds of 5 .*shared"):
            play()
    assert len(rounds) - len(left) == played


def test_the_first_good_round_is_not_enough() -> None:
    with pytest.raises(AssertionError):
        good_rounds(lambda: "", good=1, of=12, reason="")
