"""What the stories programme remembers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.stories import Clearing, CoAuthor, Consent, Reuse, State, Story
from bot.domain.stories_adoption import Tried, Try
from bot.domain.stories_rotation import Setup, Turn
from bot.domain.stories_search import Found
from bot.domain.words import folded
from bot.ids import CommunityId, MemberId, StoryId
from storage import stories_search
from storage.rows import batches, insert_new, insert_row, upsert
from storage.tables import (
    stories,
    story_celebrations,
    story_coauthors,
    story_setups,
    story_tries,
    story_turns,
)

_PLAIN = (
    "title", "changed", "whom", "problem", "done", "differently", "place", "priority",
    "has_consent", "note", "digest", "published_at",
)  # fmt: skip

_SEARCHED = ("changed", "whom", "problem", "done", "differently", "place", "priority")


class Stories:
    """The stories of all communities, who wrote them and what became of them elsewhere."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    # Stories.

    def save(self, story: Story, *, now: datetime) -> Story:
        """Keep a story, a new one too; the story as it is kept, with its number."""
        values = {
            "author": story.author,
            "state": story.state,
            **{name: getattr(story, name) for name in _PLAIN},
            "tags": list(story.tags),
            "title_words": folded(story.title),
            "tag_words": folded(" ".join(story.tags)),
            "text_words": folded(" ".join(getattr(story, name) for name in _SEARCHED)),
            "reuse": story.reuse,
            "author_marks": story.by_author.marks,
            "author_reason": story.by_author.reason,
            "curator_marks": story.by_curator.marks,
            "curator_reason": story.by_curator.reason,
            "changed_at": story.changed_at or now,
        }
        number = story.id
        if number:
            was_published = self.get(number).is_published
            self._update(number, **values)
            if was_published and not story.is_published:
                stories_search.forget_removed(self._connection)
        else:
            row = {"community": story.community, "started_at": now, **values}
            number = StoryId(insert_row(self._connection, stories, **row))
        for each in story.coauthors:
            upsert(
                self._connection,
                story_coauthors,
                {
                    "community": story.community,
                    "story": number,
                    "member": each.member,
                    "consent": each.consent,
                },
                keys=("story", "member"),
            )
        return self.get(number)

    def remove_coauthor(self, story: StoryId, member: MemberId) -> None:
        """Somebody is no co-author any more."""
        self._connection.execute(
            story_coauthors.delete().where(
                story_coauthors.c.story == story, story_coauthors.c.member == member
            )
        )

    def remove(self, story: StoryId) -> None:
        """Forget a story, and what others did with it."""
        self._connection.execute(stories.delete().where(stories.c.id == story))
        stories_search.forget_removed(self._connection)

    def get(self, story: StoryId) -> Story:
        """The story of this number, which must exist."""
        return self._stories(stories.c.id == story)[0]

    def find(self, community: CommunityId, story: StoryId) -> Story | None:
        """The story of this number if it is the community's."""
        found = self._stories(stories.c.id == story, stories.c.community == community)
        return found[0] if found else None

    def of(self, member: MemberId) -> tuple[Story, ...]:
        """What somebody has written or co-writes, the newest change first."""
        with_them = sa.select(story_coauthors.c.story).where(
            story_coauthors.c.member == member, story_coauthors.c.consent != Consent.DECLINED
        )
        return self._stories(
            sa.or_(stories.c.author == member, stories.c.id.in_(with_them)),
            order=(stories.c.changed_at.desc(), stories.c.id.desc()),
        )

    def in_state(self, community: CommunityId, *states: State) -> tuple[Story, ...]:
        """Stories in any of these states, the longest waiting first."""
        return self._stories(
            stories.c.community == community,
            stories.c.state.in_(states),
            order=(stories.c.changed_at, stories.c.id),
        )

    def newest(self, community: CommunityId, *, limit: int) -> tuple[Story, ...]:
        """The published stories, the newest first."""
        return self._stories(
            stories.c.community == community,
            stories.c.state == State.PUBLISHED,
            order=(stories.c.published_at.desc(), stories.c.id.desc()),
            limit=limit,
        )

    def count(self, community: CommunityId) -> int:
        """How many stories are published."""
        return self._connection.execute(
            sa.select(sa.func.count())
            .select_from(stories)
            .where(stories.c.community == community, stories.c.state == State.PUBLISHED)
        ).scalar_one()

    def search(self, community: CommunityId, terms: Sequence[str], *, limit: int) -> Found:
        """The published stories that have these words in their text or tags, the best first.

        Where no story has all of them, those that have any.
        """
        if not terms:
            return Found()
        for every in (True, False):
            rows, total = stories_search.search(
                self._connection, community, terms, every=every, limit=limit
            )
            if rows:
                return Found(self._told(rows), total, has_all=every)
        return Found()

    def about(self, community: CommunityId, priority: str, *, limit: int) -> tuple[Story, ...]:
        """Published stories that serve a priority, the newest first."""
        return self._stories(
            stories.c.community == community,
            stories.c.state == State.PUBLISHED,
            stories.c.priority == priority,
            order=(stories.c.published_at.desc(), stories.c.id.desc()),
            limit=limit,
        )

    def rename_priority(
        self, community: CommunityId, former: str, priority: str, *, now: datetime
    ) -> None:
        """A priority has another name, in every story that serves it."""
        served = stories.c.priority == former
        for each in self._stories(stories.c.community == community, served):
            self.save(replace(each, priority=priority), now=now)

    def untold(self, community: CommunityId, *, limit: int) -> tuple[Story, ...]:
        """Published stories that were in no digest yet, the oldest first."""
        return self._stories(
            stories.c.community == community,
            stories.c.state == State.PUBLISHED,
            stories.c.digest == "",
            order=(stories.c.published_at, stories.c.id),
            limit=limit,
        )

    def in_digest(self, community: CommunityId, digest: str) -> tuple[Story, ...]:
        """The stories told in a digest that are still published."""
        return self._stories(
            stories.c.community == community,
            stories.c.state == State.PUBLISHED,
            stories.c.digest == digest,
            order=(stories.c.published_at, stories.c.id),
        )

    def set_digest(self, told: Iterable[StoryId], digest: str) -> None:
        """Note that these stories were told in a digest."""
        self._connection.execute(
            stories.update().where(stories.c.id.in_(list(told))).values(digest=digest)
        )

    # What others do with them.

    def celebrate(self, story: Story, member: MemberId) -> bool:
        """Somebody celebrates a story; False where they did before."""
        row = {"community": story.community, "story": story.id, "member": member}
        return bool(insert_new(self._connection, story_celebrations, row))

    def celebrations(self, wanted: Iterable[StoryId]) -> Mapping[StoryId, int]:
        """How many celebrate each of these stories."""
        found: dict[StoryId, int] = {}
        for batch in batches(list(wanted)):
            rows = self._connection.execute(
                sa.select(story_celebrations.c.story, sa.func.count().label("people"))
                .where(story_celebrations.c.story.in_(batch))
                .group_by(story_celebrations.c.story)
            )
            found.update((StoryId(row.story), row.people) for row in rows)
        return found

    def save_try(self, story: Story, tried: Try) -> None:
        """Keep who wants to try a story's idea, or what became of it."""
        row = {
            "community": story.community,
            "story": story.id,
            "member": tried.member,
            "state": tried.state,
            "at": tried.at,
        }
        upsert(self._connection, story_tries, row, keys=("story", "member"))

    def tries(self, wanted: Iterable[StoryId]) -> Mapping[StoryId, tuple[Try, ...]]:
        """Who wants to try each of these stories, or has."""
        found: dict[StoryId, list[Try]] = defaultdict(list)
        for batch in batches(list(wanted)):
            rows = self._connection.execute(
                sa.select(story_tries)
                .where(story_tries.c.story.in_(batch))
                .order_by(story_tries.c.at, story_tries.c.member)
            )
            for row in rows:
                found[StoryId(row.story)].append(
                    Try(MemberId(row.member), Tried(row.state), row.at)
                )
        return {number: tuple(several) for number, several in found.items()}

    # Digests and questions.

    def setup(self, community: CommunityId) -> Setup:
        """The community's rhythm of stories; nothing before anybody chose one."""
        row = self._connection.execute(
            sa.select(story_setups).where(story_setups.c.community == community)
        ).one_or_none()
        return Setup(community, row.digest_weeks, row.asked_each_week) if row else Setup(community)

    def save_setup(self, setup: Setup) -> None:
        """Keep the rhythm."""
        values = {
            "community": setup.community,
            "digest_weeks": setup.digest_weeks,
            "asked_each_week": setup.asked_each_week,
        }
        upsert(self._connection, story_setups, values, keys=("community",))

    def turns(self, community: CommunityId) -> Mapping[MemberId, Turn]:
        """When each member was last asked for a story and when they last began one."""
        wrote_last = self._connection.execute(
            sa.select(stories.c.author, sa.func.max(stories.c.started_at).label("at"))
            .where(stories.c.community == community, stories.c.author.is_not(None))
            .group_by(stories.c.author)
        )
        asked_last = self._connection.execute(
            sa.select(story_turns).where(story_turns.c.community == community)
        )
        wrote = {MemberId(row.author): row.at for row in wrote_last}
        turns = {
            MemberId(row.member): Turn(row.asked_at, wrote.pop(row.member, None), row.asked_times)
            for row in asked_last
        }
        return {**{each: Turn(wrote_at=moment) for each, moment in wrote.items()}, **turns}

    def set_asked(self, community: CommunityId, people: Iterable[MemberId], now: datetime) -> None:
        """Note that these people were asked for a story."""
        turns = self.turns(community)
        for each in people:
            times = turns[each].times if each in turns else 0
            row = {
                "member": each,
                "community": community,
                "asked_at": now,
                "asked_times": times + 1,
            }
            upsert(self._connection, story_turns, row, keys=("member",))

    def set_off(self, community: CommunityId, member: MemberId, *, is_off: bool) -> None:
        """Whether somebody wants neither digests nor questions."""
        row = {"member": member, "community": community, "is_off": is_off}
        upsert(self._connection, story_turns, row, keys=("member",))

    def off(self, community: CommunityId) -> frozenset[MemberId]:
        """Those who want neither digests nor questions."""
        rows = self._connection.execute(
            sa.select(story_turns.c.member).where(
                story_turns.c.community == community, story_turns.c.is_off
            )
        )
        return frozenset(MemberId(row.member) for row in rows)

    def _update(self, story: StoryId, **values: Any) -> None:
        self._connection.execute(stories.update().where(stories.c.id == story).values(**values))

    def _stories(
        self,
        *conditions: sa.ColumnElement[bool],
        order: Sequence[sa.ColumnElement[Any]] = (),
        limit: int | None = None,
    ) -> tuple[Story, ...]:
        chosen = sa.select(stories).where(*conditions).order_by(*(order or (stories.c.id,)))
        return self._told(self._connection.execute(chosen.limit(limit)).all())

    def _told(self, rows: Sequence[sa.Row[Any]]) -> tuple[Story, ...]:
        """The rows as stories, with their co-authors."""
        beside: dict[int, list[CoAuthor]] = defaultdict(list)
        for batch in batches([row.id for row in rows]):
            found = self._connection.execute(
                sa.select(story_coauthors)
                .where(story_coauthors.c.story.in_(batch))
                .order_by(story_coauthors.c.member)
            )
            for each in found:
                coauthor = CoAuthor(MemberId(each.member), Consent(each.consent))
                beside[each.story].append(coauthor)
        return tuple(_story(row, tuple(beside[row.id])) for row in rows)


def _story(row: sa.Row[Any], coauthors: tuple[CoAuthor, ...]) -> Story:
    return Story(
        **{name: getattr(row, name) for name in _PLAIN},
        community=CommunityId(row.community),
        author=MemberId(row.author) if row.author is not None else None,
        tags=tuple(row.tags),
        reuse=Reuse(row.reuse),
        state=State(row.state),
        by_author=Clearing(row.author_marks, row.author_reason),
        by_curator=Clearing(row.curator_marks, row.curator_reason),
        coauthors=coauthors,
        changed_at=row.changed_at,
        id=StoryId(row.id),
    )
