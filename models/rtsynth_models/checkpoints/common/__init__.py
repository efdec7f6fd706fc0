"""What all importers have in common: bounds, texts, and what an importer is."""
