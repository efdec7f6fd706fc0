"""Pages of knobs: one in front, all of them follow the engine."""

from PySide6.QtWidgets import QApplication

from rtsynth_gui.link.control import Control
from rtsynth_gui.panels.dial_cell import DialCell
from rtsynth_gui.panels.dial_line import DialLine
from rtsynth_gui.panels.paged_card import PagedCard
from rtsynth_gui.panels.slot_panel import page_of


def line(*names: str) -> DialLine:
    return DialLine([DialCell(Control(name, 0, 1, 0), 0.0) for name in names])


def test_tabs_turn_pages_and_those_behind_follow_too(qt: QApplication) -> None:
    pages = {"Envelope": line("attack", "decay"), "Macros": line("macro1")}
    card = PagedCard(list(pages.items()))
    turned: list[str] = []
    card.turned.connect(turned.append)
    assert card.stack.currentWidget() is pages["Envelope"]
    card.show_page("Macros")
    card.show_page("none such")
    assert card.stack.currentWidget() is pages["Macros"]
    assert turned == ["Macros"]
    pages["Envelope"].cells[0].report(0.5)
    card.refresh(1e12)
    assert pages["Envelope"].cells[0].value == 0.5


def test_one_page_is_a_card_with_a_title(qt: QApplication) -> None:
    card = PagedCard([("Output", line("gain"))])
    assert card.caption.text() == "Output"
    assert card.tabs is None
    card.show_page("Output")


def test_a_card_takes_another_in_and_gives_it_back(qt: QApplication) -> None:
    output = line("gain", "temperature")
    first = PagedCard([("Envelope", line("attack")), ("Macros", line("macro1"))])
    second = PagedCard([("Output", output)])
    first.take_in(second)
    assert second.isHidden()
    assert first.tabs is not None
    first.show_page("Output")
    assert first.stack.currentWidget() is output
    assert first.tabs.tabText(2) == "Output"
    output.cells[0].report(0.5)
    second.refresh(1e12)
    assert output.cells[0].value == 0.5
    first.give_back()
    assert not second.isHidden()
    assert (first.tabs.count(), first.stack.count()) == (2, 2)
    assert second.stack.currentWidget() is output
    assert output.isVisibleTo(second)


def test_every_built_in_control_has_its_page() -> None:
    assert [page_of(name) for name in ("attack", "glide", "lfo1_rate", "lfo2_shape", "follow_gain",
                                       "walk_rate", "macro3", "tempo", "gain", "min_p")] == [
        "Envelope", "Envelope", "LFO 1", "LFO 2", "Follow", "Follow", "Macros", "Macros", "Output",
        "Output",
    ]  # fmt: skip
    # Of an opened slot each tier has its own; how it draws is no part of its layers.
    names = ("motion.layer1_scale", "audio.frame2_loop", "audio.freeze", "motion.beta")
    assert [page_of(name) for name in names] == ["motion", "audio", "audio", "Output"]


def test_a_page_in_front_has_its_note(qt: QApplication) -> None:
    card = PagedCard([("LFO 1", line("lfo1_rate")), ("Macros", line("macro1"))])
    card.resize(800, 200)
    card.show()
    card.show_notes({"Macros": "Macro 1 moves Pitch"})
    assert card.note.text() == ""
    card.show_page("Macros")
    assert card.note.text() == "Macro 1 moves Pitch"
    card.show_notes({})
    assert card.note.text() == ""
