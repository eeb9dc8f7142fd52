"""The first that the fork server imports: what it does last, which is to end at once. It has nothing to give back.

Any other process that imports this ends as ever.
"""

import sys

from tthc_analysis.execution import ending

if any("multiprocessing.forkserver" in word for word in sys.orig_argv):
    ending.at_once(lambda: 0)
