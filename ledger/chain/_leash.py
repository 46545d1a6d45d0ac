# SPDX-License-Identifier: Apache-2.0
"""Become another program that dies with its parent: `python _leash.py PARENT_PID PROGRAM [ARGUMENT ...]`.

Linux sends the signal when the parent *thread* that started us ends (prctl(2)), so the parent keeps that
thread for the child's whole life. Standard library only, imported by nobody.
"""

from __future__ import annotations

import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the kernel for SIGTERM at the parent's death, then exec."""
    parent, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415  # only where the call exists

        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it died before the kernel knew
        sys.exit(1)
    os.execv(program[0], program)  # noqa: S606  # a list, no shell; the pid must stay


if __name__ == "__main__":
    main()
