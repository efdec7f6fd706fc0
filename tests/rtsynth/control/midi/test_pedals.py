"""Which keys pedals hold."""

from rtsynth.control.midi.pedals import Key, Pedals

C, E, G = Key(1, 60), Key(1, 64), Key(1, 67)
OTHER = Key(2, 60)


def test_sustain_holds_what_is_released_while_it_is_down() -> None:
    pedals = Pedals()
    assert not pedals.holds(C)
    assert pedals.sustain(1, True) == []
    assert pedals.holds(C)
    assert pedals.holds(E)
    assert not pedals.holds(OTHER)
    pedals.press(E)  # down again
    assert pedals.sustain(1, False) == [C]
    assert not pedals.holds(E)


def test_sostenuto_holds_the_keys_that_were_down_and_no_others() -> None:
    pedals = Pedals()
    assert pedals.sostenuto(1, True, [C, OTHER]) == []
    assert pedals.holds(C)
    assert not pedals.holds(E)
    assert not pedals.holds(OTHER)
    assert pedals.sostenuto(1, True, [E]) == []  # it is down already: nothing more is caught
    assert not pedals.holds(E)
    assert pedals.sostenuto(1, False, []) == [C]


def test_what_both_hold_sounds_until_both_are_up() -> None:
    pedals = Pedals()
    pedals.sostenuto(1, True, [C])
    pedals.sustain(1, True)
    assert pedals.holds(C)
    assert pedals.holds(E)
    assert pedals.sustain(1, False) == [E]
    assert pedals.sostenuto(1, False, []) == [C]


def test_a_key_that_sounds_by_the_other_pedal_alone_is_not_caught() -> None:
    pedals = Pedals()
    pedals.sustain(1, True)
    assert pedals.holds(C)
    pedals.sostenuto(1, True, [C, E])
    assert pedals.sustain(1, False) == [C]


def test_both_are_up_at_once() -> None:
    pedals = Pedals()
    pedals.sustain(1, True)
    pedals.sostenuto(1, True, [C])
    for key in (C, E, G):
        assert pedals.holds(key)
    pedals.forget(G)
    assert pedals.raise_all(1) == [C, E]
