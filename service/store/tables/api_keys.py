"""Keys with which programs of organisations ask."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class ApiKeyRow(SQLModel, table=True):
    __tablename__ = "api_key"

    #: Eight characters that stand in the key itself, so that one that is found can be named.
    id: str = Field(primary_key=True)
    organisation_id: int = Field(index=True, foreign_key="organisation.id")
    #: A role of `service/data/roles.toml` for the organisation's kind.
    role: str
    label: str
    #: The secret itself is not kept.
    secret_hash: str
    made: str
    #: To the hour; "" before it was used.
    used: str
    #: "" while it works.
    revoked: str
