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
SessionId = NewType("SessionId", int)
SeriesId = NewType("SeriesId", int)
TopicId = NewType("TopicId", int)
StoryId = NewType("StoryId", int)
AnnouncementId = NewType("AnnouncementId", int)
PromptSeriesId = NewType("PromptSeriesId", int)
HeldId = NewType("HeldId", int)
ConcernId = NewType("ConcernId", int)
TermId = NewType("TermId", int)
ProposalId = NewType("ProposalId", int)

Lane = NewType("Lane", str)
"""One workspace, tenant or mail server: ``slack:T123``, ``teams:<tenant>``, ``web:1``, ``mail``."""


def lane_of(platform: str, workspace: object) -> Lane:
    """The lane of a workspace or tenant, by what its platform calls it."""
    return Lane(f"{platform}:{workspace}")


def platform_of(lane: Lane) -> str:
    """The platform of a lane: ``slack``, ``teams``, ``web`` or ``mail``."""
    return lane.partition(":")[0]


def workspace_of(lane: Lane) -> str:
    """What the platform of a lane calls the workspace or tenant."""
    return lane.partition(":")[2]
