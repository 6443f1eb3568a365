"""What a page hands to the browser and must get back unchanged: form tokens and flashes."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import date, timedelta

from bot.chat.messages import Account
from bot.errors import SettingsError
from bot.settings import Settings
from storage.secrets import Vault, kept_key

# A page may stay open over midnight; one that is older has to be opened again.
TOKEN_DAYS = 2
# A cookie holds 4,096 bytes, and sealing makes it half as long again.
MAX_WORDS = 1_800


@dataclass(frozen=True, slots=True)
class Flash:
    """What is said once at the top of the next page; a problem if nothing was changed."""

    words: str
    is_problem: bool = False


class Seals:
    """Signs and seals with the key of the settings, which all replicas share."""

    def __init__(self, settings: Settings) -> None:
        self._key = settings.secret_key or kept_key(settings.keys_dir)
        self._vault = Vault(self._key)

    def form_token(self, account: Account, today: date) -> str:
        """Shows that a form was drawn by us, for this account."""
        words = f"console form\x1f{account.lane}\x1f{account.user}\x1f{today}"
        return hmac.new(self._key.encode(), words.encode(), hashlib.sha256).hexdigest()

    def is_form_token(self, token: str, account: Account, today: date) -> bool:
        """Whether the token was made for this account, lately."""
        return any(
            hmac.compare_digest(
                token.encode(), self.form_token(account, today - timedelta(days=ago)).encode()
            )
            for ago in range(TOKEN_DAYS)
        )

    def seal(self, flash: Flash) -> str:
        """The flash as a cookie's value, which nobody else can read or write."""
        words = flash.words.encode()[:MAX_WORDS].decode(errors="ignore")
        return self._vault.seal(json.dumps([words, flash.is_problem], ensure_ascii=False)).decode()

    def opened(self, sealed: str) -> Flash | None:
        """The flash again; None for a value that is not ours."""
        try:
            words, is_problem = json.loads(self._vault.open(sealed.encode(errors="replace")))
        except SettingsError:
            return None
        return Flash(words, is_problem)
