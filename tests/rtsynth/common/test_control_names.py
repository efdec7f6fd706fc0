"""One function understands every spelling of a control; error lines name the nearest ones."""

import pytest

from rtsynth.common.control_names import (
    LONGEST_COMPARED,
    NAMED_AT_MOST,
    control_name,
    mixer_name,
    shortened,
    some_names,
    strip_name,
    unknown_control,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("pitch", "pitch"),
        (" pitch ", "pitch"),
        ("motion.beta", "motion.beta"),
        ("motion/beta", "motion.beta"),
        ("centroid/take", "centroid.take"),
        ("sampling/temperature", "temperature"),
        ("sampling.top_k", "top_k"),
        ("sampling.beta", "sampling.beta"),  # of a tier that is called sampling
        ("sampling", "sampling"),
    ],
)
def test_spellings(text: str, name: str) -> None:
    assert control_name(text) == name


def test_the_mixers_controls_are_called_after_it() -> None:
    assert strip_name(mixer_name("pan")) == strip_name("mixer/pan") == "pan"
    assert strip_name("pan") is strip_name("mixer") is strip_name("gain") is None


def test_the_nearest_are_named_first_and_not_all() -> None:
    known = [f"mfcc{number}" for number in range(1, 40)] + ["centroid", "motion.beta"]
    assert some_names(known, "motion.bta").split(", ")[0] == "motion.beta"
    assert some_names(known, "centroit").split(", ")[0] == "centroid"
    named = some_names(known, "loudness").split(", ")
    assert named == [*known[:NAMED_AT_MOST], "..."]
    assert some_names([], "pitch") == "none"


def test_a_part_that_is_not_there_names_what_it_would_belong_to() -> None:
    line = unknown_control("fill/take", "vessel", ["pitch", "rate", "rate.take", "fill"])
    assert line.startswith("parameter 'fill/take' is unknown; vessel has fill, ")


def test_long_names_are_cut() -> None:
    fits, long = "m" * LONGEST_COMPARED, "m" * (LONGEST_COMPARED + 1)
    assert shortened(fits) == repr(fits)
    assert shortened(long) == f"{fits!r}..."
    assert unknown_control(long, "vessel", ["pitch"]) == (
        f"parameter {fits!r}... is unknown; vessel has pitch"
    )
    assert some_names(["take", "pitch"], "pitchy" * 10_000) == "take, pitch"
    assert some_names(["take", "pitch"], "pitchy" + " " * 10) == "pitch, take"
