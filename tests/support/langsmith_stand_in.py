"""LangSmith as its library knows it: healthy and recording, or sick in one of six ways."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from email.parser import BytesParser
from typing import Any

from tests.support.http_stand_in import Asked, HttpStandIn, Says

INFO = {
    "version": "0.12.0",
    "instance_flags": {"zstd_compression_enabled": True},
    "batch_ingest_config": {
        "use_multipart_endpoint": True,
        "size_limit": 100,
        "size_limit_bytes": 20_971_520,
        "scale_up_qsize_trigger": 1_000,
        "scale_up_nthreads_limit": 16,
    },
}
Run = dict[str, Any]


def healthy(asked: Asked) -> Says:
    """Answer as LangSmith does."""
    if asked.path.endswith("/info"):
        return Says(200, json.dumps(INFO), {"content-type": "application/json"})
    return Says(202, "{}", {"content-type": "application/json"})


def runs_of(server: HttpStandIn) -> list[Run]:
    """Return the runs that arrived, each with what was patched later, parents first."""
    runs: dict[str, Run] = {}
    for asked in list(server.asked):
        if not asked.path.endswith("/runs/multipart"):
            continue
        head = f"content-type: {asked.headers['content-type']}\r\n\r\n".encode()
        for part in BytesParser().parsebytes(head + _plain(asked)).get_payload():
            _operation, run_id, *field = str(
                part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
            ).split(".")
            value = json.loads(part.get_payload(decode=True))  # type: ignore[union-attr,arg-type]
            run = runs.setdefault(run_id, {})
            run.update({field[0]: value} if field else value)
    return sorted(runs.values(), key=lambda run: run["dotted_order"])


def tree_of(runs: list[Run]) -> list[str]:
    """Return the names of *runs*, indented by their depth."""
    return ["  " * run["dotted_order"].count(".") + run["name"] for run in runs]


def everything_sent(server: HttpStandIn) -> str:
    """Return all that left this machine but the key: paths and bodies."""
    return "\n".join(
        f"{asked.path}\n{_plain(asked).decode('utf-8', errors='replace')}" for asked in server.asked
    )


def _plain(asked: Asked) -> bytes:
    if asked.headers.get("content-encoding") != "zstd":
        return asked.body
    import zstandard

    with zstandard.ZstdDecompressor().stream_reader(asked.body) as reader:
        return bytes(reader.read())


# --- sick in six ways ----------------------------------------------------------------------------


@contextlib.contextmanager
def _http(answer: Callable[[Asked], Says]) -> Iterator[str]:
    with HttpStandIn(answer) as server:
        yield server.url


def _slow(asked: Asked) -> Says:
    time.sleep(20)
    return healthy(asked)


@contextlib.contextmanager
def _refused() -> Iterator[str]:
    with socket.socket() as nobody:  # bound, and not listening
        nobody.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{nobody.getsockname()[1]}"


@contextlib.contextmanager
def _black_hole() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextlib.contextmanager
def _resetting() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:

        def reset() -> None:
            with contextlib.suppress(OSError):  # closed: the test is over
                while True:
                    connection, _ = listener.accept()
                    linger = struct.pack("ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    connection.recv(1)
                    connection.close()

        threading.Thread(target=reset, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


SICK: dict[str, Callable[[], contextlib.AbstractContextManager[str]]] = {
    "slow": lambda: _http(_slow),
    "429": lambda: _http(lambda _: Says(429, "", {"retry-after": "30"})),
    "500": lambda: _http(lambda _: Says(500)),
    "refused": _refused,
    "black hole": _black_hole,
    "resetting": _resetting,
}
