"""What names of public bodies, names of companies and titles look like: how a moved column of text is noticed."""

from __future__ import annotations

import re

_PUBLIC = re.compile(
    r"\b(?:council|borough|corporation|authority|authorities|city of|county|combined|nhs|trust|university|college"
    r"|school|academy|police|fire|transport|department|ministry|office|agency|service|services|homes|housing|association"
    r"|partnership|museum|commission|parks?|mayor|greater london|tfl|lb|joint|consortium|board|royal)\b",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\b(?:ltd|limited|plc|llp|inc|cic|gmbh|company|co|group|services|solutions|partnership|partners|trust|charity"
    r"|association|consulting|contractors?|holdings|uk|sons)\b",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(r"[\d/.:,\s£€$-]+(?:am|pm)?|https?://\S+|N/?A|[A-Z]{1,10}[-_/]?\d{2,}", re.IGNORECASE)
_LOOKED_AT = 300


def is_public_body(text: str) -> bool:
    """Tell whether a text reads like the name of a public body."""
    return _PUBLIC.search(text[:_LOOKED_AT]) is not None


def is_company(text: str) -> bool:
    """Tell whether a text reads like the name of a company or charity, and not of a person."""
    return _COMPANY.search(text[:_LOOKED_AT]) is not None


def is_title(text: str) -> bool:
    """Tell whether a text may be a title: no date, sum, number or address."""
    return _NO_TITLE.fullmatch(text[:_LOOKED_AT]) is None
