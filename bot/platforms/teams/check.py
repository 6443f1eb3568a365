"""Whether Microsoft gives us a token, and its keys can be read; for ``python -m bot check``."""

from bot.platforms.teams import tls
from bot.platforms.teams.identity import Identity, LoginRefused, LoginUnreached
from bot.platforms.teams.keys import Keys, KeysUnreached
from bot.settings import Settings

KEYS_UNREACHED = (
    "The keys that Microsoft signs with could not be read at {url}; check the network, a proxy and "
    "TEAMS_OPENID_METADATA_URL."
)


async def check(settings: Settings) -> list[str]:
    """One sentence for everything that is wrong with the app, and how to mend it."""
    found = []
    identity = Identity(settings)
    try:
        await identity.token()
    except (LoginRefused, LoginUnreached) as error:
        found.append(str(error))
    finally:
        await identity.close()
    url = settings.teams_openid_metadata_url
    try:
        await Keys(url, tls=tls.context(settings.requests_ca_bundle)).fetch()
    except KeysUnreached:
        found.append(KEYS_UNREACHED.format(url=url))
    return found
