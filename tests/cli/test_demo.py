from __future__ import annotations

import json
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from core.errors import StoreError
from persistence.demo.home import DemoHome
from tests.support.provider_stand_in import Reply, StandIn

if TYPE_CHECKING:
    from .conftest import Agent

ROME = ZoneInfo("Europe/Rome")


def test_the_demo_answers_five_questions_and_the_next_run_is_quick(
    agent: Agent, clean_environment: Path
) -> None:
    own_store = clean_environment / "own.sqlite"
    first = agent("demo", MILHENA_STORE_URL=f"sqlite:///{own_store}")
    assert first.returncode == 0, first.stderr
    questions = [line for line in first.stdout.splitlines() if line.startswith("> ")]
    assert len(questions) == 5
    blocks = first.stdout.split("> ")[1:]
    assert all(len(block.strip().splitlines()) >= 2 for block in blocks), first.stdout
    assert "agent-cli chat --demo" in first.stderr
    # The company's own store and folder have nothing of it.
    assert [path.name for path in clean_environment.iterdir()] == ["demo"]

    made = (clean_environment / "demo" / "n8n.sqlite").stat().st_mtime_ns
    second = agent("demo")
    assert second.returncode == 0
    assert (clean_environment / "demo" / "n8n.sqlite").stat().st_mtime_ns == made

    asked = agent("ask", "--demo", "--json", "Quante esecuzioni negli ultimi 7 giorni?")
    answer = json.loads(asked.stdout)
    assert answer["data"]["rows"][0][0] > 0
    checked = json.loads(agent("doctor", "--demo", "--json").stdout)
    assert checked["status"] != "problem"


@pytest.mark.parametrize("command", [["ask", "ciao"], ["chat"], ["sync"], ["doctor"], ["serve"]])
def test_before_the_demo_is_made_everything_says_so(agent: Agent, command: list[str]) -> None:
    done = agent(*command, "--demo")
    assert done.returncode == 1
    assert 'run "agent-cli demo" first' in done.stdout + done.stderr


@pytest.fixture
def place(tmp_path: Path) -> DemoHome:
    return DemoHome(tmp_path / "home")


def make_small(place: DemoHome, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a demo with the real generator, of three days instead of sixty."""
    import functools

    import persistence.demo

    small = functools.partial(persistence.demo.make_demo_database, days=3, scale=0.1)
    monkeypatch.setattr(persistence.demo, "make_demo_database", small)
    place.make(zone=ROME)


def test_what_the_demo_s_questions_use_counts_with_the_team_s_own(
    agent: Agent, clean_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small(DemoHome(clean_environment), monkeypatch)
    team = {"MILHENA_STORE_URL": f"sqlite:///{clean_environment / 'team.sqlite'}"}
    with StandIn() as server:
        server.always("groq", Reply({"type": "GREETING", "language": "it"}))
        variables = {
            **team,
            "GROQ_API_KEY": "test-key",
            "MILHENA_GROQ_BASE_URL": server.url,
            "MILHENA_CLASSIFY_TIMEOUT_S": "30",
            "MILHENA_BUDGET_USD_TOTAL": "5",
        }
        asked = json.loads(agent("ask", "--demo", "--json", "Ciao!", **variables).stdout)
    assert asked["classified_by"] == "groq"
    (row,) = json.loads(agent("usage", "--json", **team).stdout)["rows"]
    assert row["calls"] == 1
    assert not list(clean_environment.rglob("usage.sqlite"))


def test_a_demo_is_current_on_the_day_and_in_the_zone_it_was_made(
    place: DemoHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not place.exists()
    assert not place.is_current(zone=ROME)
    make_small(place, monkeypatch)
    assert place.exists()
    assert place.is_current(zone=ROME)
    assert not place.is_current(zone=ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize("part", ["day", "generator", "zone"])
def test_a_demo_of_another_day_version_or_zone_is_not_current(
    place: DemoHome, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    make_small(place, monkeypatch)
    certificate = place.folder / "demo.json"
    made = json.loads(certificate.read_text())
    certificate.write_text(json.dumps({**made, part: "another"}))
    assert not place.is_current(zone=ROME)
    certificate.write_text("{")
    assert not place.is_current(zone=ROME)


def test_what_was_remembered_of_the_old_company_goes_with_it(
    place: DemoHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small(place, monkeypatch)
    (place.folder / "store-abc.sqlite").write_text("old")
    (place.folder / "cache").mkdir()
    (place.folder / "cache" / "cache.db").write_text("old")
    make_small(place, monkeypatch)
    assert sorted(path.name for path in place.folder.iterdir()) == ["demo.json", "n8n.sqlite"]
    with sqlite3.connect(place.database) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)


def test_a_generator_that_fails_leaves_the_old_company_whole(
    place: DemoHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small(place, monkeypatch)
    before = place.database.read_bytes()

    def full_disk(path: Path, **_: object) -> None:
        path.write_bytes(b"half a database")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("persistence.demo.make_demo_database", full_disk)
    with pytest.raises(StoreError, match="No space left on device"):
        place.make(zone=ROME)
    assert place.database.read_bytes() == before
    assert place.is_current(zone=ROME)
    assert sorted(path.name for path in place.folder.iterdir()) == ["demo.json", "n8n.sqlite"]


def test_what_a_killed_run_left_half_made_is_swept_away_later(
    place: DemoHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.folder.mkdir(parents=True)
    old, young = place.folder / "n8n.sqlite.part-1", place.folder / "n8n.sqlite.part-2"
    for leftover in (old, young):
        leftover.write_text("half")
    two_hours_ago = datetime.now(UTC).timestamp() - 7200
    os.utime(old, (two_hours_ago, two_hours_ago))
    assert not place.exists()
    make_small(place, monkeypatch)
    assert not old.exists()
    assert young.exists()
