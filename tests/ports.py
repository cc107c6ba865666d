"""Where a server that a test or a measurement starts may listen."""

import socket


def free_port() -> int:
    """A port of 127.0.0.1 that nobody held a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
