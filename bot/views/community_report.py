"""What every member is told of how the community is doing, misses included."""

from collections.abc import Callable, Mapping

from bot.chat.messages import (
    Button,
    Fact,
    Message,
    bold,
    bullets,
    buttons,
    fact,
    facts,
    message,
    note,
    text,
)
from bot.domain.community_report import (
    FLOOR,
    Coverage,
    Crossing,
    Miss,
    RoundFigures,
    Share,
    Standing,
    about,
    misses,
)
from bot.views.common import count, listed, percent

WHO = "who"
# A line names so many words of a vocabulary.
MOST_WORDS = 20
HOW = (
    "Numbers under five are “a few”, shares go in steps of five per cent, and nothing is counted "
    "by person, team or employer."
)
NOTHING = "Nothing that figures show. Tell an organiser what they don’t."
BOUNDARIES = {
    "organisation": "Across organisations",
    "place": "Across boroughs",
    "profession": "Across professions",
    "clinical": "Clinical with others",
}
ATTRIBUTES = {
    "place": "Boroughs",
    "sector": "Sectors",
    "profession": "Professional groups",
    "stage": "Career stages",
    "kind": "Leaders",
}


def report(standing: Standing, community: str) -> Message:
    """The main figures of the last quarter and the last round, and what went less well."""
    found = less_well(standing)
    return message(
        text(
            bold(f"How {community} is doing"),
            ": the last 13 weeks, and in brackets the 13 weeks before.",
        ),
        facts(*figures(standing)),
        text(bold("What went less well")),
        bullets(*((each,) for each in found)) if found else text(NOTHING),
        buttons(
            Button("Who is here, and who is not", "how are we doing", WHO),
            Button("Our priorities", "priorities"),
        ),
        note(HOW),
    )


def who(standing: Standing) -> Message:
    """Who is here by place, sector, professional group, stage and kind of leadership."""
    return message(
        text(bold("Who is here"), f", of {_people_words(standing.members)}:"),
        *([facts(*covered(standing))] if standing.coverage else []),
        buttons(Button("How we are doing", "how are we doing")),
        note(
            "People are counted in steps of five, and somebody may be several kinds of leader. "
            "Know somebody who is missing? Tell them about “introduce”."
        ),
    )


def figures(standing: Standing) -> list[Fact]:
    """The main figures, line by line."""
    return [*_people(standing), *_coffee(standing), *_rest(standing)]


def less_well(standing: Standing) -> list[str]:
    """What went less well, a sentence each."""
    return [_missed(miss, words) for miss, words in misses(standing)]


def covered(standing: Standing) -> list[Fact]:
    """Who is here, line by line."""
    return [_covered(each) for each in standing.coverage]


def amount(number: int) -> str:
    """A number of people: "none", "a few" under five, else as it is."""
    if not number:
        return "none"
    return "a few" if number < FLOOR else f"{number:,}"


def share(found: Share, *, of: str, did: str = "") -> str:
    """A share in words that show nobody: "about 70% of 27 answers said yes"."""
    if found.whole < FLOOR:
        return f"too few {of} to tell"
    whole = f"{found.whole:,} {of}{did and f' {did}'}"
    if found.part < FLOOR:
        return f"at most a few of {whole}"
    if found.rate is None:
        return f"most or all of {whole}"
    return f"about {percent(found.rate)} of {whole}"


def _people(standing: Standing) -> list[Fact]:
    now, before = standing.quarter.joined, standing.before.joined
    return [
        fact("Members", amount(standing.members)),
        fact("Joined", f"{amount(now)} ({amount(before)})"),
        fact("Introduced", share(Share(standing.introduced, standing.members), of="members")),
        fact("In coffee", share(Share(standing.in_coffee, standing.members), of="members")),
    ]


def _coffee(standing: Standing) -> list[Fact]:
    held, last = standing.round, standing.round_before
    if held is None:
        return [fact("Last round of coffee", "none has ended yet")]
    return [
        fact(
            f"Met in round {held.number}",
            share(held.met, of="groups"),
            _since(held, last, lambda each: each.met),
        ),
        fact(
            "Worth it?",
            share(held.worth, of="answers", did="said yes"),
            _since(held, last, lambda each: each.worth),
        ),
        *(
            fact(
                BOUNDARIES[name],
                _crossed(crossing),
                _since(held, last, lambda each, name=name: each.crossing[name].share),  # type: ignore[misc]
            )
            for name, crossing in held.crossing.items()
        ),
        fact("Answers", share(held.answered, of="people", did="said whether they met")),
    ]


def _rest(standing: Standing) -> list[Fact]:
    now, before = standing.quarter, standing.before
    sessions = [
        fact("Learning sessions", f"{now.sessions or 'none'} ({before.sessions or 'none'})")
    ]
    if now.sessions:
        known = share(now.came, of="places", did="were used")
        sessions.append(fact("Attendance", f"{known}; not known of {amount(now.unknown)}"))
        sessions.append(fact("Worth your time?", share(now.worth, of="answers", did="said yes")))
    return [
        *sessions,
        fact("Stories", f"{now.stories or 'none'} ({before.stories or 'none'})"),
        fact("Ideas tried", f"{amount(now.tried)} ({amount(before.tried)})"),
    ]


def _since(
    held: RoundFigures, last: RoundFigures | None, told: Callable[[RoundFigures], Share]
) -> str:
    """How it was in the round before, where both can be told."""
    now = told(held).rate
    before = told(last).rate if last else None
    if now is None or before is None:
        return ""
    if now == before:
        return ", as in the round before"
    return f", {'up' if now > before else 'down'} from {percent(before)}"


def _crossed(crossing: Crossing) -> str:
    best = f"; {percent(crossing.best)} would have been possible"
    return f"{share(crossing.share, of='pairs')}{best if crossing.share.whole >= FLOOR else ''}"


def _covered(found: Coverage) -> Fact:
    some = [
        f"{label} {f'about {about(number):,}' if about(number) else 'a few'}"
        for label, number in found.people
        if number
    ]
    more = len(some) - MOST_WORDS
    parts = [", ".join(some[:MOST_WORDS]) or "nobody has said"]
    parts += [f"and {more} more"] if more > 0 else []
    if found.nobody:
        nobody = found.nobody[:MOST_WORDS]
        parts.append(f"nobody yet: {listed(nobody)}")
    if about(found.unsaid):
        parts.append(f"about {about(found.unsaid):,} have not said")
    return fact(ATTRIBUTES[found.name], "; ".join(parts))


def _people_words(number: int) -> str:
    return "a few members" if number < FLOOR else count(number, "member")


_MISSED: Mapping[Miss, str] = {
    Miss.NO_ROUND: "No round of coffee has ended yet, so nobody has met through it.",
    Miss.FEW_MET: "Too few of the groups said that they met.",
    Miss.FEWER_MET: "Fewer groups met than in the round before.",
    Miss.SILENT: "Many never said whether they met, so we don’t know.",
    Miss.LEFT_OUT: "Not everybody who wanted a coffee got a match.",
    Miss.NO_SESSION: "No learning session was held.",
    Miss.EMPTY_SEATS: "Many places in learning sessions stayed empty.",
    Miss.UNKNOWN: "Of most places in sessions nobody knows whether they were used.",
    Miss.NO_STORY: "No story was published.",
    Miss.NOT_TRIED: "Stories were published, and nobody has said that they tried one.",
    Miss.FEWER_JOINED: "Fewer people joined than in the 13 weeks before.",
}


def _missed(miss: Miss, words: tuple[str, ...]) -> str:
    if miss is Miss.CANCELLED:
        called_off = count(int(words[0]), "session was", "sessions were")
        return f"{called_off} called off."
    if miss is Miss.CROSSING:
        named = listed([BOUNDARIES[each].lower() for each in words])
        return f"Matches could have reached further: {named}."
    if miss is Miss.NOBODY:
        attribute, *labels = words
        rest = len(labels) - MOST_WORDS
        shown = [*labels[:MOST_WORDS], *([f"{rest} more"] if rest > 0 else [])]
        return f"{ATTRIBUTES[attribute]} with nobody here yet: {listed(shown)}."
    return _MISSED[miss]
