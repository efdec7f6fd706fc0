"""Controls and pictures take turns, unless frames come late."""

from rtsynth_gui.panels.turns import LATE_S, Turn, Turns


def test_each_is_drawn_in_every_second_frame() -> None:
    turns = Turns()
    assert turns.next(10.0) == Turn(True, True)  # the first one
    frames = [turns.next(10.0 + n * 0.016) for n in range(1, 5)]
    assert frames == [Turn(False, True), Turn(True, False)] * 2


def test_late_frames_draw_everything() -> None:
    turns = Turns()
    times_s = [n * (LATE_S + 0.01) for n in range(4)]
    assert [turns.next(now_s) for now_s in times_s] == [Turn(True, True)] * 4
