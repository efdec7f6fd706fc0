"""The shapes and colours of Qt's own widgets, as a style sheet."""

from rtsynth_gui.widgets.palettes import Palette

TEMPLATE = """
QWidget {{ color: {TEXT}; background: transparent; }}
QMainWindow, QDialog {{ background: {BACKGROUND}; }}
QToolTip {{ color: {TEXT}; background: {PANEL}; border: 1px solid {LINE_STRONG}; padding: 4px; }}
#well {{ background: {WELL}; border: 1px solid {LINE}; border-radius: 8px; }}
#card {{ background: {PANEL}; border: 1px solid {LINE}; border-radius: 8px; }}
#message {{ background: {PANEL}; border: 1px solid {LINE_STRONG}; border-radius: 6px; }}
#banner {{ background: {HELD}; border: 1px solid {ACCENT_DIM}; border-radius: 8px; }}
#banner QLabel {{ color: {HELD_TEXT}; }}
#banner[calm="true"] {{ background: {PANEL}; border-color: {LINE}; }}
#banner[calm="true"] QLabel {{ color: {DIM}; }}
#caption {{ color: {DIM}; font-weight: 600; }}
#rule {{ background: {LINE}; border: none; }}
#dim {{ color: {DIM}; }}
#learning {{ color: {LEARN}; }}
#plugin {{ font-weight: 600; }}
#failure {{ color: {BAD}; }}
StatusLine:focus {{ text-decoration: underline; }}
QLabel:disabled, #dim:disabled, #caption:disabled {{ color: {FAINT}; }}
#waiting {{ color: {DIM}; }}
QLineEdit {{
    background: {WELL}; border: 1px solid {LINE}; border-radius: 4px; padding: 3px 6px;
    selection-background-color: {SELECTED}; selection-color: {TEXT};
}}
QSpinBox {{
    background: {WELL}; border: 1px solid {LINE}; border-radius: 4px; padding: 1px 6px;
    selection-background-color: {SELECTED}; selection-color: {TEXT};
}}
QSpinBox:hover {{ border-color: {LINE_STRONG}; }}
QSpinBox:focus {{ border-color: {ACCENT}; }}
QSpinBox:disabled {{ color: {FAINT}; background: {PANEL}; }}
QSpinBox::up-button, QSpinBox::down-button {{ border: none; width: 0; }}
QCheckBox {{ spacing: 7px; }}
QCheckBox:disabled {{ color: {FAINT}; }}
QCheckBox::indicator {{
    width: 12px; height: 12px; border: 1px solid {LINE_STRONG}; border-radius: 3px;
    background: {WELL};
}}
QCheckBox::indicator:hover, QCheckBox:focus::indicator {{ border-color: {ACCENT}; }}
QCheckBox::indicator:checked {{ background: {ACCENT}; border-color: {ACCENT}; }}
QCheckBox::indicator:disabled {{ background: {PANEL}; border-color: {LINE}; }}
QCheckBox::indicator:checked:disabled {{ background: {LINE_STRONG}; }}
QPushButton[learning="true"] {{ border: 1px dashed {LEARN}; color: {LEARN}; }}
#small {{ padding: 1px 2px; }}
#row-edit {{ padding: 0 4px; }}
QLineEdit:hover {{ border-color: {LINE_STRONG}; }}
QLineEdit:focus {{ border-color: {ACCENT}; }}
QLineEdit[refused="true"] {{ border-color: {BAD}; }}
QLineEdit:disabled {{ color: {FAINT}; background: {PANEL}; }}
QPushButton {{
    background: {BUTTON}; border: 1px solid {LINE}; border-radius: 5px; padding: 6px 14px;
}}
QPushButton:hover {{ background: {BUTTON_LIVE}; border-color: {LINE_STRONG}; }}
QPushButton:pressed {{ background: {BUTTON_DOWN}; }}
QPushButton:focus {{ border-color: {ACCENT}; }}
QPushButton:checked {{ background: {ON}; border-color: {ACCENT}; color: {ON_TEXT}; }}
#record:checked {{ background: {ALARM}; border-color: {BAD}; color: {ALARM_TEXT}; }}
QPushButton:disabled {{ color: {FAINT}; background: {PANEL}; }}
Transport QPushButton {{ padding: 6px 10px; }}
Transport #view {{ padding: 6px 7px; }}
#held {{
    background: {HELD}; border: 1px solid {ACCENT_DIM}; border-radius: 6px; color: {HELD_TEXT};
    padding: 0; font-weight: 600;
}}
#held:hover {{ background: {HELD_LIVE}; border-color: {ACCENT}; }}
#held:focus {{ border-color: {ACCENT}; }}
#held:disabled {{ color: {FAINT}; background: {PANEL}; border-color: {LINE}; }}
QComboBox {{
    background: {PANEL}; border: 1px solid {LINE}; border-radius: 4px; padding: 1px 6px;
    color: {TEXT}; combobox-popup: 0;
}}
QComboBox:disabled {{ color: {FAINT}; background: transparent; }}
QMenu {{ background: {PANEL}; border: 1px solid {LINE_STRONG}; border-radius: 6px; padding: 4px; }}
QMenu::item {{ padding: 5px 22px 5px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {SELECTED}; }}
QMenu::item:disabled {{ color: {FAINT}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: 4px 6px; }}
QMenu::section {{ color: {DIM}; padding: 4px 12px; }}
QComboBox:hover, QComboBox:focus {{ color: {TEXT}; border-color: {LINE_STRONG}; }}
ChoiceBox::drop-down {{ border: none; width: 18px; }}
ChoiceBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{
    background: {PANEL}; border: 1px solid {LINE_STRONG}; selection-background-color: {SELECTED};
}}
QComboBox QAbstractItemView::item:selected {{ background: {SELECTED}; color: {TEXT}; }}
QComboBox QAbstractItemView::item:disabled {{ color: {FAINT}; background: transparent; }}
#strip-front {{ background: {PANEL}; border: 1px solid {ACCENT_DIM}; border-radius: 8px; }}
#lit {{ color: {GOOD}; font-weight: 600; }}
#switch-mute, #switch-solo, #switch-dc_block {{ padding: 1px 6px; color: {DIM}; }}
#switch-mute:checked {{ background: {ALARM}; border-color: {BAD}; color: {ALARM_TEXT}; }}
#switch-solo:checked {{ background: {SOLO}; border-color: {WARN}; color: {SOLO_TEXT}; }}
#switch-mute:disabled, #switch-solo:disabled, #switch-dc_block:disabled {{ color: {FAINT}; }}
QToolButton {{ border: none; border-radius: 4px; padding: 1px 4px; color: {DIM}; }}
QToolButton:hover, QToolButton:focus {{ color: {TEXT}; background: {LINE}; }}
QToolButton:checked {{ color: {HELD_TEXT}; background: {HELD}; }}
QToolButton:disabled {{ color: {FAINT}; }}
QToolButton::menu-indicator {{ image: none; }}
QHeaderView {{ background: {WELL}; }}
QHeaderView::section {{
    background: {PANEL}; color: {DIM}; border: none; border-right: 1px solid {LINE};
    border-bottom: 1px solid {LINE}; padding: 4px 6px;
}}
QListView {{
    background: {WELL}; border: 1px solid {LINE}; border-radius: 6px; outline: none; padding: 2px;
}}
QListView::item {{ padding: 4px 6px; border-radius: 4px; }}
QListView::item:hover {{ background: {PANEL}; }}
QListView::item:selected {{ background: {SELECTED}; color: {TEXT}; }}
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
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollBar:vertical {{ width: 10px; background: transparent; margin: 0; }}
QScrollBar::handle:vertical {{ background: {LINE_STRONG}; border-radius: 4px; min-height: 30px; }}
QScrollBar:horizontal {{ height: 10px; background: transparent; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {LINE_STRONG}; border-radius: 4px; min-width: 30px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
"""


def style_sheet(palette: Palette) -> str:
    """The style sheet in the colours of a palette."""
    return TEMPLATE.format(**palette)
