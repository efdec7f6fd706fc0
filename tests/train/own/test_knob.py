"""What is said of a parameter of a set."""

from rtsynth.offline.params_file import Original
from rtsynth_train.own.knob import NORMALISED, Knob


def test_the_line_of_a_parameter() -> None:
    rate = Knob("rate", 0, 1, NORMALISED, Original("rate pow(2,n)", 2, 5), values=11)
    assert rate.line() == (
        "rate: 0 to 1; 0 and 1 are 2 and 5 rate pow(2,n); 11 values, one for each recording"
    )
    pitch = Knob("pitch", 200, 4000, "frequency", constant=False)
    assert pitch.line() == "pitch: 200 to 4000 frequency; over time"
    assert (rate.shown_unit, pitch.shown_unit) == ("", "frequency")
    assert (rate.meaning, pitch.meaning) == ("0 and 1 are 2 and 5 rate pow(2,n)", "")


def test_names_and_units_move_no_cursor() -> None:
    line = Knob("a\x1b[2J", 0, 1, "H\nz").line()
    assert line.isprintable()
    assert len(Knob("a", 0, 1, "long" * 40).shown_unit) <= 32
