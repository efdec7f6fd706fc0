"""Which parts of a snapshot are files, and which networks; for clients, too, who load no compiled
code for it. Sections have no slash in their names."""

NETWORK = "network/"  # and the number of a slot


def is_file_part(part: str) -> bool:
    """Whether a part of a snapshot is a file."""
    return "/" in part and not is_network_part(part)


def is_network_part(part: str) -> bool:
    """Whether it is what the network of a slot is."""
    return part.startswith(NETWORK)
