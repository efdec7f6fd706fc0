"""The vertical range of the waveform."""

from rtsynth_gui.widgets.scope import SILENCE, ZOOM_IN_AFTER_S, ZOOMS, Zoom


def settled(zoom: Zoom, peak: float, from_s: float) -> float:
    """The range after that peak has been there for a while."""
    zoom.follow(peak, from_s)
    return zoom.follow(peak, from_s + ZOOM_IN_AFTER_S + 0.1)


def test_it_widens_at_once_and_narrows_after_a_while() -> None:
    zoom = Zoom()
    assert zoom.follow(0.1, 0.0) == 1.0
    assert settled(zoom, 0.1, 0.1) == 0.2
    assert zoom.follow(0.7, 2.0) == 1.0
    assert settled(zoom, 0.01, 3.0) == ZOOMS[-1] == 0.05


def test_silence_is_not_looked_at_more_closely() -> None:
    zoom = Zoom()
    assert settled(zoom, 0.0, 0.0) == 1.0
    assert settled(zoom, 0.3, 5.0) == 0.5
    assert settled(zoom, SILENCE / 2, 10.0) == 0.5
