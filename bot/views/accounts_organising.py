"""What organisers see when they join two members or move one, and what those are told."""

from collections.abc import Sequence

from bot.chat.forms import Form, PersonField, TextField, TextKind
from bot.chat.messages import Button, Message, Style, bold, bullets, buttons, message, note, text
from bot.chat.messages import spans as words
from bot.domain.accounts import Linked
from bot.domain.members import Member
from bot.views.accounts import places

JOIN = Form(
    title="Join two accounts",
    route="join accounts",
    fields=(
        PersonField("kept", "Who stays", required=True, hint="Their name and choices are kept."),
        PersonField("other", "Who is the same person", required=True),
    ),
    submit="Go on",
    intro=words("For one person who is two members here. Nothing happens before you confirm it."),
)
MOVE = Form(
    title="Move a member",
    route="move member",
    fields=(
        PersonField("person", "Who has moved", required=True),
        TextField("email", "Their new e-mail address", kind=TextKind.EMAIL, max_length=254),
        PersonField("newcomer", "Or: who they are now", hint="If they are here as somebody new."),
    ),
    submit="Go on",
    intro=words("For somebody whose old account works no longer. Give one of the two."),
)


def may_join(kept: Member, kept_at: str, other: Member, other_at: str) -> Message:
    """What joining two members will do."""
    return message(
        text("Join ", bold(other.name), f" ({other_at}) with ", bold(kept.name), f" ({kept_at})?"),
        bullets(
            ("They are one member afterwards, with the history of both and the higher role.",),
            (f"Where both have chosen, {kept.first_name}’s choices stay.",),
            ("In a round that is under way they keep one place; partners are told neutrally.",),
            ("Both accounts are told. It can’t be undone.",),
        ),
        buttons(
            Button("Join them", "join accounts sure", f"#{kept.id} #{other.id}", style=Style.DANGER)
        ),
    )


def joined(member: Member) -> Message:
    """Two members are one."""
    return message(text(bold(member.name), " is one member now."), replaces=True)


def were_joined(several: Sequence[Linked]) -> Message:
    """Each of the two accounts is told that an organiser joined them."""
    return message(
        text(
            bold("An organiser has joined your accounts."),
            f" You are one member now, reached in {places(several)}.",
        ),
        buttons(Button("My accounts", "reach")),
        note("You get this once. If that is not so, please tell an organiser."),
    )


def may_move(person: Member, left: Sequence[Linked], *, to: str, value: str) -> Message:
    """What moving a member will do."""
    where = places(left) or "no account"
    return message(
        text("Move ", bold(person.name), f" to {to}?"),
        bullets(
            ("Their history and settings go along.",),
            (f"I write to their old accounts no more ({where}).",),
            ("Nobody else is told.",),
        ),
        buttons(Button("Move them", "move member sure", value, style=Style.DANGER)),
    )


def moved_to(person: Member) -> Message:
    """A member was moved to an account."""
    return message(text(bold(person.name), " is moved, and has been told there."), replaces=True)


def awaited(person: Member) -> Message:
    """A member was moved to an e-mail address."""
    return message(
        text(
            bold(person.name),
            " is moved. The first account with the new address that speaks to me is theirs; "
            "until then nothing reaches them.",
        ),
        replaces=True,
    )


def were_moved() -> Message:
    """The person is told at the new account that an organiser moved them."""
    return message(
        text(
            bold("An organiser has moved you here."),
            " Your history and settings came along, and I write to your old accounts no more.",
        ),
        buttons(Button("My accounts", "reach"), Button("Where I stand", "home")),
        note("You get this once. If that is not so, please tell an organiser."),
    )
