"""The workspaces of the stand-in for Slack: who may come in with which token, and OAuth's part.

Codes and refresh tokens are taken once. An old token works until it is expired by hand, as Slack's
works for the rest of its twelve hours.
"""

import base64
import itertools
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

TEAM = "T0LEADERS"
CLIENT_ID = "1111.2222"
CLIENT_SECRET = "client-secret-of-the-stand-in"
LIFETIME = 12 * 60 * 60


@dataclass(frozen=True)
class Workspace:
    """A workspace; with an ``enterprise`` it belongs to an Enterprise organisation."""

    team: str
    name: str
    bot_user: str
    enterprise: str = ""


@dataclass(frozen=True)
class Code:
    """What somebody in a workspace allowed, and where the browser was sent with it."""

    team: str
    redirect: str
    is_organisation: bool = False


class Workspaces:
    """All workspaces, the tokens the bot has for them, and how it comes by those."""

    def __init__(self) -> None:
        self.all: dict[str, Workspace] = {}
        self.tokens: dict[str, str] = {}
        self.refreshing: dict[str, str] = {}
        self.expired: set[str] = set()
        self.rotates = False
        self._codes: dict[str, Code] = {}
        self._numbers = itertools.count(1)

    def add(self, workspace: Workspace, *, token: str = "") -> Workspace:
        """A workspace; with a ``token`` the bot is in it from the beginning."""
        self.all[workspace.team] = workspace
        if token:
            self.tokens[token] = workspace.team
        return workspace

    def newest_token(self, team: str) -> str:
        """The token the bot was given last."""
        return [token for token, of in self.tokens.items() if of == team][-1]

    def revoke(self, team: str) -> None:
        """The workspace took the bot away: no token of it works any more."""
        self.tokens = {token: of for token, of in self.tokens.items() if of != team}
        self.refreshing = {token: of for token, of in self.refreshing.items() if of != team}

    # What the person in the browser does on Slack's own page.

    def approve(self, url: str, team: str, *, is_organisation: bool = False) -> str:
        """Somebody allows what Slack's page asks; where the browser goes then."""
        asked = _query(url)
        assert urlsplit(url).path == "/oauth/v2/authorize", url
        assert asked["client_id"] == CLIENT_ID, asked
        assert asked["scope"], asked
        code = f"code-{next(self._numbers)}"
        self._codes[code] = Code(team, asked["redirect_uri"], is_organisation)
        return _back(asked, code=code)

    def deny(self, url: str) -> str:
        """Somebody does not; where the browser goes then."""
        return _back(_query(url), error="access_denied")

    # The method.

    def access(self, asked: dict[str, Any], authorization: str) -> dict[str, Any]:
        """``oauth.v2.access``."""
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {basic}":
            return {"ok": False, "error": "bad_client_secret"}
        if asked.get("grant_type") == "refresh_token":
            team = self.refreshing.pop(asked.get("refresh_token", ""), "")
            return self._given(team) if team else {"ok": False, "error": "invalid_refresh_token"}
        code = self._codes.pop(asked.get("code", ""), None)
        if code is None:
            return {"ok": False, "error": "invalid_code"}
        if asked.get("redirect_uri") != code.redirect:
            return {"ok": False, "error": "bad_redirect_uri"}
        if code.is_organisation:
            return self._given(code.team) | {"team": None, "is_enterprise_install": True}
        return self._given(code.team)

    def _given(self, team: str) -> dict[str, Any]:
        workspace, number = self.all[team], next(self._numbers)
        token = f"xoxe.xoxb-{team}-{number}" if self.rotates else f"xoxb-{team}-{number}"
        self.tokens[token] = team
        answer: dict[str, Any] = {
            "ok": True,
            "access_token": token,
            "token_type": "bot",
            "scope": "chat:write",
            "bot_user_id": workspace.bot_user,
            "app_id": "A1",
            "team": {"id": team, "name": workspace.name},
            "enterprise": {"id": workspace.enterprise} if workspace.enterprise else None,
            "is_enterprise_install": False,
        }
        if self.rotates:
            refresh = f"xoxe-1-{team}-{number}"
            self.refreshing[refresh] = team
            answer |= {"refresh_token": refresh, "expires_in": LIFETIME}
        return answer


def _query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _back(asked: dict[str, str], **more: str) -> str:
    return f"{asked['redirect_uri']}?{urlencode({**more, 'state': asked['state']})}"
