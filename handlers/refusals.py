"""Saying what is wrong with what somebody wrote, whether they typed it or filled in a form."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.chat.requests import Request
from bot.errors import FormErrors, MemberError


@contextmanager
def told(request: Request) -> Iterator[None]:
    """Errors of fields become one sentence where no form is open to mark them in."""
    try:
        yield
    except FormErrors as error:
        if request.is_submitted:
            raise
        raise MemberError(str(error)) from error
