"""One tier of a network: its layers, how unsure it is, and what it hands down."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from rtsynth_gui.link.control import Control, rate_text
from rtsynth_gui.link.network import Draw, Layer
from rtsynth_gui.network.layer_map import LayerMap
from rtsynth_gui.network.trace import Trace
from rtsynth_gui.network.value_strips import ValueStrips
from rtsynth_gui.panels.card import small_print
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

TEXT_EVERY = 4  # pictures from one number to the next: more often nobody reads it
CODES = "codes"


class TierView(QFrame):
    """Built from what the engine says of a tier; `controls` are those that the tier generates."""

    def __init__(
        self,
        draw: Draw,
        layers: Sequence[Layer],
        controls: Sequence[Control],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._draw, self._controls = draw, tuple(controls)
        self._pictures = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 4)
        self._column.setSpacing(3)
        caption = PlainLabel(f"{draw.tier}, {rate_text(draw.rate_hz)}", self)
        caption.setObjectName("caption")
        self._column.addWidget(caption)
        self.maps = [self._add_layer(layer) for layer in layers]
        self.count = sum(layer.shown for layer in layers)
        self.bits = small_print("", self)
        self.trace = Trace(0.0 if draw.kind == CODES else None, draw.most_bits, self)
        self._add_trace()
        self.strips: ValueStrips | None = None
        if controls:
            self._column.addWidget(small_print(self.tr("Values passed down"), self))
            self.strips = ValueStrips([control.title for control in controls], self)
            self.strips.setAccessibleName(self.tr("{}, values passed down").format(draw.tier))
            tip = self.tr(
                "Passed to the tiers below: background colour at the bottom of "
                "each range, strongest at the top"
            )
            self.strips.setToolTip(plain_tip(tip))
            self._column.addWidget(self.strips)
        self._column.addStretch(0)  # what the maps do not need

    def _add_layer(self, layer: Layer) -> LayerMap:
        units = self.tr("{} units").format(layer.units)
        if layer.shown < layer.units:
            units = self.tr("{} of {} units").format(layer.shown, layer.units)
        self._column.addWidget(small_print(f"{layer.name}, {units}", self))
        shown = LayerMap(layer.shown, self)
        shown.setAccessibleName(self.tr("{} {}, hidden state").format(layer.tier, layer.name))
        tip = self.tr("Hidden state: a cell for each unit, −1 blue, 0 the background, 1 orange")
        shown.setToolTip(plain_tip(tip))
        self._column.addWidget(shown, 1)
        return shown

    def _add_trace(self) -> None:
        if self._draw.kind == CODES:
            tip = self.tr(
                "Entropy of the distribution each sample is drawn from, after "
                "temperature and truncation: 0 bits is certain, {:g} bits "
                "maximum uncertainty"
            ).format(self._draw.most_bits)
        else:
            tip = self.tr(
                "Entropy of the drawn values, relative to their range: 0 bits is "
                "maximum uncertainty; each bit less halves the likely span"
            )
        self.trace.setToolTip(plain_tip(tip))
        self.trace.setAccessibleName(self.tr("{}, entropy").format(self._draw.tier))
        line = QHBoxLayout()
        line.addWidget(small_print(self.tr("Entropy"), self))
        line.addStretch(1)
        line.addWidget(self.bits)
        self._column.addLayout(line)
        self._column.addWidget(self.trace)

    def show_states(self, hidden: NDArray[np.uint8]) -> None:
        """The newest states of its layers, one behind the other."""
        at = 0
        for shown in self.maps:
            count = len(shown.states)
            shown.show_states(hidden[at : at + count])
            at += count

    def push(self, bits: float, values: Sequence[float]) -> None:
        """One more moment: bits, and values in their units."""
        self.trace.push(bits)
        if self.strips is not None:
            pairs = zip(self._controls, values, strict=True)
            self.strips.push([control.position_of(value) for control, value in pairs])
        if self._pictures % TEXT_EVERY == 0 and (mean := self.trace.mean) is not None:
            text = self.tr("{:.1f} bits").format(mean)
            if self._draw.kind == CODES:
                text = self.tr("{:.1f} of {:g} bits").format(mean, self._draw.most_bits)
            self.bits.setText(text.replace("-", "−"))
        self._pictures += 1
