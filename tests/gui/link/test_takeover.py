from rtsynth_gui.link.takeover import Takeover


def test_follows_the_engine_at_rest() -> None:
    takeover = Takeover(hold_s=0.25)
    takeover.report(3.0)
    assert takeover.due(0.0) == 3.0
    assert takeover.due(0.1) is None, "shown once"


def test_echoes_wait_until_the_hand_has_rested() -> None:
    takeover = Takeover(hold_s=0.25)
    takeover.grab()
    takeover.touch(1.0)
    takeover.report(0.1)
    assert takeover.due(9.0) is None, "held"
    takeover.release(10.0)
    assert takeover.due(10.2) is None, "just let go"
    assert takeover.due(10.3) == 0.1, "the engine has the last word"


def test_reports_older_than_the_last_move_do_not_count() -> None:
    takeover = Takeover(hold_s=0.25)
    takeover.report(0.1)
    takeover.touch(1.0)
    assert takeover.due(2.0) is None
