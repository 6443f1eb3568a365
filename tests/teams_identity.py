"""Microsoft's login for tests: a throw-away authority, a login host, keys and tokens.

Everything is on this machine. The login host speaks https with a certificate of the authority,
since the library for Microsoft's login takes no other; its keys and OpenID documents are beside
it. Only what is on the wire is imitated: the bot uses its real libraries.
"""

import asyncio
import json
import ssl
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any

import jwt
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from jwt.algorithms import RSAAlgorithm

APP_ID = "00000000-aaaa-4bbb-8ccc-00000000b07a"
PASSWORD = "a made-up client secret"
TENANT = "11111111-aaaa-4bbb-8ccc-000000000001"
ISSUER = "https://api.botframework.com"
SCOPE = "https://api.botframework.com/.default"
CHANNEL = "msteams"


@lru_cache(maxsize=8)
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """A key for signing, the same for the same name in one run: making one takes a while."""
    assert name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Identity:
    """Microsoft's login. ``async with Identity() as identity`` starts and ends it."""

    def __init__(self) -> None:
        self.keys: dict[str, tuple[rsa.RSAPrivateKey, Sequence[str] | None]] = {
            "key-1": (rsa_key("key-1"), (CHANNEL, "webchat"))
        }
        self.kid = "key-1"
        self.asked: list[str] = []
        self.issued: list[str] = []
        self.lifetime = 3600
        self.refusal: dict[str, str] | None = None
        self.hanging: set[str] = set()
        self.broken: set[str] = set()
        self._let_go = asyncio.Event()
        self._seen_more = asyncio.Condition()
        self._folder = tempfile.TemporaryDirectory(prefix="teams-identity-")
        self._runner: web.AppRunner | None = None
        self.bundle = str(Path(self._folder.name) / "authority.pem")

    async def __aenter__(self) -> "Identity":
        context = server_context(Path(self._folder.name))
        server = web.Application()
        server.add_routes(
            [
                web.get("/v1/.well-known/openidconfiguration", self._openid),
                web.get("/v1/.well-known/keys", self._keys),
                web.get("/adfs/.well-known/openid-configuration", self._discovery),
                web.post("/adfs/oauth2/token", self._token),
                web.get("/msi/token", self._managed),
            ]
        )
        self._runner = web.AppRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=context).start()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        secure, plain = (address[1] for address in self._runner.addresses)
        self.url = f"https://127.0.0.1:{secure}"
        self.managed_url = f"http://127.0.0.1:{plain}/msi/token"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.let_go()
        assert self._runner is not None
        await self._runner.cleanup()
        self._folder.cleanup()

    @property
    def openid_url(self) -> str:
        """The OpenID metadata of the Bot Connector's tokens."""
        return f"{self.url}/v1/.well-known/openidconfiguration"

    @property
    def jwks_url(self) -> str:
        """The keys that the Bot Connector signs with."""
        return f"{self.url}/v1/.well-known/keys"

    @property
    def login_url(self) -> str:
        """The authority that gives the bot its own token."""
        return f"{self.url}/adfs"

    def settings(self, **more: str) -> dict[str, str]:
        """The environment of a bot that uses this login; names are the settings'."""
        return {
            "MICROSOFT_APP_ID": APP_ID,
            "MICROSOFT_APP_PASSWORD": PASSWORD,
            "MICROSOFT_APP_TENANT_ID": TENANT,
            "MICROSOFT_APP_TYPE": "SingleTenant",
            "TEAMS_OPENID_METADATA_URL": self.openid_url,
            "TEAMS_TOKEN_ISSUER": ISSUER,
            "TEAMS_LOGIN_URL": self.login_url,
            "TEAMS_OAUTH_SCOPE": SCOPE,
            "TEAMS_SERVICE_HOSTS": "127.0.0.1",
            "REQUESTS_CA_BUNDLE": self.bundle,
            **more,
        }

    def roll(self, kid: str, *, endorsements: Sequence[str] | None = (CHANNEL,)) -> None:
        """Sign with a new key from now on; the old ones are listed no more."""
        self.keys = {kid: (rsa_key(kid), endorsements)}
        self.kid = kid

    def claims(self, service_url: str, **more: Any) -> dict[str, Any]:
        """What a good token says; a claim given as None is left out."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": APP_ID,
            "nbf": now - 10,
            "exp": now + 3600,
            "serviceurl": service_url,
            **more,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(
        self,
        service_url: str,
        *,
        headers: dict[str, Any] | None = None,
        key: Any = None,
        algorithm: str = "RS256",
        **claims: Any,
    ) -> str:
        """A token of the Bot Connector; ``headers``, ``key`` and claims make it a bad one."""
        signed_with = self.keys[self.kid][0] if key is None else key
        head = {"kid": self.kid, **(headers or {})}
        return jwt.encode(
            self.claims(service_url, **claims),
            signed_with,
            algorithm=algorithm,
            headers={name: value for name, value in head.items() if value is not None},
        )

    def let_go(self) -> None:
        """Answer whatever hangs."""
        self._let_go.set()

    async def until_asked(self, what: str, *, times: int = 1) -> None:
        """Returns once a document or a token has been asked for so many times."""
        async with self._seen_more:
            await self._seen_more.wait_for(lambda: self.asked.count(what) >= times)

    def takes(self, authorization: str) -> bool:
        """Whether a request to the Bot Connector carries a token that was given to the bot."""
        scheme, _, token = authorization.partition(" ")
        return scheme == "Bearer" and token in self.issued

    async def _openid(self, request: web.Request) -> web.Response:
        await self._seen("openid")
        return web.json_response(
            {
                "issuer": ISSUER,
                "jwks_uri": self.jwks_url,
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def _keys(self, request: web.Request) -> web.Response:
        await self._seen("keys")
        listed = []
        for kid, (key, endorsements) in self.keys.items():
            one = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            one |= {"kid": kid, "use": "sig", "x5t": kid}
            if endorsements is not None:
                one["endorsements"] = list(endorsements)
            listed.append(one)
        return web.json_response({"keys": listed})

    async def _discovery(self, request: web.Request) -> web.Response:
        await self._seen("discovery")
        return web.json_response(
            {
                "issuer": self.login_url,
                "authorization_endpoint": f"{self.login_url}/oauth2/authorize",
                "token_endpoint": f"{self.login_url}/oauth2/token",
            }
        )

    async def _token(self, request: web.Request) -> web.Response:
        await self._seen("token")
        form = await request.post()
        is_known = (form.get("client_id"), form.get("client_secret")) == (APP_ID, PASSWORD)
        asked = (form.get("grant_type"), form.get("scope"))
        if self.refusal is not None:
            return web.json_response(self.refusal, status=400)
        if not is_known or asked != ("client_credentials", SCOPE):
            said = {"error": "invalid_client", "error_description": "AADSTS7000215: wrong."}
            return web.json_response(said, status=401)
        return web.json_response(
            {
                "token_type": "Bearer",
                "expires_in": self.lifetime,
                "access_token": self._next_token(),
            }
        )

    async def _managed(self, request: web.Request) -> web.Response:
        await self._seen("managed")
        asked = (request.query.get("client_id"), request.query.get("resource"))
        if asked != (APP_ID, SCOPE.removesuffix("/.default")):
            said = {"statusCode": 400, "message": "No identity of that id."}
            return web.json_response(said, status=400)
        ends = int(time.time()) + self.lifetime
        return web.json_response(
            {"access_token": self._next_token(), "expires_on": str(ends), "token_type": "Bearer"}
        )

    def _next_token(self) -> str:
        self.issued.append(f"given-to-the-bot-{len(self.issued) + 1}")
        return self.issued[-1]

    async def _seen(self, what: str) -> None:
        self.asked.append(what)
        async with self._seen_more:
            self._seen_more.notify_all()
        if what in self.hanging:
            await self._let_go.wait()
        if what in self.broken:
            raise web.HTTPBadGateway(text="<html>Bad gateway</html>")


def server_context(folder: Path) -> ssl.SSLContext:
    """A certificate for this machine, signed by an authority whose own is left in the folder."""
    now = datetime.now(UTC)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Throw-away authority")])
    authority = (
        x509.CertificateBuilder()
        .subject_name(authority_name)
        .issuer_name(authority_name)
        .public_key(authority_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False
        )
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                crl_sign=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(authority_key, hashes.SHA256())
    )
    host_key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    host = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]))
        .issuer_name(authority_name)
        .public_key(host_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "authority.pem").write_bytes(authority.public_bytes(pem))
    (folder / "host.pem").write_bytes(host.public_bytes(pem))
    (folder / "host.key").write_bytes(
        host_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "host.pem", folder / "host.key")
    return context


def unsigned(claims: dict[str, Any], *, kid: str) -> str:
    """A token that says that it needs no signature."""
    return jwt.encode(claims, None, algorithm="none", headers={"kid": kid})


def signed_with_public_key(claims: dict[str, Any], key: rsa.RSAPrivateKey, *, kid: str) -> str:
    """HS256, with what everybody can read as the secret; the library refuses to make it."""
    secret = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    head = {"alg": "HS256", "typ": "JWT", "kid": kid}
    parts = [_base64(json.dumps(part).encode()) for part in (head, claims)]
    signer = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = signer.sign(".".join(parts).encode(), secret)
    return ".".join([*parts, _base64(signature)])


def _base64(data: bytes) -> str:
    return jwt.utils.base64url_encode(data).decode()
