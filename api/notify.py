# SPDX-License-Identifier: Apache-2.0
"""Telling systemd how we are (sd_notify(3)); nothing happens where nobody asked."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def notify(state: str) -> bool:
    """Send `READY=1` or `STOPPING=1` to the socket that `NOTIFY_SOCKET` names; whether it was sent."""
    place = os.environ.get("NOTIFY_SOCKET", "")
    if not place.startswith(("/", "@")):
        return False
    address = f"\0{place[1:]}" if place.startswith("@") else place
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as talking:
        talking.sendto(state.encode("ascii"), address)
        return True
    return False
