"""Whatever can be said can be stored and read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.messages import (
    Account,
    Bullets,
    Button,
    Buttons,
    Divider,
    Fact,
    Facts,
    Heading,
    LinkButton,
    Message,
    Note,
    Paragraph,
    Span,
    Style,
    text,
)
from bot.chat.platform import Destination, Receipt
from bot.chat.requests import Profile
from storage import codec

words = st.text(max_size=20)
accounts = st.builds(Account, lane=words, user=words)
spans = st.builds(Span, text=words, bold=st.booleans(), url=words, account=st.none() | accounts)
several = st.lists(spans, max_size=3).map(tuple)
facts = st.lists(st.builds(Fact, label=words, spans=several), max_size=3).map(tuple)
taps = st.builds(
    Button, label=words, route=words, value=words, style=st.sampled_from(Style), confirm=words
)
links = st.builds(LinkButton, label=words, url=words)
blocks = st.one_of(
    st.builds(Heading, text=words),
    st.builds(Paragraph, spans=several),
    st.builds(Bullets, items=st.lists(several, max_size=3).map(tuple)),
    st.builds(Facts, items=facts),
    st.builds(Note, spans=several),
    st.builds(Divider),
    st.builds(Buttons, items=st.lists(taps | links, max_size=3).map(tuple)),
)
messages = st.builds(
    Message, blocks=st.lists(blocks, max_size=4).map(tuple), replaces=st.booleans(), token=words
)


@given(messages)
def test_any_message_is_read_as_it_was_stored(message):
    assert codec.load_message(codec.dump_message(message)) == message


@given(st.builds(Destination, users=st.lists(words).map(tuple), channel=words))
def test_any_destination_is_read_as_it_was_stored(destination):
    assert codec.load_destination(codec.dump_destination(destination)) == destination


@given(words, words)
def test_a_receipt_is_read_without_the_people_it_fetched(conversation, message):
    receipt = Receipt(conversation, message, people=(("U1", Profile("Ada")),))

    assert codec.load_receipt(codec.dump_receipt(receipt)) == Receipt(conversation, message)


@pytest.mark.parametrize(
    ("message", "stored"),
    [
        (Message(()), '{"blocks":[]}'),
        (
            Message((text("Grüße “you”"),), token="t"),
            '{"blocks":[{"spans":[{"text":"Grüße “you”"}],"kind":"Paragraph"}],"token":"t"}',
        ),
        (
            Message((Buttons((Button("Go", "go"), LinkButton("Open", "/x"))),)),
            (
                '{"blocks":[{"items":[{"label":"Go","route":"go","kind":"Button"},'
                '{"label":"Open","url":"/x","kind":"LinkButton"}],"kind":"Buttons"}]}'
            ),
        ),
    ],
)
def test_what_is_stored_stays_readable_for_the_next_version(message, stored):
    # Rows written by the running version are read by the next: these words must not change.
    assert codec.dump_message(message) == stored
    assert codec.load_message(stored) == message
