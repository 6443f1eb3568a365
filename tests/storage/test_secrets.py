"""The vault and the key it hangs on."""

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from storage.secrets import Vault, kept_key

OLD, NEW = "the former secret key, long enough", "the newest secret key, long enough"


@given(st.text())
def test_what_is_sealed_can_be_opened(text):
    vault = Vault(NEW)

    sealed = vault.seal(text)

    assert vault.open(sealed) == text
    assert len(text) < 8 or text.encode() not in sealed


def test_the_same_words_are_sealed_differently_each_time():
    vault = Vault(NEW)

    assert vault.seal("xoxb-1") != vault.seal("xoxb-1")


def test_after_a_rotation_old_seals_open_and_new_ones_need_the_new_key():
    sealed_before = Vault(OLD).seal("xoxb-1")
    rotated = Vault(NEW, OLD)

    assert rotated.open(sealed_before) == "xoxb-1"
    assert Vault(NEW).open(rotated.seal("xoxb-2")) == "xoxb-2"


@pytest.mark.parametrize("vault", [Vault(NEW), Vault(NEW, ""), Vault("", NEW)])
def test_a_key_that_does_not_fit_is_named(vault):
    sealed = Vault(OLD).seal("xoxb-1")

    with pytest.raises(SettingsError) as caught:
        vault.open(sealed)

    assert str(caught.value) == (
        "SECRET_KEY does not fit the stored tokens; set the former one as SECRET_KEY_OLD."
    )


def test_what_was_tampered_with_does_not_open():
    sealed = bytearray(Vault(NEW).seal("xoxb-1"))
    sealed[20] ^= 1

    with pytest.raises(SettingsError):
        Vault(NEW).open(bytes(sealed))


def test_digest_is_the_same_for_the_same_parts_under_the_newest_key():
    digest = Vault(NEW).digest("slack", "Ev1")

    assert Vault(NEW, OLD).digest("slack", "Ev1") == digest
    others = (
        Vault(OLD, NEW).digest("slack", "Ev1"),
        Vault(NEW).digest("slac", "kEv1"),
        Vault(NEW).digest("slackEv1"),
        Vault(NEW).digest("slack5:", "Ev1"),
    )
    assert len({digest, *others}) == 5


def test_a_kept_key_is_made_once_and_for_its_owner_alone(tmp_path):
    folder = tmp_path / "data" / "keys"

    made = kept_key(folder)

    assert len(made) >= 64
    assert kept_key(folder) == made
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_two_folders_keep_different_keys(tmp_path):
    assert kept_key(tmp_path / "a") != kept_key(tmp_path / "b")


def test_a_key_file_that_somebody_put_there_is_used(tmp_path):
    (tmp_path / "secret_key").write_text(f"{NEW}\n")

    assert kept_key(tmp_path) == NEW
