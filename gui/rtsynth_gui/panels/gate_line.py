"""What a plugin without a pitch is played by, in place of keys: its gate."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from rtsynth_gui.panels.header import ElidedLabel
from rtsynth_gui.widgets.key_layout import PLACES
from rtsynth_gui.widgets.keyboard import TYPED_VELOCITY

NOTE = 60  # any is as good
LINES = 2


class GateLine(QWidget):
    """A button that lets it sound or silences it, letters that do so while they are down, and a
    line that says why it is silent. `note_on(note, velocity)` and `note_off(note)` as of a
    keyboard.

    Such a plugin sounds by itself until a note of anybody ends.
    """

    note_on = Signal(int, float)
    note_off = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sounds = True
        self._notes: set[int] = set()  # that sound, whoever plays them
        self._keys: set[int] = set()  # of the computer, that are down
        self._held = False
        self._unheard = 0  # notes begun here of which no word came yet
        self._why = ""  # it is silent: "note" ended, "panic", or nobody knows
        self.button = QPushButton(self)
        self.button.clicked.connect(self._press)
        self.text = ElidedLabel(self, LINES)
        self.text.setObjectName("dim")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.button)
        layout.addWidget(self.text, 1)
        texts = (self.tr("Play"), self.tr("Silence"))
        widths = []
        for text in texts:
            self.button.setText(text)
            widths.append(self.button.sizeHint().width())
        self.button.setFixedWidth(max(widths))
        text_height = LINES * self.text.fontMetrics().lineSpacing()
        self.setFixedHeight(max(self.button.sizeHint().height(), text_height))
        self._show()

    @property
    def down(self) -> set[int]:
        """The note that is played here."""
        return {NOTE} if self._keys or self._held else set()

    def _show(self) -> None:
        self.button.setText(self.tr("Silence") if self.sounds else self.tr("Play"))
        why = self.tr("No keys: this plugin has no pitch. Hold any letter key to play it.")
        if not self.sounds:
            silent = {
                "note": self.tr("Silent since a note has ended; Play resumes the sound."),
                "panic": self.tr("Silent since Panic; Play or Reset resumes the sound."),
            }
            nobody_knows = self.tr("Silent; Play resumes the sound.")
            why = f"{silent.get(self._why, nobody_knows)} {why}"
        self.text.show_text(why)
        self.button.setAccessibleDescription(why)

    def _set(self, sounds: bool, why: str = "note") -> None:
        """Whether it sounds; why not, if it has ceased to, or that is another reason."""
        if sounds != self.sounds or (not sounds and why == "panic"):
            self.sounds, self._why = sounds, why
            self._show()

    def _press(self) -> None:
        if self.sounds:
            if not self.down:
                self._begin()  # what ends, began: it sounded by itself
            self._end()
        else:
            self._held = True
            self._begin()
            self._set(True)

    def _begin(self) -> None:
        self._unheard += 1
        self.note_on.emit(NOTE, TYPED_VELOCITY)

    def _end(self) -> None:
        self._held = False
        self._keys.clear()
        self.note_off.emit(NOTE)
        self._notes.discard(NOTE)
        self._set(bool(self._notes))

    def press_key(self, text: str, key: int) -> bool:
        """A letter of the computer, by its place, and its code. Whether it plays."""
        if not text or text.lower() not in PLACES or not self.isEnabled():
            return False
        if key not in self._keys:  # it repeats while it is down
            self._keys.add(key)
            self._begin()
            self._set(True)
        return True

    def release_key(self, key: int) -> bool:
        """The same key is up again; whether it had played."""
        if key not in self._keys:
            return False
        self._keys.discard(key)
        if not self._keys:
            self._end()
        return True

    def let_go(self) -> None:
        """Release the keys that fingers are on."""
        if self._keys:
            self._end()

    def drop_held(self) -> None:
        """End what Play has begun."""
        if self._held:
            self._end()

    def forget(self) -> None:
        """Nothing sounds any more (panic, engine gone), until it says otherwise; no signal."""
        self._keys.clear()
        self._held, self._unheard = False, 0
        self.silence(sounds=False, why="")

    def take_over(self, other: "GateLine") -> None:
        """Take the place of another one of the same plugin."""
        self._held, other._held = other._held, False
        self._notes |= other._notes
        self._set(other.sounds, other._why)

    def show_note(self, note: float, sounds: bool) -> None:
        """The engine says that a note began or ended, whoever plays it."""
        (self._notes.add if sounds else self._notes.discard)(round(note))
        if round(note) == NOTE and sounds:
            self._unheard = max(self._unheard - 1, 0)
        elif round(note) == NOTE and self._held and not self._unheard:
            self._end()  # somebody else has ended theirs; the engine keeps ours
        self._set(bool(self._notes or self.down))

    def show_sounds(self, sounds: bool) -> None:
        """The engine says whether the slot sounds; a note of this hand may be on its way still."""
        if not sounds:
            self._notes.clear()
        self._set(sounds or bool(self.down), "")

    def silence(self, *, sounds: bool, why: str = "note") -> None:
        """The engine ended all notes; whether it sounds by itself again, and why not."""
        self._notes.clear()
        self._set(sounds, why)
