"""The cache of answers: two levels, and a disk that may fail without anybody noticing."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import pickle
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from core.clock import FixedClock
from core.settings import Settings
from graph.assistant import Assistant
from persistence.cache import AnswerCache, cache_key
from persistence.demo import make_demo_database
from tests.persistence.small_company import NOW

ROOT = Path(__file__).parents[2]
ANSWER = {"answer": "📧 Email ricevute oggi: 12", "data": {"columns": ["x"], "rows": [[12]]}}
HOUR = 3600.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "cache"


@contextmanager
def opened(folder: Path, *, memory_entries: int = 100, disk_mb: int = 8) -> Iterator[AnswerCache]:
    cache = AnswerCache(folder, memory_entries=memory_entries, disk_mb=disk_mb)
    try:
        yield cache
    finally:
        cache.close()


@contextmanager
def locked(file: Path, how: str = "IMMEDIATE") -> Iterator[None]:
    """Hold *file* as somebody does who writes it, and does not finish."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(f"BEGIN {how}")
        yield
        connection.execute("ROLLBACK")


async def kept(folder: Path, key: str = "k") -> None:
    with opened(folder) as cache:
        await cache.put(key, ANSWER, keep_s=HOUR)


async def found_by_another_process(folder: Path, key: str = "k") -> Any:
    with opened(folder) as cache:
        return await cache.get(key)


# --- two levels ----------------------------------------------------------------------------------


async def test_a_value_is_found_in_memory_and_later_on_disk(folder: Path) -> None:
    with opened(folder) as cache:
        assert await cache.get("k") is None
        assert not folder.exists(), "made by the first write"
        await cache.put("k", ANSWER, keep_s=HOUR)
        assert await cache.get("k") == (ANSWER, "memory")
    with opened(folder) as later:
        assert await later.get("k") == (ANSWER, "disk")
        assert await later.get("k") == (ANSWER, "memory"), "it is near now"
        assert await later.get("other") is None


async def test_each_level_can_be_turned_off(folder: Path) -> None:
    with opened(folder, disk_mb=0) as cache:
        await cache.put("k", ANSWER, keep_s=HOUR)
        assert await cache.get("k") == (ANSWER, "memory")
        assert not folder.exists()
    with opened(folder, memory_entries=0) as cache:
        await cache.put("k", ANSWER, keep_s=HOUR)
        assert await cache.get("k") == (ANSWER, "disk")
        assert await cache.get("k") == (ANSWER, "disk")


async def test_memory_keeps_only_so_many_the_most_recently_used_ones(folder: Path) -> None:
    with opened(folder, memory_entries=3, disk_mb=0) as cache:
        for name in ("a", "b", "c"):
            await cache.put(name, {"name": name}, keep_s=HOUR)
        await cache.get("a")
        await cache.put("d", {"name": "d"}, keep_s=HOUR)
        found = [name for name in ("a", "b", "c", "d") if await cache.get(name)]
    assert found == ["a", "c", "d"]


async def test_what_has_expired_is_not_found_on_disk(folder: Path) -> None:
    with opened(folder, memory_entries=0) as cache:
        await cache.put("short", ANSWER, keep_s=0.1)
        await cache.put("long", ANSWER, keep_s=HOUR)
        time.sleep(0.15)
        assert await cache.get("short") is None
        assert await cache.get("long") == (ANSWER, "disk")


async def test_a_closed_cache_still_answers_from_memory_and_opens_nothing(folder: Path) -> None:
    with opened(folder) as cache:
        cache.close()
        await cache.put("k", ANSWER, keep_s=HOUR)
        assert await cache.get("k") == (ANSWER, "memory")
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("text", "Quanti ordini ieri", id="a text"),
        pytest.param("day", "2026-11-22", id="a day"),
        pytest.param("version", 8, id="a number"),
        pytest.param("version", "7", id="a number as text"),
        pytest.param("nested", {"a": [1, 3]}, id="deep inside"),
        pytest.param("language", "", id="empty instead of none"),
        pytest.param("extra", None, id="one part more"),
    ],
)
def test_a_key_differs_by_every_part(name: str, value: Any) -> None:
    parts: dict[str, Any] = {
        "text": "Quanti ordini oggi",
        "day": "2026-11-21",
        "version": 7,
        "nested": {"a": [1, 2]},
        "language": None,
    }
    key = cache_key("answer", **parts)
    assert key == cache_key("answer", **dict(reversed(parts.items()))), "in whatever order"
    assert key != cache_key("answer", **{**parts, name: value})
    assert key != cache_key("reading", **parts)


# --- what is on disk -----------------------------------------------------------------------------


async def test_the_disk_holds_json_that_its_owner_alone_may_read(folder: Path) -> None:
    big = {"answer": "riga\n" * 20_000}
    with opened(folder) as cache:
        await cache.put("k", ANSWER, keep_s=HOUR)
        await cache.put("big", big, keep_s=HOUR)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with closing(sqlite3.connect(folder / "cache.db")) as connection:
        rows = connection.execute("SELECT mode, value, filename FROM Cache").fetchall()
    assert len(rows) == 2
    for mode, value, filename in rows:
        assert mode in (1, 2), "raw or a file of bytes, not a pickle"
        text = zlib.decompress(value if filename is None else (folder / filename).read_bytes())
        assert text.startswith(b'"{'), "JSON"
    assert (await found_by_another_process(folder, "big"))[0] == big


async def test_a_folder_that_others_could_read_is_closed_to_them(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o755)
    await kept(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


class _Trap:
    """Leaves a trace when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("sprung",)


async def test_a_pickle_that_somebody_put_there_is_never_run(folder: Path, tmp_path: Path) -> None:
    await kept(folder)
    with closing(sqlite3.connect(folder / "cache.db")) as connection, connection:
        trap = pickle.dumps(_Trap())
        connection.execute("UPDATE Cache SET mode = 4, value = ?", (trap,))
    assert await found_by_another_process(folder) is None
    assert not Path("sprung").exists()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"no zlib at all", id="not compressed"),
        pytest.param(zlib.compress(b"{no json"), id="not JSON"),
        pytest.param(zlib.compress(b'"{no json"'), id="a text that is not JSON"),
        pytest.param(zlib.compress(b'"\xff"'), id="not UTF-8"),
        pytest.param(zlib.compress(b"17"), id="a number"),
        pytest.param(zlib.compress(b'"[1, 2]"'), id="a list"),
        pytest.param("text", id="a text instead of bytes"),
        pytest.param(None, id="nothing"),
    ],
)
async def test_a_damaged_value_is_one_that_is_not_there(
    folder: Path, value: object, caplog: pytest.LogCaptureFixture
) -> None:
    await kept(folder)
    with closing(sqlite3.connect(folder / "cache.db")) as connection, connection:
        connection.execute("UPDATE Cache SET value = ?", (value,))
    with opened(folder) as cache:
        assert await cache.get("k") is None
        await cache.put("k", ANSWER, keep_s=HOUR)
    assert await found_by_another_process(folder) == (ANSWER, "disk"), "made again and replaced"
    assert caplog.records == []


async def test_a_file_of_a_value_that_was_removed_is_a_miss(folder: Path) -> None:
    with opened(folder) as cache:
        await cache.put("k", {"answer": os.urandom(60_000).hex()}, keep_s=HOUR)
    for file in folder.rglob("*.val"):
        file.unlink()
    assert await found_by_another_process(folder) is None


# --- a disk that cannot be used ------------------------------------------------------------------


async def test_while_another_writes_values_are_read_and_not_written_and_the_disk_stays_on(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(folder, memory_entries=0) as cache:
        await cache.put("k", ANSWER, keep_s=HOUR)
        with locked(folder / "cache.db"):
            started = time.monotonic()
            await cache.put("skipped", ANSWER, keep_s=HOUR)
            assert await cache.get("k") == (ANSWER, "disk"), "readers do not wait for a writer"
            assert await cache.get("skipped") is None
            assert time.monotonic() - started < 2
        await cache.put("after", ANSWER, keep_s=HOUR)
        assert await cache.get("after") == (ANSWER, "disk")
    assert caplog.records == []


async def test_a_file_that_is_locked_when_it_is_to_be_opened_is_tried_again_later(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await kept(folder)
    with opened(folder, memory_entries=0) as cache:
        with locked(folder / "cache.db"):
            started = time.monotonic()
            assert await cache.get("k") is None
            await cache.put("skipped", ANSWER, keep_s=HOUR)
            assert time.monotonic() - started < 2
        assert await cache.get("k") == (ANSWER, "disk")
    assert caplog.records == []


async def test_a_file_that_somebody_has_for_himself_is_a_miss_until_he_lets_go(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(folder, memory_entries=0) as cache:
        await cache.put("k", ANSWER, keep_s=HOUR)
    script = """
        import sqlite3, sys
        connection = sqlite3.connect(sys.argv[1], isolation_level=None)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        print("held", flush=True)
        sys.stdin.read()
    """
    with opened(folder, memory_entries=0) as cache:
        holder = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script), folder / "cache.db"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with holder:
            assert holder.stdout is not None
            assert holder.stdin is not None
            assert holder.stdout.readline() == b"held\n"
            assert await cache.get("k") is None
            await cache.put("k2", ANSWER, keep_s=HOUR)
            holder.stdin.close()
        assert await cache.get("k") == (ANSWER, "disk")
    assert caplog.records == []


@pytest.mark.parametrize("obstacle", ["a file where the folder should be", "no database"])
async def test_a_disk_that_cannot_be_used_is_left_out_with_one_warning(
    folder: Path, obstacle: str, caplog: pytest.LogCaptureFixture
) -> None:
    if obstacle == "no database":
        folder.mkdir(parents=True)
        (folder / "cache.db").write_bytes(b"This is a shopping list, not a database." * 100)
    else:
        folder.parent.mkdir()
        folder.write_text("not a folder")
    with opened(folder) as cache:
        for name in ("a", "b"):
            assert await cache.get(name) is None
            await cache.put(name, ANSWER, keep_s=HOUR)
            assert await cache.get(name) == (ANSWER, "memory")
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert str(folder) in record.getMessage()


READ_ONLY = """
    import asyncio, concurrent.futures.thread, logging, os, sys
    from pathlib import Path
    import diskcache
    from persistence.cache import AnswerCache
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)  # root may write everything
    logging.basicConfig(format="%(levelname)s %(message)s")
    async def main():
        cache = AnswerCache(Path(sys.argv[1]), memory_entries=5, disk_mb=5)
        for name in ("a", "b"):
            await cache.get(name)
            await cache.put(name, {"answer": name}, keep_s=60)
            print(await cache.get(name))
        cache.close()
    asyncio.run(main())
"""


@pytest.mark.parametrize("mode", [0o555, 0o000], ids=["read-only", "closed"])
async def test_in_a_home_that_may_not_be_written_there_is_one_warning_and_memory_serves(
    mode: int,
) -> None:
    with TemporaryDirectory() as outside:  # pytest's own folders are closed to other users
        Path(outside).chmod(0o755)
        home = Path(outside) / "home"
        home.mkdir()
        home.chmod(mode)
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(READ_ONLY), home / "cache"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.splitlines() == [
        "({'answer': 'a'}, 'memory')",
        "({'answer': 'b'}, 'memory')",
    ], done.stderr
    assert done.stderr.count("WARNING") == 1
    assert str(home) in done.stderr


# --- several at once -----------------------------------------------------------------------------


async def test_two_threads_that_open_the_disk_at_once_share_one(folder: Path) -> None:
    with opened(folder, memory_entries=0) as cache:
        names = [f"k{number}" for number in range(12)]
        await asyncio.gather(*(cache.put(name, {"of": name}, keep_s=HOUR) for name in names))
        found = await asyncio.gather(*(cache.get(name) for name in names))
    # A write that met another's lock for too long may have been skipped; none is wrong.
    pairs = zip(names, found, strict=True)
    assert all(hit is None or hit == ({"of": name}, "disk") for name, hit in pairs)
    assert sum(hit is not None for hit in found) >= 2


def test_two_event_loops_in_two_threads_open_it_at_once(folder: Path) -> None:
    results: list[Any] = []
    start = threading.Barrier(2)

    def use(name: str) -> None:
        start.wait()
        with opened(folder, memory_entries=0) as cache:

            async def ask() -> Any:
                for _ in range(20):  # the other one may be making the file
                    await cache.put(name, {"of": name}, keep_s=HOUR)
                    hit = await cache.get(name)
                    if hit is not None:
                        return hit
                return None

            results.append(asyncio.run(ask()))

    threads = [threading.Thread(target=use, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(hit[0]["of"] for hit in results) == ["a", "b"]


# --- behind the assistant ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"unexpected": "shape"}, id="of another shape"),
        pytest.param({"answer": 7, "data": None}, id="of other types"),
        pytest.param({}, id="empty"),
    ],
)
async def test_the_assistant_answers_anew_where_what_was_kept_is_no_answer(
    tmp_path: Path, value: dict[str, Any]
) -> None:
    n8n = tmp_path / "n8n.sqlite"
    make_demo_database(n8n, now=NOW, days=3, scale=0.2)
    settings = Settings(home=tmp_path / "home", n8n_url=str(n8n), refresh_budget_s=30)
    clock = FixedClock(NOW)
    async with await Assistant.open(settings) as assistant:
        first = await assistant.ask("Quante esecuzioni ieri?", clock=clock)
    with closing(sqlite3.connect(tmp_path / "home" / "cache" / "cache.db")) as connection:
        keys = connection.execute("SELECT key FROM Cache").fetchall()
    assert keys
    with opened(tmp_path / "home" / "cache") as cache:
        for (key,) in keys:
            await cache.put(_text(key), value, keep_s=HOUR)
    async with await Assistant.open(settings) as assistant:
        again = await assistant.ask("Quante esecuzioni ieri?", clock=clock)
        third = await assistant.ask("Quante esecuzioni ieri?", clock=clock)
    assert (again.cache, again.answer, again.data) == ("miss", first.answer, first.data)
    assert third.cache == "memory"


def _text(key: bytes) -> str:
    return str(json.loads(zlib.decompress(key)))
