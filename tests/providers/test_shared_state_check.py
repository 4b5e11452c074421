"""What `doctor` finds out about the shared state."""

from __future__ import annotations

import json

from core.settings import Settings
from providers.shared_state_check import check_shared_state
from terminal.diagnosis import diagnose
from tests.support.redis_servers import black_hole, free_port, start_redis

HIDDEN = "s3cr3t-never-shown"


def test_without_a_redis_it_is_said_that_each_process_keeps_its_own() -> None:
    check = check_shared_state(Settings())
    assert check.status == "ok"
    assert check.facts == {"shared": False}
    assert "MILHENA_REDIS_URL" in check.advice


def test_a_redis_that_answers_is_named_with_its_time(redis_server: str) -> None:
    check = check_shared_state(Settings(redis_url=redis_server))
    assert check.status in ("ok", "warning")  # a busy machine may be slow
    assert check.facts["shared"] is True
    assert check.facts["redis"] in check.message


def test_a_redis_that_is_not_there_is_a_warning_that_shows_no_password() -> None:
    check = check_shared_state(Settings(redis_url=f"redis://:{HIDDEN}@127.0.0.1:{free_port()}/0"))
    assert check.status == "warning"
    assert "is bypassed: ConnectionError" in check.message
    assert check.facts["shared"] is False
    assert HIDDEN not in json.dumps(check.as_json())


def test_a_redis_that_never_answers_or_refuses_is_a_warning() -> None:
    with black_hole() as url:
        assert "no answer within" in check_shared_state(Settings(redis_url=url)).message
    with start_redis("--requirepass", HIDDEN) as url:
        check = check_shared_state(Settings(redis_url=url))
        assert check.status == "warning"
        assert "AuthenticationError" in check.message


def test_doctor_looks_at_it() -> None:
    settings = Settings(redis_url=f"redis://127.0.0.1:{free_port()}/0")
    (check,) = [each for each in diagnose(settings) if each.name == "shared state"]
    assert check.status == "warning"
