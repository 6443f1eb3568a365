"""One transaction and the repositories that speak in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection

from bot.ids import Lane
from storage.accounts import Accounts
from storage.announcements import Announcements
from storage.audit import Audit
from storage.bulk import Bulk
from storage.calm import Calm
from storage.calm_setups import CalmSetups
from storage.channels import Channels
from storage.coffee import Coffee
from storage.communities import Communities
from storage.concerns import Concerns
from storage.done_for import DoneFor
from storage.doubts import Doubts
from storage.drain import Drain
from storage.elsewhere import Elsewhere
from storage.gone import Gone
from storage.import_drafts import ImportDrafts
from storage.mail import Mail
from storage.members import Members
from storage.my_data import MyData
from storage.opt_outs import OptOuts
from storage.organisation_cards import OrganisationCards
from storage.outbox import Outbox
from storage.posted import Posted
from storage.priorities import Priorities
from storage.prompts import Prompts
from storage.recipients import Recipients
from storage.recurrences import Recurrences
from storage.refusals import refusing
from storage.repeats import Repeats
from storage.schedule import ScheduleStore
from storage.secrets import Vault
from storage.sends import Sends
from storage.sessions import Sessions
from storage.sessions_answers import SessionAnswers
from storage.sessions_links import SessionLinks
from storage.sessions_topics import SessionTopics
from storage.standings import Standings
from storage.stories import Stories
from storage.taps import Taps
from storage.teams import Teams
from storage.vocabularies import Vocabularies
from storage.web import Web
from storage.workspaces import Workspaces
from storage.your_week import YourWeek


@dataclass(slots=True)
class Touched:
    """What a transaction leaves to do: lanes with new deliveries, and whether the clock moved."""

    lanes: set[Lane] = field(default_factory=set)
    schedule: bool = False

    def __bool__(self) -> bool:
        return bool(self.lanes) or self.schedule


class UnitOfWork:
    """The repositories of one open transaction; it neither commits nor rolls back itself."""

    def __init__(self, connection: Connection, vault: Vault, *, has_mail: bool = False) -> None:
        self.connection = connection
        self.has_mail = has_mail
        self.touched = Touched()
        self._vault = vault

    @cached_property
    def accounts(self) -> Accounts:
        """Members' accounts, and the codes that join them."""
        return Accounts(self.connection, self.touched.lanes)

    @cached_property
    def announcements(self) -> Announcements:
        """What organisers write to the community."""
        return Announcements(self.connection)

    @cached_property
    def audit(self) -> Audit:
        """Who did what and when."""
        return Audit(self.connection)

    @cached_property
    def bulk(self) -> Bulk:
        """What is said to very many at once."""
        return Bulk(self.connection, self.touched.lanes)

    @cached_property
    def calm(self) -> Calm:
        """The way to members for what they did not ask for."""
        return Calm(self.connection, self.calm_setups, self.members, self.outbox, self.schedule)

    @cached_property
    def calm_setups(self) -> CalmSetups:
        """How calm communities are, and what members wish."""
        return CalmSetups(self.connection)

    @cached_property
    def channels(self) -> Channels:
        """Where each purpose posts."""
        return Channels(self.connection)

    @cached_property
    def coffee(self) -> Coffee:
        """The coffee programme."""
        return Coffee(self.connection)

    @cached_property
    def communities(self) -> Communities:
        """Communities and their vocabularies."""
        return Communities(self.connection)

    @cached_property
    def concerns(self) -> Concerns:
        """What was told in confidence."""
        return Concerns(self.connection, self._vault)

    @cached_property
    def done_for(self) -> DoneFor:
        """What organisers did in members' places."""
        return DoneFor(self.connection)

    @cached_property
    def doubts(self) -> Doubts:
        """Deliveries of which nobody knows whether they arrived."""
        return Doubts(self.connection, self.touched.lanes)

    @cached_property
    def drain(self) -> Drain:
        """The outbox's rows on their way out."""
        return Drain(self.connection)

    @cached_property
    def elsewhere(self) -> Elsewhere:
        """Other ways for messages whose account is gone."""
        return Elsewhere(self.connection, self.members, self.touched.lanes)

    @cached_property
    def gone(self) -> Gone:
        """Accounts that reach nobody any more."""
        return Gone(self.connection)

    @cached_property
    def import_drafts(self) -> ImportDrafts:
        """Tables of members that wait to be imported."""
        return ImportDrafts(self.connection)

    @cached_property
    def mail(self) -> Mail:
        """What e-mail needs besides its messages."""
        return Mail(self.connection, self.web)

    @cached_property
    def members(self) -> Members:
        """Members and their accounts."""
        return Members(self.connection, has_mail=self.has_mail)

    @cached_property
    def opt_outs(self) -> OptOuts:
        """Who wants to hear nothing more of what."""
        return OptOuts(self.connection)

    @cached_property
    def my_data(self) -> MyData:
        """What members may see, take along and have erased."""
        return MyData(self.connection)

    @cached_property
    def organisation_cards(self) -> OrganisationCards:
        """What organisations tell of themselves, and what their members propose."""
        return OrganisationCards(self.connection)

    @cached_property
    def outbox(self) -> Outbox:
        """Whatever is to reach anybody but the asker."""
        return Outbox(self.connection, self.touched.lanes)

    @cached_property
    def priorities(self) -> Priorities:
        """What the community looks at first."""
        return Priorities(self.connection)

    @cached_property
    def posted(self) -> Posted:
        """What was sent about a subject, to be changed or taken down."""
        return Posted(self.connection, self.outbox)

    @cached_property
    def prompts(self) -> Prompts:
        """Recurring questions."""
        return Prompts(self.connection)

    @cached_property
    def recipients(self) -> Recipients:
        """Whom announcements are for, and what became of them."""
        return Recipients(self.connection, has_mail=self.has_mail)

    @cached_property
    def recurrences(self) -> Recurrences:
        """What recurs: pauses, one left out, what comes next."""
        return Recurrences(self.connection, self.schedule)

    @cached_property
    def repeats(self) -> Repeats:
        """What was heard a short while ago."""
        return Repeats(self.connection, self._vault)

    @cached_property
    def schedule(self) -> ScheduleStore:
        """What is due and when."""
        return ScheduleStore(self.connection, self._moved)

    @cached_property
    def sends(self) -> Sends:
        """What goes out to many at once."""
        return Sends(self.connection)

    @cached_property
    def session_answers(self) -> SessionAnswers:
        """What is said around learning sessions, and what is given out."""
        return SessionAnswers(self.connection)

    @cached_property
    def session_links(self) -> SessionLinks:
        """Calendar feeds, and files of hours."""
        return SessionLinks(self.connection)

    @cached_property
    def session_topics(self) -> SessionTopics:
        """What members would like a session about."""
        return SessionTopics(self.connection)

    @cached_property
    def sessions(self) -> Sessions:
        """Learning sessions and who signed up."""
        return Sessions(self.connection)

    @cached_property
    def standings(self) -> Standings:
        """Who takes no part for now, and why."""
        return Standings(self.connection)

    @cached_property
    def stories(self) -> Stories:
        """The stories programme."""
        return Stories(self.connection)

    @cached_property
    def taps(self) -> Taps:
        """One-time tokens."""
        return Taps(self.connection)

    @cached_property
    def teams(self) -> Teams:
        """The Teams platform's tenants and conversations."""
        return Teams(self.connection, self.workspaces)

    @cached_property
    def vocabularies(self) -> Vocabularies:
        """The lists that profiles are written in."""
        return Vocabularies(self.connection)

    @cached_property
    def web(self) -> Web:
        """The web chat's links, sessions and conversations."""
        return Web(self.connection)

    @cached_property
    def workspaces(self) -> Workspaces:
        """Where the bot is installed."""
        return Workspaces(self.connection, self._vault)

    @cached_property
    def your_week(self) -> YourWeek:
        """What waits for members, and what holds it back."""
        return YourWeek(self.connection, self.calm_setups)

    def attempt(self, act: Callable[["UnitOfWork"], None]) -> None:
        """Do something by itself: where it raises, nothing of it is kept and all else is.

        Raises what ``act`` raises, and ``DatabaseUnready`` as the whole transaction does.
        """
        with refusing(), self.connection.begin_nested():
            act(self)

    def _moved(self) -> None:
        self.touched.schedule = True
