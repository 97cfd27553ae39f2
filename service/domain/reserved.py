"""Who alone may bid, in words: notices say it in codes of their forms and of places."""

from __future__ import annotations

import re

from service.domain.gazetteer import gazetteer

#: The reservations of the forms of Find a Tender (Procurement Act 2023, ss. 32, 33, 85), and GSS codes of countries.
_WORDS = {
    "sme": "small and medium firms",
    "vcse": "charities and social enterprises",
    "smevcse": "small and medium firms, charities and social enterprises",
    "shelteredworkshop": "supported employment providers",
    "publicservicemission": "public service mutuals",
    "k02000001": "firms in the United Kingdom",
    "k03000001": "firms in Great Britain",
    "e92000001": "firms in England",
    "s92000003": "firms in Scotland",
    "w92000004": "firms in Wales",
    "n92000002": "firms in Northern Ireland",
}
_GSS = re.compile(r"[EKNSW]\d{8}", re.ASCII)


def who_may_bid(reserved: str) -> str:
    """Who alone may bid, in plain words: "firms in Havering"; "" for everyone.

    What is no known code stays as the buyer wrote it. A place named beside its own code is said once.
    """
    said: list[str] = []
    pieces = [piece.strip() for piece in reserved.split(",") if piece.strip()]
    for number, piece in enumerate(pieces):
        following = pieces[number + 1] if number + 1 < len(pieces) else ""
        if _GSS.fullmatch(following) and not _GSS.fullmatch(piece) and piece.lower() not in _WORDS:
            said.append(f"firms in {piece}")
        elif piece.lower() in _WORDS:
            said.append(_WORDS[piece.lower()])
        elif not _GSS.fullmatch(piece):
            said.append(piece)
        elif not (number and said and said[-1] == f"firms in {pieces[number - 1]}"):
            said.append(f"firms in {gazetteer().area_name(piece) or piece}")
    return ", ".join(dict.fromkeys(said))
