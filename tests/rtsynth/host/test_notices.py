from rtsynth.host.notices import KEPT, Notice, Notices


def test_every_reader_has_a_cursor_of_its_own() -> None:
    notices = Notices()
    notices.add("/fail", "/load", "one")
    cursor, first = notices.since(0)
    assert first == [Notice("/fail", ("/load", "one"))]
    notices.add("/device", "null", "two")
    assert notices.since(cursor) == (2, [Notice("/device", ("null", "two"))])
    assert [notice.texts[-1] for notice in notices.since(0)[1]] == ["one", "two"]
    assert notices.since(2) == (2, [])


def test_only_the_last_are_kept() -> None:
    notices = Notices()
    for number in range(KEPT + 10):
        notices.add("/fail", str(number))
    cursor, kept = notices.since(0)
    assert cursor == KEPT + 10
    assert [notice.texts for notice in kept] == [(str(n),) for n in range(10, KEPT + 10)]
