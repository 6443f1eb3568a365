"""What a community has already when a table of members comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.members import Member, Organisation, Vocabulary
from bot.ids import MemberId


@dataclass(frozen=True, slots=True)
class Known:
    """The community's words, organisations and members.

    ``members`` are all of them, also those who left. ``owners`` says whose a Slack member ID is;
    ``has_slack`` that exactly one Slack workspace is installed. ``other_names`` are what people
    also write for an organisation.
    """

    words: Mapping[Vocabulary, Sequence[str]]
    organisations: Sequence[Organisation]
    members: Sequence[Member]
    other_names: Mapping[str, str]
    owners: Mapping[str, MemberId]
    has_slack: bool
    on_web: frozenset[MemberId]
    in_coffee: frozenset[MemberId]
