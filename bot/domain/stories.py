"""Success stories: what a story is, its life from a draft to a post, and who may do what."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from bot.chat.requests import Role
from bot.chat.routes import may
from bot.domain import identifiable
from bot.domain.identifiable import Finding
from bot.errors import MemberError, NotAllowed
from bot.ids import CommunityId, MemberId, StoryId

# A title that nobody gave is made of so many characters of what changed.
LONGEST_MADE_TITLE = 60
# What a story is told in, in the order in which it is read.
TEXTS = ("title", "changed", "whom", "problem", "done", "differently")


class State(StrEnum):
    """The life of a story."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_ASKED = "changes asked"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What is done to a story."""

    EDIT = "edit"
    SUBMIT = "submit"
    ASK_CHANGES = "ask for changes"
    APPROVE = "approve"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


# From which state an act leads where. Whoever changes a story that others have read has it read
# again: nothing is seen that nobody reviewed.
_LIFE: Mapping[Act, Mapping[State, State]] = {
    Act.EDIT: {
        State.DRAFT: State.DRAFT,
        State.SUBMITTED: State.DRAFT,
        State.CHANGES_ASKED: State.CHANGES_ASKED,
        State.APPROVED: State.DRAFT,
        State.PUBLISHED: State.DRAFT,
        State.WITHDRAWN: State.DRAFT,
    },
    Act.SUBMIT: {State.DRAFT: State.SUBMITTED, State.CHANGES_ASKED: State.SUBMITTED},
    Act.ASK_CHANGES: {State.SUBMITTED: State.CHANGES_ASKED, State.APPROVED: State.CHANGES_ASKED},
    Act.APPROVE: {State.SUBMITTED: State.APPROVED},
    Act.PUBLISH: {State.APPROVED: State.PUBLISHED},
    Act.WITHDRAW: {state: State.WITHDRAWN for state in State if state != "withdrawn"},
}
_TOLD = {
    State.DRAFT: "is a draft",
    State.SUBMITTED: "is with the curators",
    State.CHANGES_ASKED: "waits for changes by its author",
    State.APPROVED: "is approved",
    State.PUBLISHED: "is published",
    State.WITHDRAWN: "is withdrawn",
}


class Reuse(StrEnum):
    """What others may do with a story."""

    ASK = "ask"
    FREELY = "freely"


class Consent(StrEnum):
    """Whether a co-author has agreed to be named."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class CoAuthor:
    """Somebody who is to be named beside the author, once they agree."""

    member: MemberId
    consent: Consent = Consent.ASKED


@dataclass(frozen=True, slots=True)
class Clearing:
    """Why what the check found identifies nobody, for exactly these findings.

    ``marks`` is the fingerprint of the findings: with others it holds no longer.
    """

    marks: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A story. ``author`` is None once its author has left and let it stay without their name.

    ``note`` is what a curator asked for or said as they took it down; ``digest`` names the digest
    in which it was told.
    """

    community: CommunityId
    author: MemberId | None
    title: str = ""
    changed: str = ""
    whom: str = ""
    problem: str = ""
    done: str = ""
    differently: str = ""
    place: str = ""
    priority: str = ""
    tags: tuple[str, ...] = ()
    reuse: Reuse = Reuse.ASK
    has_consent: bool = False
    state: State = State.DRAFT
    note: str = ""
    by_author: Clearing = Clearing()
    by_curator: Clearing = Clearing()
    coauthors: tuple[CoAuthor, ...] = ()
    changed_at: datetime | None = None
    published_at: datetime | None = None
    digest: str = ""
    id: StoryId = field(default=StoryId(0))

    @property
    def is_published(self) -> bool:
        """Whether others may see it."""
        return self.state is State.PUBLISHED

    @property
    def version(self) -> str:
        """Which words a reviewer has read; other words have another version."""
        return f"{self.changed_at:%Y%m%d%H%M%S%f}" if self.changed_at else ""

    @property
    def waits_for(self) -> tuple[MemberId, ...]:
        """Co-authors who have not answered yet."""
        return self._with(Consent.ASKED)

    @property
    def named(self) -> tuple[MemberId, ...]:
        """Who is named as having written it: the author and the co-authors who agreed."""
        author = () if self.author is None else (self.author,)
        return (*author, *self._with(Consent.AGREED))

    @property
    def involved(self) -> tuple[MemberId, ...]:
        """The author and every co-author who has not declined."""
        return (*self.named, *self.waits_for)

    def consent_of(self, member: MemberId) -> Consent | None:
        """What a co-author said; None for anybody else."""
        return next((each.consent for each in self.coauthors if each.member == member), None)

    def _with(self, consent: Consent) -> tuple[MemberId, ...]:
        return tuple(each.member for each in self.coauthors if each.consent is consent)


def after(story: Story, act: Act) -> Story:
    """The story after an act; raises ``MemberError`` where its state does not allow it."""
    state = _LIFE[act].get(story.state)
    if state is None:
        raise MemberError(f"That story {_TOLD[story.state]}, so it can’t be done now.")
    return replace(story, state=state)


def allows(story: Story, act: Act) -> bool:
    """Whether a story's state allows an act."""
    return story.state in _LIFE[act]


def shown_title(story: Story) -> str:
    """The title, or the beginning of what changed."""
    words = " ".join((story.title or story.changed).split())
    if story.title or len(words) <= LONGEST_MADE_TITLE:
        return words or "A story without a title"
    return f"{words[:LONGEST_MADE_TITLE].rpartition(' ')[0] or words[:LONGEST_MADE_TITLE]} …"


def missing(story: Story) -> tuple[str, ...]:
    """The names of the fields without which a story can't be sent in."""
    fields = {"changed": story.changed, "whom": story.whom, "consent": story.has_consent}
    return tuple(name for name, value in fields.items() if not value)


def texts(story: Story) -> dict[str, str]:
    """Everything in a story that others will read."""
    return {
        **{name: getattr(story, name) for name in TEXTS},
        "tags": ", ".join(story.tags),
    }


def findings(story: Story, names: Iterable[str], *, today: date) -> tuple[Finding, ...]:
    """What in a story could identify a person, but for those named as its authors."""
    return identifiable.check(texts(story), today=today, known=names)


def marks(found: Iterable[Finding]) -> str:
    """A fingerprint of findings; empty for none."""
    lines = sorted(f"{each.kind}:{each.words.casefold()}" for each in found)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def is_cleared(clearing: Clearing, found: Iterable[Finding]) -> bool:
    """Whether a person has said of exactly these findings that they identify nobody."""
    wanted = marks(found)
    return not wanted or clearing.marks == wanted


def edited(story: Story, text: Story, *, now: datetime) -> Story:
    """The story with other words; it is to be read again before anybody sees it.

    Co-authors agreed to the words that they read: they are asked about others anew.
    """
    moved = after(story, Act.EDIT)
    is_same = texts(text) == texts(story)
    coauthors = tuple(
        each
        if is_same or each.consent is Consent.DECLINED
        else replace(each, consent=Consent.ASKED)
        for each in text.coauthors
    )
    return replace(text, state=moved.state, coauthors=coauthors, changed_at=now, published_at=None)


def with_coauthor(story: Story, member: MemberId) -> Story:
    """The story with one more co-author, who is still to agree; one known already stays."""
    if story.author == member:
        raise MemberError("That is the author already; choose somebody else.")
    if story.consent_of(member) in {Consent.ASKED, Consent.AGREED}:
        return story
    rest = tuple(each for each in story.coauthors if each.member != member)
    return replace(story, coauthors=(*rest, CoAuthor(member)))


def answered(story: Story, member: MemberId, consent: Consent) -> Story:
    """The story after a co-author answered; raises ``MemberError`` for anybody else."""
    if story.consent_of(member) is None:
        raise MemberError("You are not asked about that story any more.")
    return replace(
        story,
        coauthors=tuple(
            replace(each, consent=consent) if each.member == member else each
            for each in story.coauthors
        ),
    )


def submitted(story: Story, found: Iterable[Finding]) -> Story:
    """The story, sent to the curators; raises ``MemberError`` where something is missing."""
    if missing(story):
        raise MemberError("Please say what changed and for whom, and tick that you agree.")
    if not is_cleared(story.by_author, found):
        raise MemberError("Something in it could identify a person. Change it, or say why not.")
    return replace(after(story, Act.SUBMIT), note="")


def approved(story: Story, found: Iterable[Finding], *, reason: str) -> Story:
    """The story, approved; ``reason`` says why findings identify nobody, and is needed for any."""
    every = tuple(found)
    if every and not reason:
        raise MemberError("Please say why what I found identifies nobody.")
    if not is_cleared(story.by_author, every):
        raise MemberError("Its author has not cleared what I found yet. Ask for changes.")
    return replace(after(story, Act.APPROVE), by_curator=Clearing(marks(every), reason), note="")


def published(story: Story, found: Iterable[Finding], *, now: datetime) -> Story:
    """The story, for all to see; raises ``MemberError`` unless all was cleared by both."""
    every = tuple(found)
    if not (is_cleared(story.by_author, every) and is_cleared(story.by_curator, every)):
        raise MemberError("Something in it could identify a person, and nobody has cleared it.")
    return replace(after(story, Act.PUBLISH), published_at=now)


def check_reviewer(story: Story, reviewer: MemberId, role: Role, *, others: bool) -> None:
    """Raise ``NotAllowed`` for whoever may not review a story.

    Nobody reviews their own while there are ``others`` who could.
    """
    if not may(role, Role.CURATOR):
        raise NotAllowed("Only curators and organisers can do that.")
    if reviewer in story.involved and others:
        raise NotAllowed("This is your own story; another curator or organiser looks at it.")
