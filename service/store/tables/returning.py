"""What became of help that was pointed to: which alerts carried it, how often it was opened, and who used it."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class AlertHelpRow(SQLModel, table=True):
    __tablename__ = "alert_help"

    alert_id: int = Field(primary_key=True)
    #: Key of a programme.
    programme: str = Field(primary_key=True, index=True)


class ProgrammeOpeningRow(SQLModel, table=True):
    """How often the button on a programme's page was pressed in a day: by whom is not kept."""

    __tablename__ = "programme_opening"

    programme: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    times: int


class ProgrammeUseRow(SQLModel, table=True):
    """What a firm says of its use of a programme."""

    __tablename__ = "programme_use"

    firm_id: int = Field(primary_key=True)
    programme: str = Field(primary_key=True, index=True)
    #: A value of `service.domain.programme_use.Use`.
    use: str = Field(primary_key=True)
    at: str
