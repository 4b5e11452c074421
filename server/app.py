"""The HTTP application: one assistant, LangServe's routes and /health."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from fastapi import FastAPI

from core.settings import Settings
from graph.assistant import Assistant
from graph.keeping_up import kept_up
from server.health import HealthProbe
from server.health import router as health_router
from server.limits import BodyLimit
from server.problems import answer_problems_in_json
from server.runnable import MilhenaRunnable

if TYPE_CHECKING:
    from langserve.server import EndpointName

PATH = "/milhena"
ENDPOINTS: list[EndpointName] = [
    "invoke",
    "batch",
    "stream",
    "playground",
    # what the playground asks for
    "stream_log",
    "input_schema",
    "output_schema",
    "config_schema",
]


def create_app(settings: Settings) -> FastAPI:
    """Return the application; its assistant is opened when it starts and closed when it stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            await Assistant.open(settings, memory=True) as assistant,
            kept_up(assistant.synchronise, every_s=settings.sync_every_s),
        ):
            # A keyring may take its time: now, and not while all wait for the first question.
            await asyncio.to_thread(assistant.services.models.has_key, "gemini")
            # So is the classifier's second of loading, which no question has to wait for.
            loading = asyncio.create_task(assistant.services.question_types.ready())
            app.state.assistant = assistant
            yield
            await loading

    app = FastAPI(title="Milhena", version=_version(), lifespan=lifespan)
    app.state.health = HealthProbe(settings)
    app.add_middleware(BodyLimit)
    app.include_router(health_router)
    _serve_langserve(app)
    answer_problems_in_json(app)
    return app


def _serve_langserve(app: FastAPI) -> None:
    with warnings.catch_warnings():
        # LangServe is deprecated and so is what it uses; the customer named it, and whoever
        # starts the server can do nothing about it.
        warnings.simplefilter("ignore", DeprecationWarning)
        from langserve import add_routes

        add_routes(
            app,
            MilhenaRunnable(lambda: app.state.assistant),
            path=PATH,
            config_keys=("configurable",),
            enabled_endpoints=ENDPOINTS,
            enable_feedback_endpoint=False,
        )


def _version() -> str:
    try:
        return version("milhena")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0"
