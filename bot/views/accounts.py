"""What the bot says of a member's accounts: who they are, codes, where to reach them."""

from collections.abc import Sequence

from bot.chat.messages import (
    Block,
    Button,
    Message,
    Style,
    Words,
    bold,
    bullets,
    buttons,
    message,
    note,
    text,
)
from bot.chat.requests import Role
from bot.domain import accounts
from bot.domain.accounts import Linked
from bot.domain.members import Member
from bot.ids import platform_of
from bot.views import common
from bot.views.common import listed

PLATFORMS = common.PLATFORMS | {"web": "the web chat", "mail": "e-mail"}


def place(account: Linked) -> str:
    """Where an account is: "Slack (South East London)", "Teams", "the web chat"."""
    platform = platform_of(account.account.lane)
    name = PLATFORMS.get(platform, platform)
    return f"{name} ({account.workspace})" if account.workspace and platform != "web" else name


def mine(account: Linked) -> str:
    """The same to its owner, who may have several in Teams: "Teams (ada@trust.example)"."""
    named = place(account)
    return f"{named} ({account.address})" if account.address and named == "Teams" else named


def places(several: Sequence[Linked]) -> str:
    """Where all of these accounts are."""
    return listed(list(dict.fromkeys(place(each) for each in several)))


def question(known: Member, several: Sequence[Linked]) -> Message:
    """Whoever shares an e-mail address with somebody known is asked whether they are them."""
    where = f", whom I know from {places(several)}" if several else ", whom I know already"
    return message(
        text("Are you ", bold(known.name), f"{where}?"),
        text("Your e-mail address is the same. Everything else waits until I know."),
        buttons(
            Button("Yes, that is me", "link yes", style=Style.PRIMARY),
            Button("No, I am somebody else", "link no"),
        ),
        note("I ask so that you are one member here, and hear everything once."),
    )


def somebody_says(where: Linked) -> Message:
    """The account already known learns that somebody elsewhere says they are the same person."""
    return message(
        text(
            bold(f"Somebody in {place(where)} says that they are you."),
            " If that is so, press for a code and type it there; if not, ignore this.",
        ),
        buttons(Button("Show the code", "link", style=Style.PRIMARY)),
        note("Nothing is joined without the code. Give it to nobody else."),
    )


def look_there(where: Linked) -> Message:
    """The newcomer is told where the way to the code went."""
    return message(
        text("I have written to you in ", bold(place(where)), ". Press “Show the code” there, then "
             "type here “link” and the code."),
        buttons(Button("I can’t get to that account", "link stuck")),
    )  # fmt: skip


def organisers_asked(name: str) -> Message:
    """Nobody can be asked at the account already known, so the organisers are."""
    return message(
        text(
            f"I have asked the organisers whether you are {name}. "
            "Once one of them says so, everything of yours is here."
        )
    )


def is_it_them(known: Member, newcomer: Member, where: Linked) -> Message:
    """Organisers are asked about somebody who can't get to the account already known."""
    is_more = known.role is not Role.MEMBER
    role = f" {known.first_name} is {_article(known.role)}, and so will they be." if is_more else ""
    return message(
        text(
            bold(f"{newcomer.name} in {place(where)} says that they are {known.name}"),
            f" and can’t get to the account I know.{role} Please ask them in a way you trust.",
        ),
        buttons(
            Button(
                "Yes, move them there",
                "move member sure",
                f"#{known.id} #{newcomer.id}",
                confirm="Their history and settings go to the new account. Are you sure?",
            )
        ),
        note("You get this because you are an organiser. If it is not so, do nothing."),
    )


def somebody_new(member: Member) -> Message:
    """The newcomer is nobody who was known."""
    return message(
        text(f"Thank you, {member.first_name}; then you are new here, and welcome."), replaces=True
    )


def code(made: str, *, moves: bool) -> Message:
    """A code to be typed at another account."""
    then = (
        "Everything of yours goes there, and I write to this account no more."
        if moves
        else "Then both accounts are yours, and you hear everything once."
    )
    return message(
        text("Your code is ", bold(accounts.shown(made)), "."),
        text(f"Within 15 minutes type “link {accounts.shown(made)}” to me at your other account. "
             f"{then}"),
        note("It works once. Give it to nobody, and type no code that somebody else gave you."),
    )  # fmt: skip


def sure(
    made: str, owner: Member, where: Linked, *, rises: Role | None, moves: bool
) -> Message:  # fmt: skip
    """A member types a code: what it does, before it does it."""
    role = f" It will be {_article(rises)}." if rises else ""
    leaves = f" I write to {place(where)} no more." if moves else ""
    return message(
        text(
            "That code is from ", bold(owner.name), f" in {place(where)}. Are both accounts yours? "
            f"Then they become one member, with the history of both.{leaves}{role}"
        ),
        buttons(
            Button("Yes, both are mine", "link", f"{accounts.shown(made)} yes", style=Style.PRIMARY)
        ),
        note("If somebody else gave you the code, do nothing: nothing is joined."),
    )  # fmt: skip


def joined(member: Member, several: Sequence[Linked]) -> Message:
    """Two accounts are one member's now."""
    return message(
        text(bold(f"You are one member now: {member.name}."), f" {_reached(several)}"),
        buttons(
            Button("My accounts", "reach"),
            Button("Where I stand", "home"),
        ),
        replaces=True,
    )


def moved(member: Member, several: Sequence[Linked], left: Sequence[Linked]) -> Message:
    """Everything of a member is at another account now."""
    return message(
        text(
            bold(f"You have moved, {member.first_name}."),
            f" Your history and settings are here. {_reached(several)} "
            f"I write to {places(left)} no more.",
        ),
        buttons(Button("My accounts", "reach"), Button("Where I stand", "home")),
        replaces=True,
    )


def left_behind() -> Message:
    """Somebody asks from an account that its owner has moved away from."""
    return message(
        text(
            "You have moved away from this account, so I do nothing here any more. "
            "To come back, type “move me” to me at the account you use now, and type here what "
            "I tell you there."
        )
    )


def my_accounts(several: Sequence[Linked]) -> Message:
    """All accounts of a member and which one is used."""
    use = accounts.in_use(several)
    choices = [
        Button(f"Write to me in {mine(each)}", "reach", f"#{each.id}")
        for each in several
        if each != use and each.is_active
    ]
    removals = [
        Button(
            f"Take off {mine(each)}",
            "unlink",
            f"#{each.id}",
            style=Style.DANGER,
            confirm=f"I will not know you in {mine(each)} any more. Are you sure?",
        )
        for each in several
        if len(several) > 1
    ]
    lines = [_line(number, each, use) for number, each in enumerate(several, start=1)]
    rows: list[Block] = [buttons(*row) for row in (choices, removals) if row]
    return message(
        text(_reached(several)),
        *([bullets(*lines)] if len(lines) > 1 else []),
        *rows,
        note("To join another account, type “link”. To leave this one behind, type “move me”."),
    )


def reached_at(where: Linked) -> Message:
    """Messages go to another account from now on."""
    return message(text("I write to you in ", bold(mine(where)), " from now on."), replaces=True)


def unlinked(gone: Linked, several: Sequence[Linked]) -> Message:
    """An account was taken off a member."""
    return message(
        text(f"{_begun(mine(gone))} is not yours any more. {_reached(several)}"), replaces=True
    )


def _line(number: int, each: Linked, use: Linked | None) -> tuple[Words, ...]:
    state = ""
    if each == use:
        state = ", where I write to you"
    elif not each.is_active:
        state = ", which does not work now"
    elif each.is_retired:
        state = ", which you have left behind"
    return (bold(f"{number}"), f" {mine(each)}{state}")


def _reached(several: Sequence[Linked]) -> str:
    use = accounts.in_use(several)
    if use is None:
        return "No account reaches you now."
    others = [each for each in several if each != use and each.is_reached]
    know = f" I also know you in {listed([mine(each) for each in others])}." if others else ""
    return f"I write to you in {mine(use)}.{know}"


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def _article(role: Role) -> str:
    return f"{'an' if role is Role.ORGANISER else 'a'} {role}"
