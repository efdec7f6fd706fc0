"""Every option has a name, an explanation and a place on the page."""

from rtsynth.host.restart import OPTIONS
from rtsynth_gui.settings.options import ROWS, TYPED, called, labels, tidy, values


def test_all_that_an_engine_can_be_asked_for() -> None:
    assert tuple(labels()) == tuple(name for row in ROWS for name in row) == OPTIONS
    assert {*values(), *TYPED} == set(OPTIONS)
    assert all(label and tip for label, _unit, tip in labels().values())


def test_how_values_are_called() -> None:
    assert called("rate", "48000") == "48000 Hz"
    assert called("rate", "auto") == "Automatic"
    assert called("midi", "auto") == "All inputs"
    assert called("device", "null") == "No device (silent)"
    assert called("voices", "4") == "4"
    assert [tidy(each) for each in ("100.0", "2.5", "auto", "48000")] == [
        "100",
        "2.5",
        "auto",
        "48000",
    ]
