"""Text from files and from the network, made safe to show.

An OSC address, a file name or a text in a file may hold escape codes that move a terminal's cursor
or set its title, marks that turn the direction of writing, or line breaks that forge a second line.
"""

import logging

LONGEST = 400


def plain(text: str, longest: int = LONGEST) -> str:
    """`text` on one line; what cannot be shown stands as its escape.

    Of more than `longest` characters the middle is left out: what is wrong stands at the start, and
    what to do about it at the end.

    >>> plain("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    shown = text
    if len(text) > longest:
        end = (longest - 1) // 2
        shown = f"{text[: longest - 1 - end]}…{text[len(text) - end :]}"
    if shown.isprintable():
        return shown
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in shown
    )


class PlainFormatter(logging.Formatter):
    """Log records on one line each, whatever was logged; a traceback of our own stays readable."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and below it the traceback if there is one."""
        record.message = plain(record.getMessage(), 4 * LONGEST)
        line = self.formatMessage(record)
        if record.exc_info:
            lines = self.formatException(record.exc_info).splitlines()
            line = "\n".join([line, *(plain(each, 4 * LONGEST) for each in lines)])
        return line


def log_to_stderr() -> None:
    """Show the log of this process on stderr, a line each, behind the program's name."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlainFormatter("rtsynth: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
