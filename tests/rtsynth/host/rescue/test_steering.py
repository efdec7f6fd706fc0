from rtsynth.host.rescue.features import WINDOW
from rtsynth.host.rescue.steering import (
    FIRM,
    GENTLE,
    HELPED_S,
    OFF,
    OFTEN,
    PATIENCE,
    PATIENCE_FOR,
    QUIET_S,
    Act,
    Kind,
    Steering,
)
from rtsynth.host.rescue.traps import State, Verdict

RATE_HZ, STEP, MARGIN = 16_000, 400, 640
HEALTHY, NOISE = Verdict(State.HEALTHY), Verdict(State.WRONG, "noise")
LOOP = Verdict(State.WRONG, "loop")
PAUSE = Verdict(State.HEALTHY, "", True)


class Steered:
    """A steered voice, and the acts of the last stretch."""

    def __init__(self, mode: str) -> None:
        self.steering, self.mode, self.clock = Steering(RATE_HZ, MARGIN), mode, WINDOW

    def go_on(self, looks: int, verdict: Verdict) -> list[Act]:
        acts = []
        for _ in range(looks):
            self.clock += STEP
            acts += self.steering.step(self.mode, self.clock, verdict)
        return acts

    def until_act(self, verdict: Verdict) -> Act:
        for _ in range(1000):
            if acts := self.go_on(1, verdict):
                return acts[-1]
        raise AssertionError("nothing is done")


def kinds(acts: list[Act]) -> list[Kind]:
    return [act.kind for act in acts]


def test_healthy_or_off_nothing_is_done() -> None:
    assert Steered(FIRM).go_on(4000, HEALTHY) == []
    assert Steered(OFF).go_on(4000, NOISE) == []


def test_firm_goes_back_at_once_to_before_the_last_healthy_window() -> None:
    voice = Steered(FIRM)
    assert voice.go_on(40, HEALTHY) == []
    healthy = voice.clock
    assert voice.go_on(PATIENCE - 1, NOISE) == []
    assert voice.go_on(1, NOISE) == [Act(Kind.RETURN, healthy - WINDOW - MARGIN, "noise")]


def test_gentle_is_cooler_first_and_warms_up_again() -> None:
    voice = Steered(GENTLE)
    voice.go_on(40, HEALTHY)
    assert kinds(voice.go_on(PATIENCE, NOISE)) == [Kind.COOL]
    assert kinds(voice.go_on(40, HEALTHY)) == [Kind.WARM], "that was enough"
    assert kinds(voice.go_on(2 * PATIENCE, NOISE)) == [Kind.COOL, Kind.RETURN], "and it stays cool"
    assert kinds(voice.go_on(40, HEALTHY)) == [Kind.WARM]


def test_a_loop_is_not_made_cooler() -> None:
    voice = Steered(GENTLE)
    voice.go_on(40, HEALTHY)
    assert kinds(voice.go_on(PATIENCE, LOOP)) == [Kind.RETURN]


def test_a_pause_takes_longer_to_be_a_trap_than_a_state_that_cannot_be() -> None:
    for reason in ("silence", "quiet", "state"):
        voice = Steered(GENTLE)
        voice.go_on(40, HEALTHY)
        wrong = Verdict(State.WRONG, reason)
        assert voice.go_on(PATIENCE_FOR[reason] - 1, wrong) == []
        assert kinds(voice.go_on(1, wrong)) == [Kind.RETURN]


def test_it_goes_back_to_where_it_could_be_heard() -> None:
    voice = Steered(FIRM)
    voice.go_on(40, HEALTHY)
    heard = voice.clock
    voice.go_on(40, PAUSE)
    assert voice.until_act(NOISE).at == heard - WINDOW - MARGIN


def test_an_act_has_time_to_be_heard() -> None:
    voice = Steered(FIRM)
    voice.go_on(40, HEALTHY)
    voice.until_act(NOISE)
    quiet = (WINDOW + QUIET_S * RATE_HZ) // STEP
    assert voice.go_on(int(quiet) + PATIENCE - 1, NOISE) == []


def test_further_back_then_a_reset_then_it_is_left_alone() -> None:
    voice = Steered(FIRM)
    voice.go_on(400, HEALTHY)
    first, second, third, fourth = (voice.until_act(LOOP) for _ in range(4))
    assert (first.kind, second.kind, third.kind) == (Kind.RETURN, Kind.RETURN, Kind.RESET)
    assert second.at < first.at - 0.2 * RATE_HZ
    assert fourth == Act(Kind.ACCEPT), "not a rescue: nobody is told of it"


def test_computed_ahead_it_goes_back_to_what_was_heard() -> None:
    steering, ahead = Steering(RATE_HZ, MARGIN), 6400
    for clock in range(WINDOW, WINDOW + 40 * STEP, STEP):
        assert steering.step(FIRM, clock, HEALTHY, clock - ahead) == []
    for _ in range(PATIENCE):
        clock += STEP
        acts = steering.step(FIRM, clock, LOOP, clock - ahead)
    (act,) = acts
    assert clock - ahead - STEP < act.at <= clock - ahead
    heard = clock - ahead + 200
    steering.rewound(heard)
    # It is judged again as soon as all that is looked at is new, though that is not heard yet.
    quiet = int(WINDOW + QUIET_S * RATE_HZ)
    assert steering.step(FIRM, heard + quiet - 1, LOOP, heard) == []
    for number in range(PATIENCE - 1):
        assert steering.step(FIRM, heard + quiet + number, LOOP, heard) == []
    (again,) = steering.step(FIRM, heard + quiet + PATIENCE, LOOP, heard)
    assert again.at < act.at, "what was healthy beyond is void"


def test_what_was_wrong_and_is_void_does_not_count() -> None:
    voice = Steered(FIRM)
    voice.go_on(40, HEALTHY)
    voice.go_on(PATIENCE - 1, LOOP)
    voice.steering.rewound(voice.clock)
    assert kinds(voice.go_on(1, LOOP)) == [Kind.RETURN], "nothing of it is void"
    voice = Steered(FIRM)
    voice.go_on(40, HEALTHY)
    voice.go_on(PATIENCE - 1, LOOP)
    voice.steering.rewound(voice.clock - PATIENCE * STEP)
    assert voice.go_on(PATIENCE - 1, LOOP) == []


def test_cooler_sampling_is_no_longer_where_it_is_computed_anew() -> None:
    voice = Steered(GENTLE)
    voice.go_on(40, HEALTHY)
    assert kinds(voice.go_on(PATIENCE, NOISE)) == [Kind.COOL]
    voice.clock -= 6400
    voice.steering.rewound(voice.clock)
    looks = 2 * WINDOW // STEP
    assert voice.go_on(looks, HEALTHY) == []
    assert kinds(voice.go_on(1, HEALTHY)) == [Kind.WARM]


def test_without_a_healthy_moment_it_is_reset_once() -> None:
    voice = Steered(FIRM)
    assert voice.until_act(NOISE).kind is Kind.RESET
    assert voice.until_act(NOISE).kind is Kind.ACCEPT


def test_a_trap_that_is_over_is_forgotten() -> None:
    voice = Steered(FIRM)
    voice.go_on(400, HEALTHY)
    for _ in range(8):
        assert voice.until_act(NOISE).kind is Kind.RETURN
        voice.go_on(int((2 + HELPED_S) * RATE_HZ / STEP), HEALTHY)


def test_switched_off_it_is_as_warm_as_its_knob() -> None:
    voice = Steered(GENTLE)
    voice.go_on(40, HEALTHY)
    voice.go_on(PATIENCE, NOISE)
    voice.mode = OFF
    assert kinds(voice.go_on(40, NOISE)) == [Kind.WARM]
    assert not voice.steering.busy


def test_it_does_not_chatter() -> None:
    """In ten minutes that are wrong every second, however rescues help."""
    voice, acts = Steered(GENTLE), []
    for _ in range(600):
        acts += voice.go_on(25, HEALTHY)
        acts += voice.go_on(15, NOISE)
    first = acts.index(Act(Kind.ACCEPT))
    rescues = [act for act in acts[:first] if act.reason]
    assert len(rescues) <= OFTEN
