"""The browser: plugins are found, read about, and put into the rack."""
