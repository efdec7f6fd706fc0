"""`python -m rtsynth` is `rtsynth`."""

import sys

from rtsynth.cli import main

if __name__ == "__main__":
    sys.exit(main())
