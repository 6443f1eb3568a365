"""Encryption of what platforms entrust to us, and the key it hangs on."""

import base64
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
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in keys if key])

    def seal(self, text: str) -> bytes:
        """The text, encrypted and signed."""
        return self._fernet.encrypt(text.encode())

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


def _derived(key: str) -> bytes:
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"platform tokens")
    return base64.urlsafe_b64encode(derivation.derive(key.encode()))
