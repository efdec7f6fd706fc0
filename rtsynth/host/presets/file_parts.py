"""Which parts of a snapshot are files; for clients, too, who load no compiled code for it."""


def is_file_part(part: str) -> bool:
    """Whether a part of a snapshot is a file: sections have no slash in their names."""
    return "/" in part
