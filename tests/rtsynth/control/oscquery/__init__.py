"""Tests of the OSCQuery surface."""
