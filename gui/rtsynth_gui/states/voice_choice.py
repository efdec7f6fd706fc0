"""Which voice of a slot states are put back in: all of them, or one."""

from PySide6.QtWidgets import QSizePolicy, QWidget

from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.plain import plain_tip

ALL = 0  # as the engine counts: voices are from 1


class VoiceChoice(ChoiceBox):
    """Hidden where there is a single voice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Voices that states are put back in"))
        self.setToolTip(plain_tip(self.tr("Recalls, Back and Morph act on these voices")))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_voices(1)

    def show_voices(self, voices: int) -> None:
        """Offer these; one that was chosen stays so as long as there is such."""
        if self.count() != voices + 1:
            chosen = self.currentIndex()
            self.clear()
            self.addItem(self.tr("In all voices"), ALL)
            for number in range(1, voices + 1):
                self.addItem(self.tr("In voice {}").format(number), number)
            self.setCurrentIndex(chosen if 0 <= chosen <= voices else 0)
        self.setVisible(voices > 1)

    @property
    def voice(self) -> int:
        """The one that is chosen, from 1; `ALL` for all of them."""
        return max(self.currentIndex(), 0) if self.count() > 2 else ALL

    @property
    def arguments(self) -> tuple[int, ...]:
        """What a command of a bank is sent for that, behind the others."""
        return (self.voice,) if self.voice else ()
