"""What a plugin is called that takes its name from a file."""

LONGEST_NAME = 128  # characters, of a manifest
LONGEST_FILE_NAME = 200  # bytes: file systems take 255, and a suffix and a temporary name are added


def name_from_file(stem: str) -> str:
    """`stem` as a plugin's name and as that of its file: printable and no longer than either may
    be; "" where nothing is left of it.
    """
    shown = "".join(letter if letter.isprintable() else "_" for letter in stem)
    name = shown.strip().lstrip(".")[:LONGEST_NAME]
    while len(name.encode()) > LONGEST_FILE_NAME:
        name = name[:-1]
    return name.rstrip()
