"""What a request may weigh."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.problems import problem_body

MAX_BODY_BYTES = 1_000_000
"""A batch of a hundred questions of the longest kind fits."""
MAX_BATCH = 100
"""Questions in one batch."""


class _TooLargeError(Exception):
    """The body went on beyond the limit."""


class BodyLimit:
    """Answer 413 to a body of more than *limit* bytes, whether or not it says its length."""

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what it sends."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._declared(scope) > self._limit:
            await self._refuse(scope, receive, send)
            return
        taken = 0
        answering = False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._limit:
                raise _TooLargeError
            return message

        async def watched(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        try:
            await self._app(scope, counted, watched)
        except _TooLargeError:
            if not answering:
                await self._refuse(scope, receive, send)

    @staticmethod
    def _declared(scope: Scope) -> int:
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit():
                return int(value)
        return 0

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = JSONResponse(
            problem_body(
                "too_large", f"The request has more than {self._limit:,} bytes. Send less at once."
            ),
            status_code=413,
            headers={"connection": "close"},  # what is left of the body is not read
        )
        await response(scope, receive, send)
