"""Whom our calls to Microsoft trust: the machine's authorities, or those the settings name."""

import ssl
from pathlib import Path


def context(bundle: str) -> ssl.SSLContext:
    """As ``REQUESTS_CA_BUNDLE`` is read elsewhere: a file or a folder, instead of all others."""
    if not bundle:
        return ssl.create_default_context()
    if Path(bundle).is_dir():
        return ssl.create_default_context(capath=bundle)
    return ssl.create_default_context(cafile=bundle)
