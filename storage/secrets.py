"""Encryption of what platforms entrust to us, and the key it hangs on."""

import base64
import hashlib
import hmac
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import SettingsError

KEY_FILE = "secret_key"


class Vault:
    """Encrypts with the newest key and reads with any of them (``SECRET_KEY``, the old one)."""

    def __init__(self, *keys: str) -> None:
        given = [key for key in keys if key]
        self._fernet = MultiFernet([Fernet(_fernet_key(key)) for key in given])
        self._digest_key = _derived(given[0], "digests")

    def seal(self, text: str) -> bytes:
        """The text, encrypted and signed."""
        return self._fernet.encrypt(text.encode())

    def digest(self, *parts: str) -> bytes:
        """The same for the same parts under the newest key; without it they can't be guessed."""
        # With their lengths, so that no two lists of parts read alike.
        whole = "".join(f"{len(part)}:{part}" for part in parts).encode()
        return hmac.new(self._digest_key, whole, hashlib.sha256).digest()

    def open(self, sealed: bytes) -> str:
        """The text again; raises ``SettingsError`` when no key fits."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise SettingsError(
                "SECRET_KEY does not fit the stored tokens; set the former one as SECRET_KEY_OLD."
            ) from error


def kept_key(folder: Path) -> str:
    """The secret key kept in the folder; made on the first call, readable by its owner alone."""
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = secrets.token_urlsafe(48)
        path.touch(mode=0o600)
        path.write_text(made)
    return path.read_text().strip()


def _fernet_key(key: str) -> bytes:
    return base64.urlsafe_b64encode(_derived(key, "platform tokens"))


def _derived(key: str, purpose: str) -> bytes:
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode())
    return derivation.derive(key.encode())
