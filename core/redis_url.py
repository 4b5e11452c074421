"""The address of a Redis: read once here, for the settings and for whoever connects."""

from __future__ import annotations

from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

SCHEMES = ("redis", "rediss", "unix")


def split_redis_url(url: str) -> SplitResult:
    """Return the parts of *url*.

    :raises ValueError: it is not the address of a Redis; the text never holds it.
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in SCHEMES
        complete = bool(parts.path if parts.scheme == "unix" else parts.hostname)
        _ = parts.port  # raises where it is no number
    except ValueError:
        known = complete = False
    if not (known and complete):
        raise ValueError(
            'not the address of a Redis such as "redis://user:password@host:6379/0" (rediss:// '
            "with TLS, unix:///path for a socket); special characters of a password are written "
            "as %XX"
        )
    return parts


def redis_place(url: str) -> str:
    """Return host, port and database of *url*, or its socket: what may be shown."""
    parts = split_redis_url(url)
    if parts.scheme == "unix":
        return parts.path
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{host}:{parts.port or 6379}{parts.path.rstrip('/')}"


def redis_secrets(url: str) -> list[str]:
    """Return what *url* holds that must not be shown, as written and as meant."""
    parts = split_redis_url(url)
    found = [parts.password or "", unquote(parts.password or "")]
    found += parse_qs(parts.query).get("password", [])
    return [secret for secret in found if secret]
