"""A piano keyboard: mouse (higher on the key is softer), glissando, computer keys, what sounds."""

import math
from collections import Counter

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtsynth_gui.link.control import Control, note_name
from rtsynth_gui.widgets import key_layout, theme
from rtsynth_gui.widgets.ground import paint_ground
from rtsynth_gui.widgets.plain import plain_tip

BLACK_PITCH_CLASSES = frozenset({1, 3, 6, 8, 10})
BLACK_LENGTH = 0.6
BLACK_WIDTH = 0.62
MAXIMUM_KEYS = 60
SOFTEST, LOUDEST = 0.25, 1.0
TYPED_VELOCITY = 0.8
TYPED_KEYS = key_layout.PLACES[:17]
OCTAVE_KEYS = {"z": -1, "<": -1, "x": 1, ">": 1}


def is_black(note: int) -> bool:
    return note % 12 in BLACK_PITCH_CLASSES


def key_colours(black: bool, playable: bool) -> tuple[str, str]:
    """The colours of a key at rest and of what is written on it; grey out of the range."""
    if playable:
        if black:
            return theme.KEY_BLACK, theme.KEY_BLACK_LETTER
        return theme.KEY_WHITE, theme.KEY_WHITE_LETTER
    return theme.KEY_BLACK_OUT if black else theme.KEY_WHITE_OUT, theme.KEY_LETTER_OUT


def key_range(pitch: Control) -> tuple[int, int]:
    """First and last key (MIDI) for a pitch: whole octaves, C to B; the middle of a wide range."""
    first = math.floor(pitch.minimum / 12) * 12
    last = math.ceil((pitch.maximum + 1) / 12) * 12 - 1
    if last - first >= MAXIMUM_KEYS:
        first = max(first, round((pitch.default - MAXIMUM_KEYS / 2) / 12) * 12)
    return first, min(last, first + MAXIMUM_KEYS - 1)


class Keyboard(QWidget):
    """Emits notes; shows which are down, which sound otherwise (MIDI, OSC), the letters that play
    them, where the pitch parameter stands, and what of the keys is out of its range.
    `shifted(done)`: another octave was asked for; whether there was one."""

    note_on = Signal(int, float)
    note_off = Signal(int)
    shifted = Signal(bool)

    def __init__(self, pitch: Control, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.minimum, self.maximum = pitch.minimum, pitch.maximum
        self.first, self.last = key_range(pitch)
        self.pitch: float | None = None
        self.setAccessibleName(self.tr("Keyboard"))
        letters = key_layout.here()
        self.setToolTip(
            plain_tip(
                self.tr(
                    "Play with the mouse (higher is softer) or the letters on "
                    "the keys. {down} and {up}, or < and >: octave down and up. "
                    "Esc: release; twice: panic"
                ).format(down=letters.letter("z").upper(), up=letters.letter("x").upper())
            )
        )
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # letters play whatever has the focus
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._mouse_note: int | None = None
        self._typed: dict[int, int] = {}
        self._hold = False
        self._held: int | None = None
        self._unheard: Counter[int] = Counter()  # notes begun here of which no word came yet
        self.sounding: set[int] = set()
        # Where the key A is: the C from which most of the range can be reached.
        middle = (self.minimum + self.maximum) / 2 - len(TYPED_KEYS) / 2
        self.typed_base = max(self.first, round(middle / 12) * 12)
        whites = [n for n in range(self.first, self.last + 1) if not is_black(n)]
        self._white_index = {note: index for index, note in enumerate(whites)}

    def sizeHint(self) -> QSize:
        return QSize(400, 72)

    @property
    def down(self) -> set[int]:
        """The notes that sound."""
        single = {n for n in (self._mouse_note, self._held) if n is not None}
        return single | set(self._typed.values())

    def show_pitch(self, pitch: float) -> None:
        """Put the marker where the pitch parameter stands."""
        if pitch != self.pitch:
            notes = {round(p) for p in (self.pitch, pitch) if p is not None}
            self.pitch = pitch
            for note in notes & set(range(self.first, self.last + 1)):
                self.update(self.key_rect(note).toAlignedRect())

    def show_note(self, note: float, sounds: bool) -> None:
        """The engine says that a note began or ended, whoever plays it."""
        key = round(note)
        if sounds:
            self._unheard[key] = max(self._unheard[key] - 1, 0)
        elif key == self._held and not self._unheard[key]:
            self._replace_held(None)  # somebody else has ended theirs; the engine keeps ours
        if sounds != (key in self.sounding):
            (self.sounding.add if sounds else self.sounding.discard)(key)
            if self.first <= key <= self.last:
                self.update(self.key_rect(key).toAlignedRect())

    def silence(self, *, held: bool = False) -> None:
        """The engine ended all notes; with `held` also the one that is held here."""
        self.sounding.clear()
        if held:
            self._held = None
            self._unheard.clear()
        self.update()

    def set_hold(self, hold: bool) -> None:
        """Whether the last key released sounds on until the next one is played."""
        self._hold = hold
        if not hold:
            self._replace_held(None)

    def _replace_held(self, note: int | None) -> None:
        previous, self._held = self._held, note
        if previous is not None and previous not in self.down:
            self.note_off.emit(previous)
        self.update()

    def _begin(self, note: int, velocity: float) -> None:
        # The new note first, so that an engine with one voice slides instead of pausing.
        self._unheard[note] += 1
        self.note_on.emit(note, velocity)
        self._replace_held(None)

    def _end(self, note: int) -> None:
        if note in self.down:
            return
        if self._hold and not self.down:
            self._replace_held(note)
        else:
            self.note_off.emit(note)
        self.update()

    def let_go(self) -> None:
        """Release the keys that fingers are on (a held note sounds on)."""
        notes = self.down - {self._held}
        self._mouse_note = None
        self._typed.clear()
        for note in notes:
            self._end(note)
        self.update()

    def take_over(self, other: "Keyboard") -> None:
        """Be where another keyboard of the same notes is: the note that it holds is held here."""
        if (other.first, other.last) == (self.first, self.last):
            self.typed_base = other.typed_base
            self.shifted.emit(True)
        self._held, other._held = other._held, None
        self.sounding |= other.sounding
        self.update()

    def forget(self) -> None:
        """Nothing sounds any more (panic, engine gone): all keys up, without a signal."""
        self._mouse_note = self._held = None
        self._typed.clear()
        self.silence(held=True)

    def drop_held(self) -> None:
        """End the note that sounds on after its key."""
        self._replace_held(None)

    def key_rect(self, note: int) -> QRectF:
        """Where a key is drawn."""
        width = self.width() / len(self._white_index)
        if is_black(note):
            left = (self._white_index[note - 1] + 1) * width - width * BLACK_WIDTH / 2
            return QRectF(left, 0, width * BLACK_WIDTH, self.height() * BLACK_LENGTH)
        return QRectF(self._white_index[note] * width, 0, width, self.height())

    def _notes(self, black: bool) -> list[int]:
        return [n for n in range(self.first, self.last + 1) if is_black(n) == black]

    def note_at(self, point: QPointF) -> int | None:
        """The key under a point; black keys lie above white ones."""
        for note in self._notes(True) + self._notes(False):
            if self.key_rect(note).contains(point):
                return note
        return None

    def _play(self, point: QPointF) -> None:
        note = self.note_at(point)
        if note == self._mouse_note:
            return
        previous, self._mouse_note = self._mouse_note, note
        if note is not None:
            share = point.y() / self.key_rect(note).height()
            self._begin(note, SOFTEST + (LOUDEST - SOFTEST) * min(max(share, 0.0), 1.0))
        if previous is not None:
            self._end(previous)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._play(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._play(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._play(QPointF(-1, -1))

    def press_key(self, text: str, key: int) -> bool:
        """A key of the computer: its place (see `key_layout`) or its text, and its code. Whether it
        plays, or moves the octave."""
        letter = text.lower()
        if letter in OCTAVE_KEYS:
            self.shift_octave(OCTAVE_KEYS[letter])
            return True
        index = TYPED_KEYS.find(letter) if letter else -1
        note = self.typed_base + index
        if index < 0 or note > self.last or not self.isEnabled():
            return False
        if key not in self._typed:  # it repeats while it is down
            self._typed[key] = note
            self._begin(note, TYPED_VELOCITY)
        return True

    def release_key(self, key: int) -> bool:
        """The same key is up again; whether it had played."""
        note = self._typed.pop(key, None)
        if note is None:
            return False
        self._end(note)
        return True

    def shift_octave(self, octaves: int) -> None:
        """Move what the letters play, as far as there are keys. What is down stays down."""
        done = self.can_shift(octaves)
        if done:
            self.typed_base += 12 * octaves
            self.update()
        self.shifted.emit(done)

    def can_shift(self, octaves: int) -> bool:
        """Whether there are keys so many octaves above what the letters play."""
        return self.first <= self.typed_base + 12 * octaves <= self.last

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_ground(self, painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.75)
        painter.setFont(font)
        stale = QRectF(event.rect())
        for note in self._notes(False) + self._notes(True):
            if self.key_rect(note).intersects(stale):
                self._paint_key(painter, note)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.ACCENT), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _paint_key(self, painter: QPainter, note: int) -> None:
        rect = self.key_rect(note).adjusted(0.75, 0, -0.75, -1)
        black = is_black(note)
        playable = self.minimum <= note <= self.maximum and self.isEnabled()
        colour, ink = key_colours(black, playable)
        if note in self.down:
            colour = theme.ACCENT
        elif note in self.sounding and self.isEnabled():
            colour = theme.FOLLOW
        painter.setPen(QPen(QColor(theme.KEY_EDGE), 1))
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(rect, 3, 3)
        if note % 12 == 0:
            painter.setPen(QColor(ink))
            label = rect.adjusted(0, 0, 0, -3)
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
            painter.drawText(label, flags, note_name(note))
        self._paint_letter(painter, rect, note, ink)
        if self.pitch is not None and round(self.pitch) == note and self.isEnabled():
            # A quarter-tone to either side moves the dot across the key.
            x = rect.center().x() + (self.pitch - note) * rect.width() * 0.7
            y = rect.bottom() - (10 if black else 24)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.ACCENT if note not in self.down else theme.BACKGROUND))
            painter.drawEllipse(QPointF(x, y), 4, 4)

    def _paint_letter(self, painter: QPainter, rect: QRectF, note: int, ink: str) -> None:
        """The letter that plays a key, where it is in no marker's way."""
        index = note - self.typed_base
        if not 0 <= index < len(TYPED_KEYS) or not self.isEnabled():
            return
        black = is_black(note)
        painter.setPen(QColor(ink))
        up = 18 if black else 36
        place = QRectF(rect.left(), rect.bottom() - up - 12, rect.width(), 14)
        letter = key_layout.here().letter(TYPED_KEYS[index]).upper()
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, letter)
