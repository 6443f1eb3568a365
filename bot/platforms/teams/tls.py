"""Whom our calls to Microsoft trust: the machine's authorities, or those the settings name."""

import ssl
from pathlib import Path

from bot.errors import SettingsError


def context(bundle: str) -> ssl.SSLContext:
    """As ``REQUESTS_CA_BUNDLE`` is read elsewhere: a file or a folder, instead of all others.

    Raises ``SettingsError`` for a file that holds no certificates.
    """
    if not bundle:
        return ssl.create_default_context()
    try:
        if Path(bundle).is_dir():
            return ssl.create_default_context(capath=bundle)
        return ssl.create_default_context(cafile=bundle)
    except OSError as error:
        raise SettingsError(
            f"REQUESTS_CA_BUNDLE is “{bundle}”, which holds no certificates that can be read."
        ) from error
