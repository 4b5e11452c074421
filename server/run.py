"""Running the application: the socket, uvicorn, the log, a clean end."""

from __future__ import annotations

import signal
import socket
import sys
from typing import Any

import uvicorn

from core.errors import SettingsError
from core.settings import Settings
from server.app import PATH, create_app

GRACE_S = 10
"""Requests that are being answered when the server is told to stop have this long."""


def run(settings: Settings, *, host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C; returns once all that was begun is answered.

    :raises SettingsError: the address cannot be listened on.
    """
    listener = _listen(host, port)
    shown_host = f"[{host}]" if ":" in host else host
    address = f"http://{shown_host}:{listener.getsockname()[1]}"
    print(f"Milhena answers at {address}{PATH} (try {address}{PATH}/playground/)", file=sys.stderr)
    config = uvicorn.Config(
        create_app(settings),
        log_config=_logging(),
        timeout_graceful_shutdown=GRACE_S,
        server_header=False,
    )
    # uvicorn raises the signal again once it has stopped: what then ends the process is this.
    signal.signal(signal.SIGTERM, _stopped)
    with listener:
        uvicorn.Server(config).run(sockets=[listener])


def _stopped(*_: object) -> None:
    raise SystemExit(0)


def _listen(host: str, port: int) -> socket.socket:
    """Bind before anything heavy is opened, so that a taken port is said at once."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host}:{port}: {error.strerror or error}. "
            "Choose another with --host and --port, or MILHENA_HOST and MILHENA_PORT.",
            setting="MILHENA_PORT",
        ) from None


def _logging() -> dict[str, Any]:
    # uvicorn's own configuration writes accesses to stdout, which is for answers.
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "plain",
                "stream": "ext://sys.stderr",
            }
        },
        "loggers": {
            "uvicorn": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            "uvicorn.error": {"level": "WARNING"},
            "milhena": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        },
    }
