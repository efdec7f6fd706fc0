"""The XY pad: two parameters, or four presets, under one hand."""
