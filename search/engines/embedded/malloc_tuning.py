"""Memory that the C library keeps: glibc gives new threads arenas of their own, and never empties them.

A commit of tantivy is the work of a few threads, which end with it. After 200 commits the arenas of a process
held 80 MB that nobody used; with one arena for all, it grows by 5 MB with its first commit and stays. What
builds a whole index keeps several: its threads would wait for each other, and its process ends afterwards.
"""

import ctypes
from functools import cache

_ARENA_MAX = -8  # M_ARENA_MAX of mallopt(3)


@cache
def share_one_arena() -> None:
    """Holds for the whole process, from now on. Does nothing where the C library is another one."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
