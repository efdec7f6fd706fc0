"""Which voice of a slot states are kept of and put back in: all, one, or the newest note's."""

from PySide6.QtWidgets import QSizePolicy, QWidget

from rtsynth.host.notes import NEWEST
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.plain import plain_tip

ALL = 0  # as the engine counts: voices are from 1


class VoiceChoice(ChoiceBox):
    """Hidden where there is a single voice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Voices that states are of"))
        self.setToolTip(plain_tip(self.tr("Save, recalls, Back and Morph act on these voices")))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_voices(1)

    def show_voices(self, voices: int) -> None:
        """Offer these; one that was chosen stays so as long as there is such."""
        if self.count() != voices + 2:
            chosen = self.currentData()
            self.clear()
            self.addItem(self.tr("All voices"), ALL)
            self.addItem(self.tr("Voice of the newest note"), NEWEST)
            for number in range(1, voices + 1):
                self.addItem(self.tr("Voice {}").format(number), number)
            self.setCurrentIndex(max(self.findData(chosen), 0))
        self.setVisible(voices > 1)

    @property
    def voice(self) -> int:
        """The one that is chosen, from 1; `ALL` for all of them, NEWEST for that of a note."""
        return int(self.currentData()) if self.count() > 3 else ALL

    @property
    def to_undo(self) -> int:
        """Where what is put back there is undone: there may be a newer note by then."""
        return max(self.voice, ALL)

    @property
    def arguments(self) -> tuple[int, ...]:
        """What a command of a bank is sent for that, behind the others."""
        return (self.voice,) if self.voice else ()
