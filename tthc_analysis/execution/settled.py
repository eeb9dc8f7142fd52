"""Nothing more is prepared in the fork server: collections in a forked process leave what is there, the shared pages, alone."""

import atexit
import gc

gc.freeze()
gc.enable()
atexit.register(gc.unfreeze)  # else DuckDB complains of leaks when the server ends
