"""Running a program: `render_block`, draws, and helper threads."""
