"""Failures over HTTP: always JSON, always the same shape, with the status that fits."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from graph.answer import FailedAnswer

log = logging.getLogger("milhena.server")

CLIENT_ERRORS = frozenset(
    {
        "bad_question",
        "bad_query",
        "empty_question",
        "question_too_long",
        "unreadable_question",
    }
)
"""Codes of what the asker can mend."""
OUR_ERRORS = frozenset({"error", "internal"})
"""Codes of what only a programmer can mend."""
UNAVAILABLE = 503
"""Status of what the operator must mend: settings, n8n's database, the store."""


class UnansweredQuestionError(Exception):
    """A question of a single request that could not be answered."""

    def __init__(self, failure: FailedAnswer) -> None:
        super().__init__(failure.error.message)
        self.failure = failure


def status_of(code: str) -> int:
    """Return the HTTP status for the *code* of a `MilhenaError`."""
    if code in CLIENT_ERRORS:
        return 422
    return 500 if code in OUR_ERRORS else UNAVAILABLE


def problem_body(code: str, message: str) -> dict[str, Any]:
    """Return the JSON of a failure that belongs to no question."""
    return {"error": {"code": code, "message": message}}


def _problem(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse(problem_body(code, message), status_code=status)


def answer_problems_in_json(app: FastAPI) -> None:
    """Register what *app* answers to each kind of failure."""

    @app.exception_handler(UnansweredQuestionError)
    async def question_failed(request: Request, error: UnansweredQuestionError) -> JSONResponse:
        return JSONResponse(
            error.failure.model_dump(mode="json"), status_code=status_of(error.failure.error.code)
        )

    # LangServe validates the inputs of a batch outside its own translation of such errors.
    @app.exception_handler(ValidationError)
    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: Exception) -> JSONResponse:
        return _problem(422, "bad_request", _first_reason(error))

    # LangServe expects JSONDecodeError only: bytes that are no text, and nesting without end,
    # come through to here.
    @app.exception_handler(UnicodeDecodeError)
    @app.exception_handler(RecursionError)
    async def not_json(request: Request, error: Exception) -> JSONResponse:
        return _problem(422, "bad_request", "The body is not JSON in UTF-8.")

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        response = _problem(error.status_code, f"http_{error.status_code}", str(error.detail))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("a request failed unexpectedly", exc_info=error)
        return _problem(500, "internal", "Something unexpected went wrong; the log says what.")


def _first_reason(error: Exception) -> str:
    """Say in one sentence what is wrong with a body, without repeating the body."""
    found: Any = []
    if isinstance(error, RequestValidationError | ValidationError):
        found = error.errors()
    if not found:
        return "The body is not what is expected here."
    first = found[0]
    if isinstance(first, str):
        return f"{first}."
    where = ".".join(str(part) for part in first.get("loc", ()))
    return f"{where}: {first.get('msg')}." if where else f"{first.get('msg')}."
