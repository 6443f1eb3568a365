"""The settings: from the environment or ``.env``, checked before anything starts."""

import re
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError
from bot.log import level_number

MIN_SECRET_LENGTH = 32
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

SINGLE_TENANT = "SingleTenant"
MULTI_TENANT = "MultiTenant"
MANAGED_IDENTITY = "UserAssignedMSI"
APP_TYPES = (SINGLE_TENANT, MULTI_TENANT, MANAGED_IDENTITY)

# The ids of Microsoft Entra, of apps and tenants alike.
ENTRA_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MAILBOX = re.compile(r"[^\s@]+@[^\s@]+", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?")


class Settings(BaseSettings):
    """All settings by the names of the README; an empty value counts as unset."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str = "sqlite:///data/leaders.db"
    host: str = "127.0.0.1"
    port: int = 3000
    base_url: str = ""
    secret_key: str = ""
    secret_key_old: str = ""
    keys_dir: Path = Path("data/keys")
    organisers: str = ""
    trusted_proxies: str = ""
    metrics_token: str = ""
    timezone: str = "Europe/London"
    log_level: str = "INFO"

    smtp_url: str = ""
    mail_from: str = ""

    slack_bot_token: str = ""
    slack_signing_secret: str = ""
    slack_app_token: str = ""
    slack_client_id: str = ""
    slack_client_secret: str = ""
    slack_api_url: str = "https://slack.com/api/"

    microsoft_app_id: str = ""
    microsoft_app_password: str = ""
    microsoft_app_tenant_id: str = ""
    microsoft_app_type: str = SINGLE_TENANT
    teams_allowed_tenants: str = ""
    teams_openid_metadata_url: str = (
        "https://login.botframework.com/v1/.well-known/openidconfiguration"
    )
    teams_token_issuer: str = "https://api.botframework.com"  # noqa: S105 - Its name, no secret.
    teams_login_url: str = "https://login.microsoftonline.com"
    teams_oauth_scope: str = "https://api.botframework.com/.default"
    teams_service_hosts: str = ""
    # The name that the library for Microsoft's login reads: a file of authorities to trust.
    requests_ca_bundle: str = ""

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of our own."""
        return self.database_url.startswith("sqlite:")

    @property
    def database_file(self) -> Path | None:
        """The file of a SQLite database; None for any other, and for one in memory."""
        name = self.database_url.removeprefix("sqlite:///")
        return Path(name) if self.is_sqlite and name not in {"", ":memory:"} else None

    @property
    def has_slack(self) -> bool:
        """Whether Slack is to be served."""
        return bool(self.slack_bot_token) or self.has_slack_install

    @property
    def has_slack_install(self) -> bool:
        """Whether several Slack workspaces can install the bot by themselves."""
        return bool(self.slack_client_id and self.slack_client_secret)

    @property
    def has_teams(self) -> bool:
        """Whether Microsoft Teams is to be served."""
        return bool(self.microsoft_app_id)

    @property
    def has_mail(self) -> bool:
        """Whether e-mail can be sent."""
        return bool(self.smtp_url)

    @property
    def teams_tenants(self) -> tuple[str, ...]:
        """The tenants that Teams is served for, in lower case, the bot's own first.

        None are named where whichever asks is served.
        """
        listed = _listed(self.teams_allowed_tenants.lower())
        if not listed and self.microsoft_app_type == MULTI_TENANT:
            return ()
        home = _listed(self.microsoft_app_tenant_id.lower())
        return tuple(dict.fromkeys((*home, *listed)))

    @property
    def is_example(self) -> bool:
        """Whether nothing is configured, so that the example community is shown."""
        has_platform = self.has_slack or self.has_teams
        return not has_platform and "database_url" not in self.model_fields_set

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in LOOPBACK

    @property
    def is_example_url(self) -> bool:
        """Whether BASE_URL, if it is set, is an address of this machine."""
        return not self.base_url or urlsplit(self.base_url).hostname in LOOPBACK

    @property
    def public_url(self) -> str:
        """The address people reach the bot at, without a slash at the end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def proxy_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The proxies that are trusted to say where a request comes from."""
        return tuple(ip_network(each, strict=False) for each in _listed(self.trusted_proxies))

    @property
    def organiser_list(self) -> tuple[str, ...]:
        """The first organisers: e-mails, ``slack:U...`` or ``teams:<object id>``."""
        return _listed(self.organisers)

    @property
    def teams_hosts(self) -> tuple[str, ...]:
        """Hosts, with or without a port, that Teams may be served from besides Microsoft's."""
        return _listed(self.teams_service_hosts.lower())


def load() -> Settings:
    """The settings; raises ``SettingsError`` with one sentence that names the wrong one."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "A setting"
        if first["type"] == "int_parsing":
            raise SettingsError(f"{name} is “{first['input']}”; use a whole number.") from error
        raise SettingsError(f"{name} is wrong: {first['msg']}.") from error

    for problem in problems(settings):
        raise SettingsError(problem)
    return settings


def problems(settings: Settings) -> list[str]:
    """One sentence for every setting that stops the start."""
    found = []
    if not settings.database_url.startswith(("sqlite:///", "postgresql://")):
        found.append(
            "DATABASE_URL is not understood; use sqlite:///data/leaders.db or postgresql://…"
        )
    if not 0 <= settings.port <= 65535:
        found.append(f"PORT is {settings.port}; use a number from 1 to 65535.")
    if settings.timezone not in available_timezones():
        found.append(f"TIMEZONE is “{settings.timezone}”; use a name such as Europe/London.")
    try:
        level_number(settings.log_level)
    except ValueError as error:
        found.append(str(error))
    if settings.base_url and urlsplit(settings.base_url).scheme not in {"http", "https"}:
        found.append("BASE_URL must begin with https:// (or http:// on this machine).")
    if settings.secret_key and len(settings.secret_key) < MIN_SECRET_LENGTH:
        found.append(
            f"SECRET_KEY is too short; use at least {MIN_SECRET_LENGTH} random characters."
        )
    if not settings.is_sqlite and not settings.secret_key:
        found.append("SECRET_KEY is missing; with PostgreSQL every replica needs the same one.")
    try:
        _ = settings.proxy_networks
    except ValueError:
        found.append(
            f"TRUSTED_PROXIES is “{settings.trusted_proxies}”; list addresses or networks such as "
            "10.0.0.0/8, parted by commas."
        )
    return found + _slack_problems(settings) + _teams_problems(settings) + _mail_problems(settings)


def _slack_problems(settings: Settings) -> list[str]:
    found = []
    if settings.slack_bot_token and not settings.slack_bot_token.startswith("xoxb-"):
        found.append("SLACK_BOT_TOKEN must begin with xoxb-; copy the Bot User OAuth Token.")
    if settings.slack_app_token and not settings.slack_app_token.startswith("xapp-"):
        found.append("SLACK_APP_TOKEN must begin with xapp-; make an app-level token.")
    if settings.slack_client_id and not settings.slack_client_secret:
        found.append("SLACK_CLIENT_SECRET is missing; SLACK_CLIENT_ID alone installs nothing.")
    if settings.slack_client_secret and not settings.slack_client_id:
        found.append("SLACK_CLIENT_ID is missing; SLACK_CLIENT_SECRET alone installs nothing.")
    if settings.slack_app_token and not settings.has_slack:
        found.append("SLACK_BOT_TOKEN is missing; SLACK_APP_TOKEN alone can't send messages.")
    if settings.slack_signing_secret and not settings.has_slack:
        found.append("SLACK_BOT_TOKEN is missing; SLACK_SIGNING_SECRET alone can't answer.")
    if settings.has_slack and not (settings.slack_signing_secret or settings.slack_app_token):
        found.append("SLACK_SIGNING_SECRET is missing; set it, or SLACK_APP_TOKEN for Socket Mode.")
    if not settings.slack_api_url.endswith("/"):
        found.append("SLACK_API_URL must end with a slash, as in https://slack.com/api/")
    return found


def _teams_problems(settings: Settings) -> list[str]:
    if not settings.has_teams:
        return [
            f"MICROSOFT_APP_ID is missing; {name} alone can't answer."
            for name, value in (
                ("MICROSOFT_APP_PASSWORD", settings.microsoft_app_password),
                ("MICROSOFT_APP_TENANT_ID", settings.microsoft_app_tenant_id),
                ("TEAMS_ALLOWED_TENANTS", settings.teams_allowed_tenants),
            )
            if value
        ]
    return _app_problems(settings) + _cloud_problems(settings)


def _app_problems(settings: Settings) -> list[str]:
    found = []
    kind, tenant = settings.microsoft_app_type, settings.microsoft_app_tenant_id
    if not ENTRA_ID.fullmatch(settings.microsoft_app_id):
        found.append(
            f"MICROSOFT_APP_ID is “{settings.microsoft_app_id}”; copy the application (client) id."
        )
    if kind not in APP_TYPES:
        found.append(f"MICROSOFT_APP_TYPE is “{kind}”; use {', '.join(APP_TYPES)}.")
    if not settings.microsoft_app_password and kind != MANAGED_IDENTITY:
        found.append("MICROSOFT_APP_PASSWORD is missing; make a client secret for the app.")
    if not tenant and kind != MULTI_TENANT:
        found.append("MICROSOFT_APP_TENANT_ID is missing; copy the directory (tenant) id.")
    if tenant and not ENTRA_ID.fullmatch(tenant):
        found.append(f"MICROSOFT_APP_TENANT_ID is “{tenant}”; copy the directory (tenant) id.")
    found += [
        f"TEAMS_ALLOWED_TENANTS has “{one}”; list directory (tenant) ids, parted by commas."
        for one in _listed(settings.teams_allowed_tenants)
        if not ENTRA_ID.fullmatch(one)
    ]
    return found


def _cloud_problems(settings: Settings) -> list[str]:
    found = []
    metadata = urlsplit(settings.teams_openid_metadata_url)
    is_here = metadata.scheme == "http" and metadata.hostname in LOOPBACK
    if metadata.scheme != "https" and not is_here:
        found.append("TEAMS_OPENID_METADATA_URL must begin with https://")
    if urlsplit(settings.teams_login_url).scheme != "https":
        found.append("TEAMS_LOGIN_URL must begin with https://")
    found += [
        f"TEAMS_SERVICE_HOSTS has “{host}”; list host names, parted by commas, without https://"
        for host in settings.teams_hosts
        if not _HOST.fullmatch(host)
    ]
    if settings.requests_ca_bundle and not Path(settings.requests_ca_bundle).exists():
        found.append(
            f"REQUESTS_CA_BUNDLE is “{settings.requests_ca_bundle}”, which is not there; "
            "name a file of certificates."
        )
    return found


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _mail_problems(settings: Settings) -> list[str]:
    if not settings.smtp_url:
        is_half = bool(settings.mail_from)
        return ["SMTP_URL is missing; MAIL_FROM alone sends nothing."] if is_half else []
    found = []
    try:
        parts = urlsplit(settings.smtp_url)
        is_address = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname)
        is_address = is_address and parts.port != 0 and parts.path in {"", "/"}
    except ValueError:
        is_address, parts = False, urlsplit("")
    if not is_address:
        # What was typed is not repeated: it may hold a password.
        found.append(
            "SMTP_URL is not understood; use smtp://user:password@host:587, or smtps:// for port "
            "465, with signs such as @ and / in the password percent-encoded."
        )
    elif bool(parts.username) != bool(parts.password):
        found.append("SMTP_URL has a user without a password, or a password without a user.")
    if not settings.mail_from:
        found.append("MAIL_FROM is missing; SMTP_URL needs an address to send from.")
    elif not _MAILBOX.fullmatch(parseaddr(settings.mail_from)[1]):
        found.append(
            f"MAIL_FROM is “{settings.mail_from}”; use an address such as leaders@example.org."
        )
    return found
