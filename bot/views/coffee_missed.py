"""What organisers read when a step of coffee came too late to be done."""

from datetime import datetime

from bot.chat.messages import Button, Message, Style, bold, buttons, message, note, text
from bot.domain.coffee import Round
from bot.views.coffee_review import SEND_QUESTION
from bot.views.coffee_rounds import RUN_QUESTION
from bot.views.common import moment

OFF = "I was off when it was time, and it is too late for it now."
WHY = "You get this because you are an organiser."
# What did not happen, and what comes of it.
STEPS = {
    "coffee redraft": ("The draft was not made anew.", "“coffee review” shows it as it is."),
    "coffee rematch": (
        "Nobody was found for those who look for someone else.",
        "They are matched again in the next round.",
    ),
    "coffee nudge": ("Silent groups were not nudged.", "The question at its end still comes."),
    "coffee question": ("“Did you meet?” was not asked.", "“coffee ask” asks now."),
}


def no_round(when: datetime) -> Message:
    """A round was not even drafted."""
    return message(
        text(
            bold("There is no round of coffee"),
            f" on {moment(when)}. {OFF} The next one comes as planned.",
        ),
        buttons(Button("Run a round now", "coffee run", confirm=RUN_QUESTION)),
        note(WHY),
    )


def not_sent(of: Round, when: datetime) -> Message:
    """A draft did not go out."""
    return message(
        text(
            bold(f"Round {of.number} of coffee did not go out"),
            f" on {moment(when)}. {OFF} I hold it until you send or cancel it.",
        ),
        buttons(
            Button("Review", "coffee review", style=Style.PRIMARY),
            Button("Send now", "coffee send now", str(of.number), confirm=SEND_QUESTION),
        ),
        note(WHY),
    )


def no_step(of: Round, job: str) -> Message:
    """A step within a round was left out."""
    what, instead = STEPS[job]
    return message(
        text(bold(f"Round {of.number} of coffee: "), f"{what} {OFF} {instead}"), note(WHY)
    )
