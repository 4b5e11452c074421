"""Stored keys: in a keyring that may not answer, or sealed in a file."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from pydantic import SecretStr

from core.errors import KeyStoreError
from core.settings import Settings
from providers.keys import KeyName, langsmith_key, with_stored_keys
from providers.keys.stored import KeyStore
from providers.keys.system_keyring import SystemKeyring

SECRET = "AIza-first-key"  # noqa: S105  # invented
OTHER = "gsk-another-key"


class InMemory(KeyringBackend):
    """A keyring that works; what it holds is lost with it."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library has no types there
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[(service, username)]


class Locked(InMemory):
    """One whose owner does not unlock it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(f"locked, and in no mood to show {SECRET}")

    set_password = delete_password = get_password  # type: ignore[assignment]


class Forgetful(InMemory):
    """One that takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


class Hanging(InMemory):
    """One that asks somebody who is not there for a password."""

    def get_password(self, service: str, username: str) -> str | None:
        threading.Event().wait()
        return None

    set_password = delete_password = get_password  # type: ignore[assignment]


class PlaintextFile(InMemory):
    """One of the kinds that keep keys where everybody can read them."""


PlaintextFile.__module__ = "keyrings.alt.file"


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[KeyringBackend], None]]:
    """Take another keyring for this test."""
    before = keyring.get_keyring()
    monkeypatch.setattr(SystemKeyring, "_silent", False)
    monkeypatch.setattr("providers.keys.system_keyring.READ_S", 0.3)
    monkeypatch.setattr("providers.keys.system_keyring.WRITE_S", 0.3)
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def in_file(home: Path) -> KeyStore:
    return KeyStore(home, where="file")


def key(secret: str = SECRET) -> SecretStr:
    return SecretStr(secret)


def opened(store: KeyStore, name: KeyName = "gemini") -> str | None:
    found = store.get(name)
    return found.get_secret_value() if found else None


# --- the keyring ---------------------------------------------------------------------------------


def test_a_key_goes_into_the_keyring_where_there_is_one(
    use: Callable[[KeyringBackend], None], home: Path
) -> None:
    backend = InMemory()
    use(backend)
    stored = KeyStore(home).set("gemini", key())
    assert stored.where == "keyring"
    assert list(backend.held.values()) == [SECRET]
    assert opened(KeyStore(home)) == SECRET
    assert SECRET not in (home / "keys.json").read_text()
    assert KeyStore(home).remove("gemini")
    assert backend.held == {}
    assert not (home / "keys.json").exists()


def test_two_homes_have_keys_of_their_own(
    use: Callable[[KeyringBackend], None], tmp_path: Path
) -> None:
    use(InMemory())
    KeyStore(tmp_path / "one").set("gemini", key(SECRET))
    KeyStore(tmp_path / "two").set("gemini", key(OTHER))
    assert opened(KeyStore(tmp_path / "one")) == SECRET


@pytest.mark.parametrize("backend", [Locked, Forgetful, Hanging, PlaintextFile])
def test_a_keyring_that_is_of_no_use_is_told_and_the_file_is_taken(
    use: Callable[[KeyringBackend], None], home: Path, backend: type[InMemory]
) -> None:
    use(backend())
    stored = KeyStore(home).set("gemini", key())
    assert stored.where == "file"
    assert stored.note.startswith("not in the system's keyring")
    assert SECRET not in stored.note
    assert opened(KeyStore(home)) == SECRET


@pytest.mark.parametrize("backend", [Locked, Hanging])
def test_a_keyring_that_stopped_answering_leaves_no_key_and_says_so_without_it(
    use: Callable[[KeyringBackend], None],
    home: Path,
    backend: type[InMemory],
    caplog: pytest.LogCaptureFixture,
) -> None:
    use(InMemory())
    KeyStore(home).set("gemini", key())
    use(backend())
    with pytest.raises(KeyStoreError, match="keyring") as caught:
        KeyStore(home).get("gemini")
    assert SECRET not in str(caught.value)
    with pytest.raises(KeyStoreError):
        KeyStore(home).remove("gemini")
    with caplog.at_level(logging.WARNING, logger="milhena"):
        settings = with_stored_keys(Settings(home=home))
    assert settings.gemini_api_key is None
    assert "keyring" in caplog.text
    assert SECRET not in caplog.text


def test_a_keyring_that_hung_once_is_not_waited_for_again(
    use: Callable[[KeyringBackend], None], home: Path
) -> None:
    backend = InMemory()
    use(backend)
    KeyStore(home).set("gemini", key())
    use(Hanging())
    with pytest.raises(KeyStoreError, match="has not answered"):
        KeyStore(home).get("gemini")
    use(backend)  # its answer would come, but nobody asks any more
    with pytest.raises(KeyStoreError, match="does not answer"):
        KeyStore(home).get("gemini")


def test_only_the_keyring_means_only_the_keyring(
    use: Callable[[KeyringBackend], None], home: Path
) -> None:
    use(Locked())
    with pytest.raises(KeyStoreError, match="MILHENA_KEYS_STORE=file"):
        KeyStore(home, where="keyring").set("gemini", key())
    assert not (home / "keys.json").exists()


def test_a_key_that_moves_to_the_file_leaves_no_copy_in_the_keyring(
    use: Callable[[KeyringBackend], None], home: Path, in_file: KeyStore
) -> None:
    backend = InMemory()
    use(backend)
    KeyStore(home).set("gemini", key())
    in_file.set("gemini", key(OTHER))
    assert backend.held == {}
    assert opened(in_file) == OTHER


def test_a_key_that_somebody_took_out_of_the_keyring_is_told(
    use: Callable[[KeyringBackend], None], home: Path
) -> None:
    backend = InMemory()
    use(backend)
    KeyStore(home).set("gemini", key())
    backend.held.clear()
    with pytest.raises(KeyStoreError, match="no longer in the system's keyring"):
        KeyStore(home).get("gemini")


# --- the file ------------------------------------------------------------------------------------


def test_what_is_on_disk_holds_no_key_and_is_its_owner_s_alone(
    home: Path, in_file: KeyStore
) -> None:
    in_file.set("gemini", key())
    in_file.set("groq", key(OTHER))
    for file in home.iterdir():
        assert file.stat().st_mode & 0o777 == 0o600, file
        assert SECRET.encode() not in file.read_bytes()
        assert OTHER.encode() not in file.read_bytes()
    assert home.stat().st_mode & 0o777 == 0o700
    assert (opened(in_file), opened(in_file, "groq")) == (SECRET, OTHER)


def test_with_a_passphrase_no_other_opens_it(home: Path) -> None:
    def store(passphrase: str | None) -> KeyStore:
        secret = SecretStr(passphrase) if passphrase else None
        return KeyStore(home, where="file", passphrase=secret)

    store("correct horse").set("gemini", key())
    assert not (home / "keys.key").exists()
    assert opened(store("correct horse")) == SECRET
    with pytest.raises(KeyStoreError, match="MILHENA_KEYS_PASSPHRASE") as caught:
        store("wrong horse").get("gemini")
    assert "wrong horse" not in str(caught.value)
    with pytest.raises(KeyStoreError, match="set MILHENA_KEYS_PASSPHRASE"):
        store(None).get("gemini")


@pytest.mark.parametrize("name", ["keys.json", "keys.key"])
def test_a_file_that_others_may_read_is_refused_with_the_command_that_mends_it(
    home: Path, in_file: KeyStore, name: str
) -> None:
    in_file.set("gemini", key())
    (home / name).chmod(0o640)
    with pytest.raises(KeyStoreError, match=f"chmod 600 {home / name}"):
        in_file.get("gemini")
    (home / name).chmod(0o600)
    assert opened(in_file) == SECRET


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"{", "damaged or not Milhena's", id="half a file"),
        pytest.param(b'{"keys": {}}', "damaged or not Milhena's", id="somebody else's JSON"),
        pytest.param(b"[]", "damaged or not Milhena's", id="a list"),
        pytest.param(b"\xff\xfe\x00", "damaged or not Milhena's", id="no text"),
        pytest.param(b'{"milhena_keys": 2, "keys": {}}', "another Milhena", id="newer"),
        pytest.param(b'{"milhena_keys": 1, "keys": {"gemini": 1}}', "damaged", id="no entry"),
        pytest.param(
            b'{"milhena_keys": 1, "keys": {"gemini": {"where": "file", '
            b'"set_at": "2026-11-22T10:00:00+00:00"}}}',
            "damaged",
            id="an entry without its key",
        ),
        pytest.param(b"x" * 200_000, "not a file of keys", id="much too large"),
    ],
)
def test_a_broken_or_foreign_file_is_told_and_left_as_it_is(
    home: Path, in_file: KeyStore, content: bytes, told: str
) -> None:
    home.mkdir()
    file = home / "keys.json"
    file.write_bytes(content)
    file.chmod(0o600)
    for attempt in (
        lambda: in_file.get("gemini"),
        lambda: in_file.set("gemini", key()),
        lambda: in_file.stored(),
    ):
        with pytest.raises(KeyStoreError, match=told):
            attempt()
    assert file.read_bytes() == content


def test_a_link_a_folder_or_a_pipe_is_no_file_of_keys(home: Path, in_file: KeyStore) -> None:
    in_file.set("gemini", key())
    file = home / "keys.json"
    file.rename(home / "elsewhere.json")
    file.symlink_to(home / "elsewhere.json")
    with pytest.raises(KeyStoreError, match="cannot be read"):
        in_file.get("gemini")
    file.unlink()
    os.mkfifo(file, 0o600)
    with pytest.raises(KeyStoreError, match="not a file of keys"):
        in_file.get("gemini")
    file.unlink()
    file.mkdir(mode=0o700)
    with pytest.raises(KeyStoreError):
        in_file.get("gemini")


def test_a_lost_or_foreign_key_file_is_told(home: Path, in_file: KeyStore) -> None:
    in_file.set("gemini", key())
    key_file = home / "keys.key"
    held = key_file.read_bytes()
    key_file.unlink()
    with pytest.raises(KeyStoreError, match="is gone"):
        in_file.get("gemini")
    key_file.write_bytes(b"not a key\n")
    key_file.chmod(0o600)
    with pytest.raises(KeyStoreError, match="damaged or not Milhena's"):
        in_file.get("gemini")
    key_file.write_bytes(held[:-6] + b"AAAA=\n")
    with pytest.raises(KeyStoreError, match="sealed with another"):
        in_file.get("gemini")


def test_one_key_cannot_be_put_in_another_s_place(home: Path, in_file: KeyStore) -> None:
    in_file.set("gemini", key())
    in_file.set("groq", key(OTHER))
    file = home / "keys.json"
    content = json.loads(file.read_text())
    content["keys"]["gemini"] = content["keys"]["groq"]
    file.write_text(json.dumps(content))
    with pytest.raises(KeyStoreError, match="sealed with another, or is damaged"):
        in_file.get("gemini")


@pytest.mark.parametrize(
    "secret",
    ["", "   ", "two words", "line\nbreak", "chiave-perché", "\x1b[31m", "x" * 1_001],
    ids=["empty", "blank", "words", "lines", "accent", "escape", "long"],
)
def test_what_is_no_key_is_not_stored_and_not_repeated(
    home: Path, in_file: KeyStore, secret: str
) -> None:
    with pytest.raises(KeyStoreError) as caught:
        in_file.set("gemini", key(secret))
    assert not home.exists()
    assert not secret.strip() or secret not in str(caught.value)


def test_rotating_replaces_the_key_and_the_key_that_seals(home: Path, in_file: KeyStore) -> None:
    in_file.set("gemini", key())
    in_file.set("groq", key(OTHER))
    seal, former = (home / "keys.key").read_bytes(), (home / "keys.json").read_bytes()
    in_file.rotate("gemini", key("AIza-second-key"))
    assert (opened(in_file), opened(in_file, "groq")) == ("AIza-second-key", OTHER)
    now = (home / "keys.key").read_bytes()
    assert len(now.split()) == 1
    assert now != seal
    (home / "keys.json").write_bytes(former)
    with pytest.raises(KeyStoreError, match="sealed with another"):
        in_file.get("groq")


def test_a_rotation_cut_short_between_its_two_files_loses_nothing(
    home: Path, in_file: KeyStore
) -> None:
    in_file.set("gemini", key())
    in_file._sealer.add_new_key()
    assert opened(in_file) == SECRET


def test_there_is_nothing_to_rotate_where_nothing_is_stored(in_file: KeyStore) -> None:
    with pytest.raises(KeyStoreError, match="agent-cli keys set groq"):
        in_file.rotate("groq", key())
    assert not in_file.remove("groq")


def test_keys_stored_at_the_same_time_are_all_kept(home: Path) -> None:
    names: tuple[KeyName, ...] = ("gemini", "groq", "langsmith")
    start = threading.Barrier(3)

    def store(name: KeyName) -> None:
        start.wait(30)
        KeyStore(home, where="file").set(name, key(f"key-of-{name}"))

    for _ in range(5):
        threads = [threading.Thread(target=store, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        for name in names:
            assert opened(KeyStore(home), name) == f"key-of-{name}"
            KeyStore(home, where="file").remove(name)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(KeyStoreError, match="MILHENA_HOME"):
        KeyStore(tmp_path / "home", where="file").set("gemini", key())


# --- what settings get ---------------------------------------------------------------------------


def test_stored_keys_fill_only_what_the_environment_leaves_open(
    home: Path, in_file: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_file.set("gemini", key("stored-gemini"))
    in_file.set("groq", key("stored-groq"))
    in_file.set("langsmith", key("stored-langsmith"))
    monkeypatch.setenv("GOOGLE_API_KEY", "from-the-environment")
    settings = with_stored_keys(Settings(home=home))
    assert settings.gemini_api_key == SecretStr("from-the-environment")
    assert settings.groq_api_key == SecretStr("stored-groq")
    assert langsmith_key(settings) == SecretStr("stored-langsmith")
    monkeypatch.setenv("LANGSMITH_API_KEY", "ls-environment")
    assert langsmith_key(settings) == SecretStr("ls-environment")


def test_a_stored_key_that_cannot_be_read_is_no_key_and_is_told(
    home: Path, in_file: KeyStore, caplog: pytest.LogCaptureFixture
) -> None:
    in_file.set("gemini", key())
    (home / "keys.key").unlink()
    with caplog.at_level(logging.WARNING, logger="milhena"):
        assert with_stored_keys(Settings(home=home)).gemini_api_key is None
    assert "keys.key" in caplog.text


def test_where_no_stored_keys_are_wanted_none_are_looked_for_and_none_are_stored(
    home: Path, in_file: KeyStore
) -> None:
    in_file.set("gemini", key())
    unwanted = Settings(home=home, keys_store="none")
    assert with_stored_keys(unwanted).gemini_api_key is None
    with pytest.raises(KeyStoreError, match="MILHENA_KEYS_STORE"):
        KeyStore.of(unwanted).set("groq", key())
    assert KeyStore.of(unwanted).remove("gemini")


ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("stored", [False, True], ids=["nothing stored", "a key stored"])
def test_nothing_is_imported_where_nothing_is_stored(
    home: Path, in_file: KeyStore, stored: bool
) -> None:
    if stored:
        in_file.set("gemini", key())
    program = (
        "import sys; from core.settings import load_settings;"
        "from providers.keys import with_stored_keys; with_stored_keys(load_settings());"
        "print(sorted({'keyring', 'cryptography'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT), "MILHENA_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ("['cryptography']" if stored else "[]")
