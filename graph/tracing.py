"""LangSmith: off by default; on with its usual variables, scrubbed, and never in the way.

There is one client a process. It is made LangSmith's own global one, so that whatever traces here
(the graph, LangServe, LangGraph's development server, a tool alone) goes through it and its
scrubber. Its threads are daemons and its queue is bounded: an endpoint that is slow, broken or gone
costs neither memory nor a late end of the process.
"""

from __future__ import annotations

import contextlib
import contextvars
import hashlib
import hmac
import logging
import os
import secrets
import threading
import time
from typing import TYPE_CHECKING, Any

from core.errors import KeyStoreError
from core.tracing_variables import langsmith_variable, tracing_wanted
from providers.keys import langsmith_key

if TYPE_CHECKING:
    from langsmith import Client

    from core.settings import Settings

log = logging.getLogger("milhena")

FLUSH_S = 1.5
"""How long the end of the process waits for the last traces."""
QUEUE_SIZE = "200"
"""Beginnings and ends of runs that wait to be sent: a question makes about forty. More are
dropped, so that an endpoint that is down costs a few megabytes and not more."""
MOST_BYTES_AT_ONCE = 250_000
"""In one request: what is built again and again while nobody takes it stays small."""
PROJECT = "milhena"
SALT_FILE = "trace.salt"

_lock = threading.Lock()
_open: list[_Tracing] = []


class _Tracing:
    """The client of this process, and how often it was started."""

    def __init__(self, client: Client, salt: bytes) -> None:
        self.client = client
        self.salt = salt
        self.users = 1


def start_tracing(settings: Settings) -> bool:
    """Let runs be traced from now on, where LangSmith's variables say so; whether they do.

    Each start that returned True is ended by a `stop_tracing`. Trouble is told in the log: a
    question is answered with or without traces.
    """
    if not tracing_wanted():
        return False
    with _lock:
        if _open:
            _open[0].users += 1
            return True
        if langsmith_key(settings) is None and langsmith_variable("ENDPOINT") is None:
            log.warning("there will be no traces: LangSmith has no key; set LANGSMITH_API_KEY")
            _configure(client=None, enabled=False)
            return False
        try:
            tracing = _Tracing(_make_client(settings), _salt(settings))
        except Exception as error:  # whatever its library finds wrong with its variables
            log.warning("there will be no traces: %s", type(error).__name__)
            _configure(client=None, enabled=False)  # nor unscrubbed ones
            return False
        _open.append(tracing)
        _configure(client=tracing.client, enabled=True)
        return True


def stop_tracing() -> None:
    """Send what is left, for at most `FLUSH_S` seconds, and let no more runs be traced."""
    with _lock:
        if not _open:
            return
        _open[0].users -= 1
        if _open[0].users:
            return
        tracing = _open.pop()
        # Not None: with its variables still set, the library would go on by itself, unscrubbed.
        _configure(client=None, enabled=False)
    # In a thread that may be left behind: a part of what it does knows no timeout.
    closing = threading.Thread(
        target=_close, args=(tracing.client,), name="milhena-last-traces", daemon=True
    )
    closing.start()
    closing.join(FLUSH_S)
    waiting = tracing.client.tracing_queue
    if waiting is not None and waiting.unfinished_tasks:
        log.warning("the last traces did not reach LangSmith within %.1f s", FLUSH_S)


def trace_metadata(*, user: str, thread: str | None, request_id: str) -> dict[str, Any]:
    """Return what identifies a question in a trace; the user only as a salted hash."""
    if not _open:
        return {"request_id": request_id}
    digest = hmac.new(_open[0].salt, user.encode("utf-8", "surrogatepass"), hashlib.sha256)
    user_hash = digest.hexdigest()[:12]
    metadata = {"request_id": request_id, "user_hash": user_hash}
    if thread is not None:
        # Two people may call a conversation the same.
        metadata["thread_id"] = f"{thread} ({user_hash[:6]})"
    return metadata


def _make_client(settings: Settings) -> Client:
    from langsmith import Client
    from langsmith import utils as langsmith_utils

    from graph.scrubbing import make_scrubber

    for name, value in (("PROJECT", PROJECT), ("TRACING_QUEUE_MAX_SIZE", QUEUE_SIZE)):
        if langsmith_variable(name) is None:
            os.environ[f"LANGSMITH_{name}"] = value
    # Daemon threads do not keep a process from ending; a pool of senders for compressed runs
    # would, so runs are sent as they are.
    os.environ["LANGSMITH_USE_DAEMON"] = "true"
    os.environ["LANGSMITH_DISABLE_RUN_COMPRESSION"] = "true"
    # What it read before we set them.
    langsmith_utils.get_env_var.cache_clear()  # type: ignore[attr-defined]  # of functools
    # It tells every failed try with its address and sizes; we tell the first.
    logging.getLogger("langsmith").setLevel(logging.CRITICAL)
    key = langsmith_key(settings)
    return Client(
        api_key=key.get_secret_value() if key else None,
        anonymizer=make_scrubber(),
        omit_traced_runtime_info=True,
        max_batch_size_bytes=MOST_BYTES_AT_ONCE,
        tracing_error_callback=_Trouble(),
    )


class _Trouble:
    """Tells once that traces do not arrive."""

    def __init__(self) -> None:
        self._told = False

    def __call__(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            log.warning("traces do not reach LangSmith (%s)", type(error).__name__)


def _configure(**options: Any) -> None:
    import langsmith

    # It also sets context variables, which would outlive the end of tracing in a task's context.
    contextvars.copy_context().run(langsmith.configure, **options)


def _close(client: Client) -> None:
    with contextlib.suppress(Exception):  # the last moments of a process: nobody to tell
        deadline = time.monotonic() + FLUSH_S
        client.flush(timeout=FLUSH_S)
        client.close(timeout=max(deadline - time.monotonic(), 0.0))


def _salt(settings: Settings) -> bytes:
    """The salt of this installation's users; where none can be kept, of this process's."""
    from providers.keys.key_file import read_private, write_private

    file = settings.account_home / SALT_FILE
    try:
        salt = read_private(file)
        if not salt:
            salt = secrets.token_hex(16).encode()
            write_private(file, salt)
    except KeyStoreError as error:
        log.warning("users have other hashes in each process's traces: %s", error)
        return secrets.token_bytes(16)
    return salt
