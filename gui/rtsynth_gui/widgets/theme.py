"""The one place for colours and shapes: dark, calm, one accent."""

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

BACKGROUND = "#14171b"
PANEL = "#1b1f25"
WELL = "#101316"
LINE = "#2b313a"
LINE_STRONG = "#3b434e"
TEXT = "#dce1e7"
DIM = "#8b95a1"
FAINT = "#5b6470"
ACCENT = "#e0a458"
ACCENT_DIM = "#8f6b3d"
FOLLOW = "#74aecb"
FOLLOW_DIM = "#3f6478"
LEARN = "#c792ea"  # waits for a MIDI control
MODULATION = "#63d0c4"
HANDLE = "#e9ebee"
TRACE = "#f0c483"
GOOD = "#6fbf8b"
WARN = "#e0b64f"
BAD = "#e2675d"

STYLE = f"""
QWidget {{ color: {TEXT}; background: transparent; }}
QMainWindow, QDialog {{ background: {BACKGROUND}; }}
QToolTip {{ color: {TEXT}; background: {PANEL}; border: 1px solid {LINE_STRONG}; padding: 4px; }}
#well {{ background: {WELL}; border: 1px solid {LINE}; border-radius: 8px; }}
#card {{ background: {PANEL}; border: 1px solid {LINE}; border-radius: 8px; }}
#caption {{ color: {DIM}; font-weight: 600; }}
#dim {{ color: {DIM}; }}
#learning {{ color: {LEARN}; font-weight: 600; }}
#plugin {{ font-weight: 600; }}
#failure {{ color: {BAD}; }}
QLabel:disabled, #dim:disabled, #caption:disabled {{ color: {FAINT}; }}
#waiting {{ color: {DIM}; }}
QLineEdit {{
    background: {WELL}; border: 1px solid {LINE}; border-radius: 4px; padding: 3px 6px;
    selection-background-color: {ACCENT_DIM}; selection-color: {TEXT};
}}
QPushButton[learning="true"] {{ border: 1px dashed {LEARN}; color: {LEARN}; }}
#small {{ padding: 1px 2px; }}
QLineEdit:hover {{ border-color: {LINE_STRONG}; }}
QLineEdit:focus {{ border-color: {ACCENT}; }}
QLineEdit:disabled {{ color: {FAINT}; background: {PANEL}; }}
QPushButton {{
    background: #242a32; border: 1px solid {LINE}; border-radius: 5px; padding: 6px 14px;
}}
QPushButton:hover {{ background: #2b323c; border-color: {LINE_STRONG}; }}
QPushButton:pressed {{ background: #1e232a; }}
QPushButton:focus {{ border-color: {ACCENT}; }}
QPushButton:checked {{ background: #4a3a22; border-color: {ACCENT}; color: #ffe3bb; }}
#record:checked {{ background: #4a2522; border-color: {BAD}; color: #ffd9d5; }}
QPushButton:disabled {{ color: {FAINT}; background: {PANEL}; }}
#held {{
    background: #3a3023; border: 1px solid {ACCENT_DIM}; border-radius: 6px; color: #f3d9b5;
    padding: 0; font-weight: 600;
}}
#held:hover {{ background: #4a3c29; border-color: {ACCENT}; }}
#held:focus {{ border-color: {ACCENT}; }}
#held:disabled {{ color: {FAINT}; background: {PANEL}; border-color: {LINE}; }}
QComboBox {{
    background: {PANEL}; border: 1px solid {LINE}; border-radius: 4px; padding: 1px 6px;
    color: {DIM}; combobox-popup: 0;
}}
QMenu {{ background: {PANEL}; border: 1px solid {LINE_STRONG}; border-radius: 6px; padding: 4px; }}
QMenu::item {{ padding: 5px 22px 5px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {ACCENT_DIM}; }}
QMenu::item:disabled {{ color: {FAINT}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: 4px 6px; }}
QMenu::section {{ color: {DIM}; padding: 4px 12px; }}
QComboBox:hover, QComboBox:focus {{ color: {TEXT}; border-color: {LINE_STRONG}; }}
QComboBox::drop-down {{ border: none; width: 18px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{
    background: {PANEL}; border: 1px solid {LINE_STRONG}; selection-background-color: {ACCENT_DIM};
}}
QComboBox QAbstractItemView::item:selected {{ background: {ACCENT_DIM}; color: {TEXT}; }}
#strip-front {{ background: {PANEL}; border: 1px solid {ACCENT_DIM}; border-radius: 8px; }}
#lit {{ color: {GOOD}; font-weight: 600; }}
#switch-mute, #switch-solo, #switch-dc_block {{ padding: 1px 6px; color: {DIM}; }}
#switch-mute:checked {{ background: #4a2522; border-color: {BAD}; color: #ffd9d5; }}
#switch-solo:checked {{ background: #4a4322; border-color: {WARN}; color: #fff0c2; }}
#switch-mute:disabled, #switch-solo:disabled, #switch-dc_block:disabled {{ color: {FAINT}; }}
QToolButton {{ border: none; border-radius: 4px; padding: 1px 4px; color: {DIM}; }}
QToolButton:hover, QToolButton:focus {{ color: {TEXT}; background: {LINE}; }}
QToolButton:checked {{ color: {ACCENT}; background: #3a3023; }}
QToolButton:disabled {{ color: {FAINT}; }}
QToolButton::menu-indicator {{ image: none; }}
QListView {{
    background: {WELL}; border: 1px solid {LINE}; border-radius: 6px; outline: none; padding: 2px;
}}
QListView::item {{ padding: 4px 6px; border-radius: 4px; }}
QListView::item:hover {{ background: {PANEL}; }}
QListView::item:selected {{ background: {ACCENT_DIM}; color: {TEXT}; }}
QListView:focus {{ border-color: {LINE_STRONG}; }}
QTabBar::tab {{
    color: {DIM}; padding: 6px 16px; border: none; border-bottom: 2px solid transparent;
}}
#pages::tab {{ padding: 0 2px 2px 2px; margin-right: 14px; border-bottom: 2px solid transparent; }}
#pages::tab:selected {{ border-bottom-color: {ACCENT}; }}
QTabBar::tab:selected {{ color: {TEXT}; border-bottom-color: {ACCENT}; }}
QTabBar::tab:hover {{ color: {TEXT}; }}
QTabWidget::pane {{ border: none; }}
QScrollArea {{ border: none; }}
QScrollBar:vertical {{ width: 10px; background: transparent; margin: 0; }}
QScrollBar::handle:vertical {{ background: {LINE_STRONG}; border-radius: 4px; min-height: 30px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
"""


def dress(application: QApplication) -> None:
    """Give the application its look, the same on every desktop."""
    application.setStyle("Fusion")
    roles = {
        QPalette.ColorRole.Window: BACKGROUND,
        QPalette.ColorRole.WindowText: TEXT,
        QPalette.ColorRole.Base: WELL,
        QPalette.ColorRole.AlternateBase: PANEL,
        QPalette.ColorRole.Text: TEXT,
        QPalette.ColorRole.Button: PANEL,
        QPalette.ColorRole.ButtonText: TEXT,
        QPalette.ColorRole.Highlight: ACCENT_DIM,
        QPalette.ColorRole.HighlightedText: TEXT,
        QPalette.ColorRole.PlaceholderText: FAINT,
        QPalette.ColorRole.ToolTipBase: PANEL,
        QPalette.ColorRole.ToolTipText: TEXT,
    }
    palette = QPalette()
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    application.setPalette(palette)
    application.setStyleSheet(STYLE)
