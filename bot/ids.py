"""The kinds of identity, so that a member's number is never taken for a round's."""

from typing import NewType

CommunityId = NewType("CommunityId", int)
WorkspaceId = NewType("WorkspaceId", int)
MemberId = NewType("MemberId", int)
RoundId = NewType("RoundId", int)
GroupId = NewType("GroupId", int)
ScheduleId = NewType("ScheduleId", int)
OccurrenceId = NewType("OccurrenceId", int)
OutboxId = NewType("OutboxId", int)
ChannelId = NewType("ChannelId", int)

Lane = NewType("Lane", str)
"""One workspace, tenant or mail server: ``slack:T123``, ``teams:<tenant>``, ``web:1``, ``mail``."""
