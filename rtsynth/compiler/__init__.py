"""From a plugin file to a program that plays."""
