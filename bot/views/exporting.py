"""What is said as an organiser takes the community's data away."""

from bot.chat.messages import LinkButton, Message, bold, buttons, message, note, text


def ready(community: str, secret: str) -> Message:
    """Where the data can be downloaded."""
    return message(
        text(
            bold(f"The data of {community}"),
            " as one archive, each table as CSV for a spreadsheet and as JSON: members with what "
            "they have agreed to show, rounds, sessions, published stories, settings and the log.",
        ),
        buttons(LinkButton("Download it", f"/export/{secret}/leaders.zip")),
        note(
            "The address works for an hour, without signing in: keep it to yourself. Whom somebody "
            "avoids, what they need or answered and addresses they do not show are not in it. "
            "It holds personal data: delete it when you are done."
        ),
    )
