"""Widgets that know nothing of an engine."""
