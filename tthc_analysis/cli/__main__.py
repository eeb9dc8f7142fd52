"""`python -m tthc_analysis.cli` is the command `tthc`."""

import sys

from tthc_analysis.cli import main

sys.exit(main())
