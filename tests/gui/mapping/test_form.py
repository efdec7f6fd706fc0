"""The form shows a mapping, and says what it should be."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from rtsynth_gui.link.control import Control
from rtsynth_gui.mapping.entry import Entry
from rtsynth_gui.mapping.form import CHOICES, MappingForm
from rtsynth_gui.panels.side import WIDTH
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip
from tests.gui.conftest import Spin

EDGE = 12  # of the side panel, to the left and to the right
FRAME = 14  # of a field, and what is between it and its text
GAIN = Control("gain", -60, 12, 0, unit="dB", address="/slot/1/gain")
ENTRY = Entry(GAIN.address, "learned", "cc", 21, 3, "keys", {"takeover": "jump"})


@pytest.fixture
def form(qt: QApplication) -> MappingForm:
    made = MappingForm()
    made.show_entry(ENTRY, GAIN)
    made.show()
    return made


@pytest.fixture
def wanted(form: MappingForm) -> list[Entry]:
    said: list[Entry] = []
    form.changed.connect(said.append)
    return said


def choose(form: MappingForm, name: str, value: str) -> None:
    box = form.choices[name]
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def type_into(edit: QLineEdit, text: str) -> None:
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def test_showing_is_no_change(form: MappingForm, wanted: list[Entry]) -> None:
    assert (form.kind.currentData(), form.number.value(), form.channel.currentData()) == (
        "cc", 21, 3,
    )  # fmt: skip
    assert form.port.text() == "keys"
    assert [edit.text() for edit in form.ends] == ["-60.0", "12.0"]
    assert form.range.text() == "Range (dB)"
    assert form.ends[1].toolTip() == plain_tip("Value at the high end: 12.0 dB")
    assert form.choices["curve"].currentData() == "linear"
    form.show_entry(replace(ENTRY, kind="bend", number=0), None)
    assert not form.number.isVisible()
    assert not form.ends[0].isEnabled()
    form.show_entry(None, None)
    assert not form.isEnabled()
    assert wanted == []


def test_the_source(form: MappingForm, wanted: list[Entry]) -> None:
    form.number.setValue(22)
    form.channel.setCurrentIndex(0)
    form.channel.activated.emit(0)
    type_into(form.port, " ")
    form.kind.setCurrentIndex(form.kind.findData("cc14"))
    form.number.setValue(100)
    form.kind.activated.emit(form.kind.currentIndex())
    assert wanted[:3] == [
        replace(ENTRY, number=22),
        replace(ENTRY, number=22, channel=None),
        replace(ENTRY, number=22, channel=None, port=""),
    ]
    assert (wanted[-1].kind, wanted[-1].number) == ("cc14", 31)


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice(form: MappingForm, wanted: list[Entry], name: str) -> None:
    for value in (*CHOICES[name], next(iter(CHOICES[name]))):
        choose(form, name, value)
    said = [entry.settings.get(name, "") for entry in wanted]
    others = list(CHOICES[name])[1:]
    assert said[: len(others)] == others
    assert len(said) == len(others) + 1


def test_ranges(form: MappingForm, wanted: list[Entry]) -> None:
    type_into(form.ends[0], "-24")
    type_into(form.ends[1], "0 dB")
    assert wanted[-1].span(GAIN) == (-24.0, 0.0)
    form.invert.click()
    assert wanted[-1].span(GAIN) == (0.0, -24.0)
    before = len(wanted)
    type_into(form.ends[0], "loud")
    assert len(wanted) == before
    assert form.ends[0].text() == "0.0"


def test_steps_of_an_encoder(form: MappingForm, wanted: list[Entry]) -> None:
    assert not form.step.isEnabled()
    form.show_entry(ENTRY.having(relative="offset"), GAIN)
    type_into(form.step, "2,5")
    assert wanted[-1].settings["step"] == 0.025
    type_into(form.step, "x")
    assert "step" not in wanted[-1].settings


def test_kinds_have_titles(form: MappingForm) -> None:
    titles = [form.kind.itemText(row) for row in range(form.kind.count())]
    assert titles == [
        "CC", "CC (14 bits)", "NRPN", "Note", "Program", "Pressure", "Key pressure", "Pitch bend",
    ]  # fmt: skip


def test_what_is_being_typed_is_left_alone(
    form: MappingForm, wanted: list[Entry], spin: Spin
) -> None:
    form.activateWindow()
    form.port.setFocus()
    spin(form.port.hasFocus)
    form.port.selectAll()
    QTest.keyClicks(form.port, "pads")
    form.show_entry(ENTRY.having(takeover="pickup"), GAIN)
    assert form.port.text() == "pads"
    form.show_entry(replace(ENTRY, address="/slot/1/pan"), None)
    assert form.port.text() == "keys", "that was another mapping's"
    assert wanted == []


def test_curves_without_room_in_the_range_are_grey(form: MappingForm) -> None:
    def offered() -> list[str]:
        model, box = form.choices["curve"].model(), form.choices["curve"]
        flags = (model.flags(model.index(row, 0)) for row in range(box.count()))
        return [
            box.itemData(row) for row, flag in enumerate(flags) if flag & Qt.ItemFlag.ItemIsEnabled
        ]

    assert offered() == ["linear", "volume"]
    rate = Control("lfo1_rate", 0.01, 40, 5, unit="Hz", curve="exponential", address="/slot/1/r")
    form.show_entry(replace(ENTRY, address=rate.address), rate)
    assert offered() == ["linear", "exponential"]
    kind = Control("kind", 0, 1, 0, role="class", address="/slot/1/k")
    form.show_entry(replace(ENTRY, address=kind.address), kind)
    assert offered() == ["linear"]


def test_labels_of_what_cannot_be_chosen_are_grey(form: MappingForm) -> None:
    def is_grey(title: str) -> bool:
        labels = form.findChildren(PlainLabel)
        return not next(label for label in labels if label.text() == title).isEnabled()

    assert not is_grey("Button mode")
    form.show_entry(ENTRY.having(relative="offset"), GAIN)
    assert is_grey("Button mode")
    assert not is_grey("Step (%)")
    assert form.choices["takeover"].isEnabled() is False


def test_numbers_of_a_range_are_shown_whole(form: MappingForm, qt: QApplication) -> None:
    form.resize(WIDTH - 2 * EDGE, form.sizeHint().height())
    for low, high, unit in (
        (-100.0, 20000.0, "octaves"),
        (-60.0, 12.0, "dB"),
        (0.0, 127.0, "MIDI"),
    ):
        form.show_entry(ENTRY, Control("pitch", low, high, 0.0, unit=unit, address=GAIN.address))
        qt.processEvents()
        for edit in form.ends:
            wide = edit.fontMetrics().horizontalAdvance(edit.text())
            assert wide + FRAME <= edit.width(), (edit.text(), unit)


@pytest.mark.parametrize(
    ("command", "can"), [("recall dark", []), ("loop dark 0.5", ["mode"]), ("morph a b", [])]
)
def test_what_an_action_has_no_use_for_is_grey(
    form: MappingForm, wanted: list[Entry], command: str, can: list[str]
) -> None:
    action = Entry(f"/slot/1/bank/{command}", "learned", "cc", 21, settings={"takeover": "jump"})
    form.show_entry(action, None)
    assert [name for name, box in form.choices.items() if box.isEnabled()] == can
    form.number.setValue(22)
    assert wanted == [replace(action, number=22)]
