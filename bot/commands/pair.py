"""``pair``: plan one round from files, with the planner the coffee programme uses."""

from pathlib import Path
from typing import Annotated

import typer

from bot.domain import pairing
from bot.domain.pairing import Constraints, PairingFileError, Plan


def pair(
    *,
    members: Annotated[Path, typer.Option(help="Who could take part: members.json.")],
    history: Annotated[Path, typer.Option(help="The rounds held so far: history.json.")],
    seed: Annotated[int, typer.Option(help="Breaks ties; the same seed gives the same groups.")],
    out: Annotated[Path, typer.Option(help="Where the groups are written: groups.json.")],
    number: Annotated[
        int | None, typer.Option("--round", min=1, help="By default the one after the last held.")
    ] = None,
    constraints: Annotated[
        Path | None, typer.Option(help="Group sizes, hard rules and points: constraints.json.")
    ] = None,
) -> None:
    """Plan who meets whom in a round, and say how good the plan is.

    Nobody who can be placed is left out, nobody meets again while that can be avoided, and people
    who may not meet never do; who can't be placed is named with the reason.
    """
    try:
        people = pairing.read_members(members)
        past = pairing.read_history(history)
        rules = Constraints() if constraints is None else pairing.read_constraints(constraints)
        plan = pairing.plan_round(
            people, past, rules, round=number or past.last_round() + 1, seed=seed
        )
        pairing.write_groups(out, plan, people, rules)
    except PairingFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error

    typer.echo(_summary(plan))
    for left in plan.unmatched:
        typer.echo(f"Without a group: {left.id} ({left.reason}).")


def _summary(plan: Plan) -> str:
    groups = _count(len(plan.groups), "group")
    people = _count(sum(map(len, plan.groups)), "member")
    repeats = _count(plan.repeats, "repeat") if plan.repeats else "no repeats"
    return f"Round {plan.round}: {groups}, {people}, {repeats}, {plan.quality}."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
