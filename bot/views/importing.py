"""What is said as an organiser brings members in from a spreadsheet."""

from bot.chat.messages import LinkButton, Message, bold, buttons, message, note, text

PAGE = "/console/import"
NOT_THERE = "That table is not there any more, or has changed. Please look at it again."


def where() -> Message:
    """Where a file can be brought."""
    return message(
        text(
            bold("Bring members in from a spreadsheet."),
            " On the organisers’ pages you choose a CSV or Excel file, see for each row what would "
            "happen, and import all of it or nothing.",
        ),
        buttons(LinkButton("Open the import page", PAGE)),
        note("Members are told apart by their e-mail addresses. An import takes nothing away."),
    )


def refused(bad: int) -> str:
    """Why nothing was imported."""
    have = "row has a problem" if bad == 1 else "rows have problems"
    return f"Nothing was imported: {bad:,} {have}. Mend them, or leave them out."


def imported(counted: str) -> Message:
    """The members are there."""
    return message(text(bold("Imported: "), f"{counted}."))
