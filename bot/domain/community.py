"""A community's own settings: its name and zone, and whom members can turn to."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo, available_timezones

from bot.chat.requests import Fields
from bot.domain.words import clean
from bot.errors import FormErrors

LONGEST_NAME = 80
LONGEST_CONTACT = 120
# An address, a telephone number and the hours at which it is answered.
LONGEST_REACH = 300


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to turn to, and how to reach them: an address, a telephone number, opening hours."""

    name: str = ""
    reach: str = ""

    @property
    def is_given(self) -> bool:
        """Whether an organiser has named somebody."""
        return bool(self.name)

    @property
    def said(self) -> str:
        """Name and how to reach them; empty where nobody is named."""
        return f"{self.name}, {self.reach}" if self.is_given else ""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Whom a member can turn to outside the bot."""

    guardian: Contact = Contact()
    safeguarding_lead: Contact = Contact()


@dataclass(frozen=True, slots=True)
class Settings:
    """What organisers say of their community."""

    name: str
    zone: str
    contacts: Contacts


def read(fields: Fields) -> Settings:
    """The settings in a submitted form; raises ``FormErrors``."""
    said = {name: _line(fields, name) for name in (*_LONGEST, "zone")}
    errors = {
        name: f"Please keep this below {most} characters."
        for name, most in _LONGEST.items()
        if len(said[name]) > most
    }
    if not said["name"]:
        errors["name"] = "Please give the community a name."
    zone = _zone(said["zone"])
    if zone is None:
        errors["zone"] = "I know no such time zone. Try “Europe/London”."
    for contact in ("guardian", "safeguarding"):
        name, reach = said[f"{contact}_name"], said[f"{contact}_reach"]
        if bool(name) != bool(reach):
            missing = "reach" if name else "name"
            errors.setdefault(f"{contact}_{missing}", "Please give both, or leave both empty.")
    if errors or zone is None:
        raise FormErrors(errors)
    return Settings(
        name=said["name"],
        zone=zone,
        contacts=Contacts(
            Contact(said["guardian_name"], said["guardian_reach"]),
            Contact(said["safeguarding_name"], said["safeguarding_reach"]),
        ),
    )


_LONGEST = {
    "name": LONGEST_NAME,
    "guardian_name": LONGEST_CONTACT,
    "guardian_reach": LONGEST_REACH,
    "safeguarding_name": LONGEST_CONTACT,
    "safeguarding_reach": LONGEST_REACH,
}


def _line(fields: Fields, name: str) -> str:
    values = fields.get(name, ())
    return " ".join(clean(values[0]).split()) if values else ""


def _zone(words: str) -> str | None:
    """The zone's own name, however its letters were typed."""
    asked = words.replace(" ", "_").casefold()
    found = next((zone for zone in available_timezones() if zone.casefold() == asked), None)
    return None if found is None else ZoneInfo(found).key
