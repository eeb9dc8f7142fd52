"""Nothing more is prepared in the fork server: collections in a forked process leave what is there, the shared pages, alone."""

import gc

gc.freeze()
gc.enable()
