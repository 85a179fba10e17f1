"""The port to serve on: the one asked for by PORT=…, checked before a server is started on it, or a free one."""

import os
import socket
import sys


def asked_port(command: str) -> str:
    """Return the port in LSTM_LAB_PORT, "" if none was asked for; leave with a sentence if it cannot be used."""
    port = os.environ.get("LSTM_LAB_PORT", "")
    if port and not _free(port):
        sys.exit(
            f"port {port} is taken or is not a port number: "
            f"choose another, as in `{command} PORT=8890`, or leave PORT out and a free one is found"
        )
    return port


def first_free(wanted: int) -> str:
    """Return a port if it is free, else (or for 0) any that is."""
    if wanted and _free(str(wanted)):
        return str(wanted)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def _free(port: str) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":  # a server that has just ended still holds its port a minute, in name only
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except (OSError, ValueError, OverflowError):
            return False
    return True
