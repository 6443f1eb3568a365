"""Where e-mail addresses, phone numbers, NHS numbers and postcodes stand in a text."""

import re
from collections.abc import Iterator

Spans = Iterator[tuple[int, int]]

_LOCAL = r"[\w.!#$%&'*+/=?^{|}~-]"
_AT = r"(?:@|\s@\s|\s*[(\[]\s*at\s*[)\]]\s*)"
_EMAIL = re.compile(
    rf"(?<!{_LOCAL}){_LOCAL}{{1,64}}{_AT}[\w-]{{1,63}}(?:\.[\w-]{{1,63}})+"
    rf"|(?<!{_LOCAL}){_LOCAL}{{1,64}}\s+at\s+[\w-]{{1,63}}\s+dot\s+\w+",
    re.IGNORECASE,
)
_GAP = r"[\s.()/-]{0,3}"
_PHONE = re.compile(
    # In this country: 0 and nine or ten digits, or +44 in its place. 04 is not in use.
    rf"(?<![\w+])(?:(?:\+|00)\s?44{_GAP}(?:\(0\)|0)?{_GAP}|\(?0\)?)[1-35-9](?:{_GAP}\d){{8,9}}(?!\d)"
    # Abroad, written with the country's number.
    rf"|(?<![\w+])\+[1-9]\d{{0,2}}(?:{_GAP}\d){{7,12}}(?!\d)"
    # Without the 0, where the words before say that it is one.
    r"|(?:(?<=phone )|(?<=phone: )|(?<=tel )|(?<=tel: )|(?<=mobile )|(?<=mobile: )"
    r"|(?<=ring )|(?<=call ))"
    rf"[127](?:{_GAP}\d){{9}}(?!\d)",
    re.IGNORECASE,
)
# Ten digits, alone or as 3 3 4, the way they are printed on every letter.
_TEN = re.compile(
    r"(?<![\d+£$€])(?<!\d[.,])(?:\d{10}|\d{3}[\s.-]{1,3}\d{3}[\s.-]{1,3}\d{4})(?!\d)(?![.,]\d)"
)
_SAYS_NHS = re.compile(r"\bnhs\b[\s:#]*(?:no|num|number|id)?[\s.:#=-]*$", re.IGNORECASE)
# An ISBN of ten digits is made by the same rule, and one in eleven other numbers keeps it by luck.
_SAYS_OTHER = re.compile(
    r"\b(?:isbn(?:-10)?|(?:meeting|zoom|teams|webinar)(?: id)?)[\s:]*$", re.IGNORECASE
)
_AREAS = (
    "AB AL B BA BB BD BF BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT "
    "DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA "
    "LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE "
    "SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV "
    "YO ZE ZZ"
)
"""The postcode areas in use; ZZ stands for no fixed abode in the NHS."""
_TWO_LETTERS = tuple(area.capitalize() for area in _AREAS.split() if len(area) == 2)
_POSTCODE = re.compile(
    rf"\b(?:{'|'.join(_AREAS.split())})\d[A-Z\d]?\s{{0,2}}\d[ABD-HJLNP-UW-Z]{{2}}\b"
)
_SMALL_POSTCODE = re.compile(
    # A phone begins a sentence with a capital: "Se13".
    rf"\b(?:{'|'.join(_AREAS.lower().split())}|{'|'.join(_TWO_LETTERS)})\d[a-z\d]?\s{{0,2}}"
    r"(?!\d(?:st|nd|rd|th)\b)\d[abd-hjlnp-uw-z]{2}\b"
)
_ALIKE = re.compile(r"(\d)\1{9}")


def emails(text: str) -> Spans:
    """E-mail addresses, also those written with "(at)" or in words."""
    return (match.span() for match in _EMAIL.finditer(text))


def phones(text: str) -> Spans:
    """Phone numbers in full; three or six digits (111, 116 123) are a service that all may ring."""
    return (match.span() for match in _PHONE.finditer(text))


def nhs_numbers(text: str) -> Spans:
    """Numbers that are NHS numbers by their last digit, or that the text calls so.

    Source: https://www.datadictionary.nhs.uk/attributes/nhs_number.html
    """
    for match in _TEN.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        before = text[: match.start()]
        is_one = _is_nhs_number(digits) and not _SAYS_OTHER.search(before)
        if is_one or _SAYS_NHS.search(before[-30:]):
            yield match.span()


def postcodes(text: str) -> Spans:
    """Full postcodes, in capitals or in small letters; "Ward B12 3rd floor" has none."""
    for pattern in (_POSTCODE, _SMALL_POSTCODE):
        for match in pattern.finditer(text):
            yield match.span()


def _is_nhs_number(digits: str) -> bool:
    """By modulus 11: the digits times 10, 9 ... 1 add up to a multiple of 11."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 0, -1), strict=True))
    return total % 11 == 0 and not _ALIKE.fullmatch(digits)
