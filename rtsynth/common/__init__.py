"""What every room may use: errors, texts, files, and recordings."""
