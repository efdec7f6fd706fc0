"""Specs of rows."""

from rtsynth.engine.program.specs import choice_of, spec_of


def test_a_range_reaches_its_default() -> None:
    spec = spec_of("top_k", 0.0, 10.0, 12.0, "codes", "0 keeps every code")
    assert (spec.minimum, spec.maximum, spec.default, spec.curve) == (0, 12, 12, "linear")
    assert (spec.unit, spec.description) == ("codes", "0 keeps every code")
    assert spec_of("rate", 0.1, 10.0, 1.0, "Hz", "", "exponential").value_at(0.5) == 1.0


def test_a_choice_is_a_class_with_labels() -> None:
    spec = choice_of("shape", ("sine", "saw", "square"), "of a cycle")
    assert (spec.role, spec.labels) == ("class", ["sine", "saw", "square"])
    assert (spec.minimum, spec.maximum, spec.default) == (0, 2, 0)
