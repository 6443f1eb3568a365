"""The whole schema on one page. Every table carries its community.

Attributes of members hold the vocabulary's own words, not numbers: a row reads by itself, and
renaming a word is one UPDATE. Instants are aware UTC, labels are naive local date-times.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC date-time on every database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC; SQLite keeps no zone, so it is taken off there."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """UTC, with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _community() -> sa.Column[int]:
    return sa.Column("community", sa.ForeignKey("communities.id", ondelete="CASCADE"), index=True)


def _member(name: str = "member") -> sa.Column[int]:
    return sa.Column(name, sa.ForeignKey("members.id", ondelete="CASCADE"), nullable=False)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _list(name: str) -> sa.Column[list[str]]:
    return sa.Column(name, sa.JSON, nullable=False, server_default="[]")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


communities = sa.Table(
    "communities",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    _words("purpose"),
    sa.Column("zone", sa.Text, nullable=False),
    _flag("is_example"),
    # Whom a member can turn to, and how to reach them.
    _words("guardian_name"),
    _words("guardian_reach"),
    _words("safeguarding_name"),
    _words("safeguarding_reach"),
    sa.Column("created_at", Instant, nullable=False),
)

workspaces = sa.Table(
    "workspaces",
    metadata,
    _id(),
    _community(),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("external", sa.Text, nullable=False),
    sa.Column("lane", sa.Text, nullable=False, unique=True),
    _words("name"),
    _words("bot_user"),
    sa.Column("token", sa.LargeBinary),
    sa.Column("refresh_token", sa.LargeBinary),
    sa.Column("expires_at", Instant),
    sa.Column("renewing_until", Instant),
    sa.Column("installed_at", Instant, nullable=False),
    sa.Column("uninstalled_at", Instant),
)

terms = sa.Table(
    "terms",
    metadata,
    _id(),
    _community(),
    sa.Column("vocabulary", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    _words("why"),
    # Kept by those who have it, offered to nobody.
    _flag("is_retired"),
    sa.UniqueConstraint("community", "vocabulary", "label"),
)

organisations = sa.Table(
    "organisations",
    metadata,
    _id(),
    _community(),
    sa.Column("name", sa.Text, nullable=False),
    _words("sector"),
    _words("what_we_do"),
    _words("for_whom"),
    _words("who_to_ask"),
    sa.UniqueConstraint("community", "name"),
)

# A card as one of the organisation's members would have it, until an organiser decides.
organisation_proposals = sa.Table(
    "organisation_proposals",
    metadata,
    _id(),
    _community(),
    sa.Column("organisation", sa.Text, nullable=False),
    _member(),
    _words("what_we_do"),
    _words("for_whom"),
    _words("who_to_ask"),
    sa.Column("proposed_at", Instant, nullable=False),
    sa.UniqueConstraint("member", "organisation"),
)

members = sa.Table(
    "members",
    metadata,
    _id(),
    _community(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    # The address of which a mail server said that it does not exist.
    _words("refused_email"),
    _flag("show_email"),
    sa.Column("role", sa.Text, nullable=False, server_default="member"),
    sa.Column("state", sa.Text, nullable=False, server_default="active"),
    _words("pronouns"),
    _words("job"),
    _words("place"),
    _words("organisation"),
    _words("sector"),
    _words("profession"),
    _words("stage"),
    _words("kind"),
    _words("team"),
    _words("line_manager"),
    _words("ask_me_about"),
    _list("interests"),
    _list("system_roles"),
    _list("languages"),
    _list("slots"),
    sa.Column("zone", sa.Text, nullable=False),
    _flag("is_example"),
    sa.Column("introduced_at", Instant),
    sa.Column("greeted_at", Instant),
    sa.Column("joined_at", Instant, nullable=False),
    sa.UniqueConstraint("community", "email"),
    sa.Index("ix_members_community_name", "community", "name"),
)

accounts = sa.Table(
    "accounts",
    metadata,
    _id(),
    _community(),
    _member(),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("user", sa.Text, nullable=False),
    _words("name"),
    _words("address"),
    _flag("is_guest"),
    sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
    _flag("is_preferred"),
    # Its owner has moved away from it, so that no event brings it back.
    _flag("is_retired"),
    # Why the platform said, when it was written to, that it reaches nobody any more.
    _words("gone"),
    sa.Column("gone_at", Instant),
    sa.Column("met_at", Instant, nullable=False),
    sa.UniqueConstraint("lane", "user"),
    sa.Index("ix_accounts_member", "member"),
)

perhaps_known = sa.Table(
    "perhaps_known",
    metadata,
    sa.Column("member", sa.ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    _community(),
    _member("known"),
)

account_codes = sa.Table(
    "account_codes",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    _community(),
    _member(),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("user", sa.Text, nullable=False),
    _flag("moves"),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.Index("ix_account_codes_member", "member"),
)

channels = sa.Table(
    "channels",
    metadata,
    _id(),
    _community(),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    _words("name"),
    sa.Column("state", sa.Text, nullable=False),
    _words("reason"),
    sa.Column("set_by", sa.ForeignKey("members.id", ondelete="SET NULL")),
    sa.Column("set_at", Instant, nullable=False),
    sa.UniqueConstraint("community", "purpose", "lane"),
)

taps = sa.Table(
    "taps",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    _community(),
    sa.Column("at", Instant, nullable=False),
)

# Of no community: what a platform tells is known to be a repeat before it is known whose it is.
heard = sa.Table(
    "heard",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("until", Instant, nullable=False, index=True),
)

audit = sa.Table(
    "audit",
    metadata,
    _id(),
    _community(),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.ForeignKey("members.id", ondelete="SET NULL")),
    sa.Column("action", sa.Text, nullable=False),
    _words("subject"),
    sa.Index("ix_audit_community_at", "community", "at"),
)

schedules = sa.Table(
    "schedules",
    metadata,
    _id(),
    _community(),
    sa.Column("job", sa.Text, nullable=False),
    _words("subject"),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("start", sa.DateTime, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("lead_minutes", sa.Integer, nullable=False, server_default="0"),
    # What happens on a bank holiday, and whether weekends count as one.
    sa.Column("if_off", sa.Text, nullable=False, server_default="as planned"),
    _flag("weekends_off"),
    sa.Column("paused_until", sa.Date),
    sa.UniqueConstraint("community", "job", "subject"),
)

occurrences = sa.Table(
    "occurrences",
    metadata,
    _id(),
    _community(),
    sa.Column("schedule", sa.ForeignKey("schedules.id", ondelete="SET NULL")),
    sa.Column("job", sa.Text, nullable=False),
    _words("subject"),
    sa.Column("label", sa.DateTime, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    _words("reason"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("run_at", Instant),
    # The local time at which it happens where that is not its label, and why.
    sa.Column("moved_to", sa.DateTime),
    _words("note"),
    sa.UniqueConstraint("community", "job", "subject", "label"),
    sa.Index("ix_occurrences_state_due_at", "state", "due_at"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    _community(),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("member", sa.ForeignKey("members.id", ondelete="CASCADE")),
    sa.Column("destination", sa.Text, nullable=False),
    sa.Column("message", sa.Text),
    _words("token"),
    sa.Column("state", sa.Text, nullable=False),
    _words("reason"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    # How often its platform did not take it then; an attempt that was put off is none.
    sa.Column("put_off", sa.Integer, nullable=False, server_default="0"),
    # Stopped while it was under way: it is not tried again.
    _flag("is_stopped"),
    sa.Column("not_before", Instant, nullable=False),
    _words("claim"),
    sa.Column("claimed_at", Instant),
    sa.Column("receipt", sa.Text),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("settled_at", Instant),
    # What goes next in a lane is found without a look at the rows that are settled or wait longer.
    sa.Index("ix_outbox_next", "state", "lane", "priority", "id", "not_before"),
    sa.Index("ix_outbox_subject", "community", "subject"),
    sa.Index("ix_outbox_token", "token"),
)

# What goes to members in the outbox that nobody asked for, a row for each of them.
unasked = sa.Table(
    "unasked",
    metadata,
    _community(),
    sa.Column("outbox", sa.ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False),
    _member(),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("weight", sa.Text, nullable=False),
    sa.Column("about", Instant),
    sa.PrimaryKeyConstraint("outbox", "member"),
    sa.Index("ix_unasked_member", "member"),
)

# What waits for a member's "Your week", or was in one.
held = sa.Table(
    "held",
    metadata,
    _id(),
    _community(),
    _member(),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("held_at", Instant, nullable=False),
    sa.Column("told_at", Instant),
    sa.Index("ix_held_member_told_at", "member", "told_at"),
    sa.Index("ix_held_subject", "community", "subject"),
)

calm_setups = sa.Table(
    "calm_setups",
    metadata,
    sa.Column("community", sa.ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("weekly_limit", sa.Integer, nullable=False),
    sa.Column("weekday", sa.Integer, nullable=False),
    sa.Column("time", sa.Time, nullable=False),
    sa.Column("quiet_starts", sa.Time, nullable=False),
    sa.Column("quiet_ends", sa.Time, nullable=False),
    _flag("quiet_weekends"),
    # While organisers hold everything that is not urgent.
    sa.Column("quiet_since", Instant),
    sa.Column("quiet_until", Instant),
    _words("quiet_why"),
)

calm_wishes = sa.Table(
    "calm_wishes",
    metadata,
    sa.Column("member", sa.ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    _community(),
    sa.Column("quiet_starts", sa.Time),
    sa.Column("quiet_ends", sa.Time),
    _flag("quiet_weekends"),
    sa.Column("best_time", sa.Time),
    _words("silence"),
    sa.Column("silent_until", Instant),
)

# Links by which members fetch their own data; only hashes are kept.
data_links = sa.Table(
    "data_links",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    _community(),
    _member(),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Index("ix_data_links_member", "member"),
)

# Who drains a lane now, by a token that each drain makes anew, and until when it is to pause.
lanes = sa.Table(
    "lanes",
    metadata,
    sa.Column("lane", sa.Text, primary_key=True),
    _words("drainer"),
    sa.Column("paused_until", Instant),
)

web_links = sa.Table(
    "web_links",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    _community(),
    _member(),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
)

web_sessions = sa.Table(
    "web_sessions",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    _community(),
    _member(),
    sa.Column("expires_at", Instant, nullable=False),
)

web_entries = sa.Table(
    "web_entries",
    metadata,
    _id(),
    _community(),
    _member(),
    sa.Column("at", Instant, nullable=False),
    _words("words"),
    sa.Column("message", sa.Text),
    sa.Column("key", sa.Text),
    sa.UniqueConstraint("member", "key"),
    sa.Index("ix_web_entries_member_id", "member", "id"),
    sqlite_autoincrement=True,
)

web_reads = sa.Table(
    "web_reads",
    metadata,
    sa.Column("member", sa.ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    _community(),
    sa.Column("entry", sa.Integer, nullable=False),
)

web_posts = sa.Table(
    "web_posts",
    metadata,
    _id(),
    _community(),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.UniqueConstraint("community", "key"),
    sa.Index("ix_web_posts_community_channel_id", "community", "channel", "id"),
    sqlite_autoincrement=True,
)

teams_conversations = sa.Table(
    "teams_conversations",
    metadata,
    _id(),
    _community(),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("conversation", sa.Text, nullable=False),
    _words("user"),
    _words("teams_user"),
    sa.Column("service_url", sa.Text, nullable=False),
    sa.Column("heard_at", Instant, nullable=False),
    sa.UniqueConstraint("lane", "conversation"),
    sa.Index("ix_teams_conversations_lane_user", "lane", "user"),
)

# Of whom a member wants to hear nothing more unasked: announcements, prompts.
opt_outs = sa.Table(
    "opt_outs",
    metadata,
    _community(),
    _member(),
    sa.Column("programme", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("member", "programme"),
)

announcements = sa.Table(
    "announcements",
    metadata,
    _id(),
    _community(),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("author", sa.ForeignKey("members.id", ondelete="SET NULL")),
    # The repeating announcement of which this is one occurrence.
    sa.Column("parent", sa.ForeignKey("announcements.id", ondelete="SET NULL")),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("audience", sa.JSON, nullable=False),
    sa.Column("way", sa.Text, nullable=False),
    _list("lanes"),
    _flag("wants_acknowledgement"),
    sa.Column("respects_quiet", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("start", sa.DateTime),
    _words("rule"),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("if_off", sa.Text, nullable=False, server_default="as planned"),
    _flag("is_revised"),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("begun_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("reminded_at", Instant),
    sa.UniqueConstraint("community", "number"),
)

announcement_recipients = sa.Table(
    "announcement_recipients",
    metadata,
    _id(),
    _community(),
    sa.Column(
        "announcement", sa.ForeignKey("announcements.id", ondelete="CASCADE"), nullable=False
    ),
    _member(),
    # Why nothing was sent to them; empty where something was.
    _words("reason"),
    sa.Column("acknowledged_at", Instant),
    sa.UniqueConstraint("announcement", "member"),
    sa.Index("ix_announcement_recipients_member", "member"),
)

prompt_series = sa.Table(
    "prompt_series",
    metadata,
    _id(),
    _community(),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("made_by", sa.ForeignKey("members.id", ondelete="SET NULL")),
    _list("packs"),
    _list("own"),
    sa.Column("way", sa.Text, nullable=False),
    _list("lanes"),
    sa.Column("audience", sa.JSON, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("start", sa.DateTime, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("if_off", sa.Text, nullable=False, server_default="as planned"),
    _flag("has_ended"),
    sa.Column("made_at", Instant, nullable=False),
    sa.UniqueConstraint("community", "number"),
)

prompts_asked = sa.Table(
    "prompts_asked",
    metadata,
    _community(),
    sa.Column("series", sa.ForeignKey("prompt_series.id", ondelete="CASCADE"), nullable=False),
    sa.Column("label", sa.DateTime, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("series", "label"),
)

coffee_setups = sa.Table(
    "coffee_setups",
    metadata,
    sa.Column("community", sa.ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("weeks", sa.Integer, nullable=False),
    sa.Column("weekday", sa.Integer, nullable=False),
    sa.Column("time", sa.Time, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("group_size", sa.Integer, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    _flag("review"),
    sa.Column("if_unapproved", sa.Text, nullable=False),
    _list("apart"),
    _words("theme"),
    _flag("is_running"),
    sa.Column("if_off", sa.Text, nullable=False, server_default="as planned"),
)

coffee_participations = sa.Table(
    "coffee_participations",
    metadata,
    sa.Column("member", sa.ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    _community(),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("paused_until", sa.Date),
    sa.Column("frequency", sa.Text, nullable=False),
    _words("priority"),
    sa.Column("group_size", sa.Integer),
    sa.Column("silent_rounds", sa.Integer, nullable=False, server_default="0"),
    sa.Column("joined_at", Instant, nullable=False),
)

coffee_avoids = sa.Table(
    "coffee_avoids",
    metadata,
    _community(),
    _member(),
    _member("avoided"),
    sa.PrimaryKeyConstraint("member", "avoided"),
)

coffee_opt_ins = sa.Table(
    "coffee_opt_ins",
    metadata,
    _community(),
    _member(),
    sa.Column("label", sa.DateTime, nullable=False),
    sa.Column("wants", sa.Boolean, nullable=False),
    sa.PrimaryKeyConstraint("member", "label"),
)

coffee_rounds = sa.Table(
    "coffee_rounds",
    metadata,
    _id(),
    _community(),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("label", sa.DateTime, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("seed", sa.Integer, nullable=False),
    _words("theme"),
    sa.Column("sends_at", Instant, nullable=False),
    sa.Column("closes_at", Instant, nullable=False),
    sa.Column("score", sa.Float, nullable=False, server_default="0"),
    sa.Column("bound", sa.Float, nullable=False, server_default="0"),
    sa.Column("repeats", sa.Integer, nullable=False, server_default="0"),
    sa.Column("unmatched", sa.JSON, nullable=False, server_default="[]"),
    sa.UniqueConstraint("community", "number"),
    sa.UniqueConstraint("community", "label"),
)

coffee_groups = sa.Table(
    "coffee_groups",
    metadata,
    _id(),
    _community(),
    sa.Column(
        "round", sa.ForeignKey("coffee_rounds.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("state", sa.Text, nullable=False),
    _flag("is_locked"),
    sa.Column("starter", sa.Integer, nullable=False),
    _list("slots"),
    sa.Column("calendar", sa.Text, nullable=False, unique=True),
    sa.Column("meets_at", sa.DateTime),
    sa.Column("sequence", sa.Integer, nullable=False, server_default="0"),
)

coffee_places = sa.Table(
    "coffee_places",
    metadata,
    _community(),
    sa.Column("group", sa.ForeignKey("coffee_groups.id", ondelete="CASCADE"), nullable=False),
    _member(),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("met", sa.Text),
    sa.Column("worth", sa.Boolean),
    _words("note"),
    _list("slots"),
    _list("shares"),
    sa.Column("pressed_at", Instant),
    sa.PrimaryKeyConstraint("group", "member"),
    sa.Index("ix_coffee_places_member", "member"),
)


def _details() -> list[sa.Column[Any]]:
    """What a learning session is, the same for a series."""
    return [
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        _words("about"),
        _words("speakers"),
        _words("place"),
        # Told only to those who have a place.
        _words("link"),
        _words("dial_in"),
        _words("priority"),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("capacity", sa.Integer),
        sa.Column("organiser", sa.ForeignKey("members.id", ondelete="SET NULL")),
        sa.Column("zone", sa.Text, nullable=False),
    ]


def _session(name: str = "session") -> sa.Column[int]:
    return sa.Column(name, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False)


session_series = sa.Table("session_series", metadata, _id(), _community(), *_details())

sessions = sa.Table(
    "sessions",
    metadata,
    _id(),
    _community(),
    *_details(),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("starts", sa.DateTime, nullable=False),
    sa.Column("begins_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("draws_at", Instant),
    _flag("is_drawn"),
    sa.Column("sequence", sa.Integer, nullable=False, server_default="0"),
    # How often it got another time: its reminders are named by this.
    sa.Column("moves", sa.Integer, nullable=False, server_default="0"),
    sa.Column("series", sa.ForeignKey("session_series.id", ondelete="SET NULL")),
    # The occurrence of the series it was made for, wherever it was moved since.
    sa.Column("label", sa.DateTime),
    sa.UniqueConstraint("series", "label"),
    sa.Index("ix_sessions_community_begins_at", "community", "begins_at"),
)

session_signups = sa.Table(
    "session_signups",
    metadata,
    _community(),
    _session(),
    _member(),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("calendar", sa.Text, nullable=False, unique=True),
    sa.Column("sequence", sa.Integer, nullable=False, server_default="0"),
    sa.Column("attended", sa.Boolean),
    # Who said so: the member, or an organiser, whose word stands.
    _words("attended_by"),
    sa.PrimaryKeyConstraint("session", "member"),
    sa.Index("ix_session_signups_member", "member"),
)

session_needs = sa.Table(
    "session_needs",
    metadata,
    _community(),
    _session(),
    _member(),
    sa.Column("words", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("session", "member"),
)

session_feedback = sa.Table(
    "session_feedback",
    metadata,
    _community(),
    _session(),
    _member(),
    sa.Column("worth", sa.Text, nullable=False),
    _words("words"),
    sa.PrimaryKeyConstraint("session", "member"),
)

session_reminders = sa.Table(
    "session_reminders",
    metadata,
    sa.Column("member", sa.ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    _community(),
    # Minutes before a session.
    sa.Column("leads", sa.JSON, nullable=False),
)

session_materials = sa.Table(
    "session_materials",
    metadata,
    _id(),
    _community(),
    sa.Column(
        "session", sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
)

session_topics = sa.Table(
    "session_topics",
    metadata,
    _id(),
    _community(),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("suggested_by", sa.ForeignKey("members.id", ondelete="SET NULL")),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("session", sa.ForeignKey("sessions.id", ondelete="SET NULL")),
)

session_votes = sa.Table(
    "session_votes",
    metadata,
    _community(),
    sa.Column("topic", sa.ForeignKey("session_topics.id", ondelete="CASCADE"), nullable=False),
    _member(),
    sa.PrimaryKeyConstraint("topic", "member"),
)

# Addresses that open without signing in: a calendar feed, or somebody's own hours as a file.
session_links = sa.Table(
    "session_links",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    _community(),
    _member(),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Index("ix_session_links_member", "member"),
)

# What an author may do without ends with their name: the story stays, without it, unless they
# withdrew it.
stories = sa.Table(
    "stories",
    metadata,
    _id(),
    _community(),
    sa.Column("author", sa.ForeignKey("members.id", ondelete="SET NULL"), index=True),
    sa.Column("state", sa.Text, nullable=False),
    _words("title"),
    _words("changed"),
    _words("whom"),
    _words("problem"),
    _words("done"),
    _words("differently"),
    _words("place"),
    _words("priority"),
    _list("tags"),
    # The same once more for the search: without case, accents and signs.
    _words("title_words"),
    _words("tag_words"),
    _words("text_words"),
    sa.Column("reuse", sa.Text, nullable=False),
    _flag("has_consent"),
    _words("note"),
    # Fingerprints of what the check found, and why it identifies nobody.
    _words("author_marks"),
    _words("author_reason"),
    _words("curator_marks"),
    _words("curator_reason"),
    _words("digest"),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("published_at", Instant),
    sa.Index("ix_stories_community_state", "community", "state", "published_at"),
)

story_coauthors = sa.Table(
    "story_coauthors",
    metadata,
    _community(),
    sa.Column("story", sa.ForeignKey("stories.id", ondelete="CASCADE"), nullable=False),
    _member(),
    sa.Column("consent", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("story", "member"),
    sa.Index("ix_story_coauthors_member", "member"),
)

story_celebrations = sa.Table(
    "story_celebrations",
    metadata,
    _community(),
    sa.Column("story", sa.ForeignKey("stories.id", ondelete="CASCADE"), nullable=False),
    _member(),
    sa.PrimaryKeyConstraint("story", "member"),
    sa.Index("ix_story_celebrations_member", "member"),
)

# Who wants to try a story's idea, and what became of it.
story_tries = sa.Table(
    "story_tries",
    metadata,
    _community(),
    sa.Column("story", sa.ForeignKey("stories.id", ondelete="CASCADE"), nullable=False),
    _member(),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("story", "member"),
    sa.Index("ix_story_tries_member", "member"),
)

story_turns = sa.Table(
    "story_turns",
    metadata,
    sa.Column("member", sa.ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    _community(),
    sa.Column("asked_at", Instant),
    sa.Column("asked_times", sa.Integer, nullable=False, server_default="0"),
    # They want neither digests nor questions.
    _flag("is_off"),
)

story_setups = sa.Table(
    "story_setups",
    metadata,
    sa.Column("community", sa.ForeignKey("communities.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("digest_weeks", sa.Integer, nullable=False),
    sa.Column("asked_each_week", sa.Integer, nullable=False),
)

# Why somebody takes no part for now, for organisers' eyes; the state itself is the member's.
standings = sa.Table(
    "standings",
    metadata,
    sa.Column("member", sa.ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    _community(),
    _words("reason"),
    sa.Column("set_by", sa.ForeignKey("members.id", ondelete="SET NULL")),
    sa.Column("at", Instant, nullable=False),
)

# What somebody told one person in confidence; the words are sealed, and go after a while.
concerns = sa.Table(
    "concerns",
    metadata,
    _id(),
    _community(),
    _member(),
    _member("about"),
    _member("contact"),
    sa.Column("words", sa.LargeBinary, nullable=False),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("read_at", Instant),
    sa.Index("ix_concerns_member", "member"),
)

# What an organiser did in somebody's place, because they had asked.
done_for = sa.Table(
    "done_for",
    metadata,
    _id(),
    _community(),
    _member(),
    sa.Column("by", sa.ForeignKey("members.id", ondelete="SET NULL")),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_done_for_member", "member"),
)

# A table of members that an organiser looks over before it is imported; one an organiser.
member_imports = sa.Table(
    "member_imports",
    metadata,
    sa.Column("member", sa.ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    _community(),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("rows", sa.JSON, nullable=False),
    sa.Column("columns", sa.JSON, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
)
