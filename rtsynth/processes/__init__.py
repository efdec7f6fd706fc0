"""The programs behind `play`, `serve` and `bench`."""
