"""Other clients' messages: the engine's count less our own."""

from rtsynth_gui.activity.traffic import Traffic
from rtsynth_gui.link.status import Status


def counted(messages: int) -> Status:
    return Status({"osc": {"messages": messages}})


def test_only_what_others_sent_counts() -> None:
    traffic = Traffic()
    for sent, messages, others in (
        (10, 100, 0),  # the first says nothing of before
        (14, 104, 0),
        (16, 109, 3),
        (20, 111, 0),  # two were lost
        (21, 3, 0),  # it has begun anew
        (23, 6, 1),
    ):
        assert traffic.others(counted(messages), sent) == others
    assert traffic.others(Status(), 30) == 0
