"""Who is at the door: requests to sign in, sessions, and answers kept while a form is filled in."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class SignInRow(SQLModel, table=True):
    __tablename__ = "sign_in"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    #: The address typed in; taken away when the mail is written, or when nobody is known by it.
    address: str
    #: Hash of what the asking browser keeps in a cookie.
    nonce_hash: str = Field(unique=True)
    #: Shown by the asking browser; another browser has to be told it.
    number: str
    #: 0 until the mail is written, and for good where nobody is known by the address.
    person_id: int = Field(default=0, index=True)
    #: Hash of the secret in the link; "" until the mail is written.
    token_hash: str = Field(default="", index=True)
    created: str
    ends: str = Field(index=True)
    #: When the link was used, or made void by wrong numbers; "" while it works.
    used: str = ""
    wrong_numbers: int = 0


class SessionRow(SQLModel, table=True):
    __tablename__ = "session"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    person_id: int = Field(index=True, foreign_key="person.id")
    created: str
    seen: str
    #: Seconds without a visit after which it is over.
    idle: int
    #: When it is over whatever happens.
    ends: str = Field(index=True)


class DraftRow(SQLModel, table=True):
    __tablename__ = "draft"

    token_hash: str = Field(primary_key=True)
    #: Which form: "sign_up", later others.
    form: str
    #: JSON of what was typed.
    answers: str = Field(sa_type=Text)
    changed: str = Field(index=True)
