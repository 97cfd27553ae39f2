"""Every error Bowbell raises: the class docstring is the sentence a person sees."""

from __future__ import annotations


class BowbellError(Exception):
    """Something went wrong."""

    def __init__(self, detail: str = "") -> None:
        said = (type(self).__doc__ or "").strip().splitlines()[0]
        super().__init__(f"{said} {detail}".strip())
        self.detail = detail


# Reading outside data ---------------------------------------------------------------------------------------------


class UnreadableBody(BowbellError):
    """The body is not what this source publishes."""


class UnreadableField(BowbellError):
    """A field of a notice cannot be read."""

    def __init__(self, *, field: str, said: object, why: str) -> None:
        shown = repr(said)
        if len(shown) > 80:  # noqa: PLR2004 - a line a person can read
            shown = shown[:77] + "..."
        super().__init__(f"{field}: {why} (it says {shown}).")
        self.field = field


class PagingBroke(BowbellError):
    """The list of pages did not end where it should."""


class LayoutDrift(UnreadableBody):
    """The page is not laid out as it was when its rules were written."""

    def __init__(self, *, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        #: Which of our fields can no longer be trusted; "rows" where the rows themselves are not found.
        self.field = field


class GoneStale(BowbellError):
    """The source answers well, but has published nothing new for longer than it ever should."""


# Talking to the outside -------------------------------------------------------------------------------------------


class HttpTrouble(BowbellError):
    """The far side did not answer as it should."""


class SlowDown(HttpTrouble):
    """The far side asked us to slow down."""

    def __init__(self, *, after: float, detail: str = "") -> None:
        super().__init__(f"Wait {after:.0f} seconds. {detail}".strip())
        #: Seconds to wait before asking again.
        self.after = after


class FarSideDown(HttpTrouble):
    """The far side cannot be reached or answers with an error."""


class TookTooLong(HttpTrouble):
    """The far side took too long."""


class BodyTooLarge(HttpTrouble):
    """The body is larger than we accept."""


class PrivateAddress(HttpTrouble):
    """The address leads to a private network, which we never call."""


class TooManyRedirects(HttpTrouble):
    """The far side sent us round in circles."""


class UnexpectedAnswer(HttpTrouble):
    """The far side answered with a status we do not expect."""

    def __init__(self, *, status: int, detail: str = "", body: bytes = b"") -> None:
        super().__init__(f"Status {status}. {detail}".strip())
        self.status = status
        #: What a refusal (400) said, for a source that understands it; empty otherwise.
        self.body = body


class NotLetIn(HttpTrouble):
    """The far side does not let us read the page."""


# Delivering -------------------------------------------------------------------------------------------------------


class DeliveryTrouble(BowbellError):
    """The message was not delivered."""


class TryLater(DeliveryTrouble):
    """The far side cannot take the message now; we try again."""

    def __init__(self, detail: str = "", *, after: float | None = None) -> None:
        super().__init__(detail)
        #: Seconds the far side asked us to wait; None: it did not say.
        self.after = after


class Refused(DeliveryTrouble):
    """The far side will never take this message."""


class InDoubt(DeliveryTrouble):
    """The far side may or may not have the message."""


# What people ask of us --------------------------------------------------------------------------------------------


class AskedWrongly(BowbellError):
    """That cannot be done as asked."""


class NotFound(AskedWrongly):
    """There is nothing under that name."""


class TooLittleToLearn(AskedWrongly):
    """There is too little to learn from."""


class BadInterest(AskedWrongly):
    """The interest cannot be understood."""


class BadAddress(AskedWrongly):
    """That is not an e-mail address we can write to."""


class NotNow(AskedWrongly):
    """That cannot be done any more."""


class Overtaken(NotNow):
    """Somebody else changed it meanwhile."""


class BadToken(AskedWrongly):
    """This link has run out or was copied incompletely."""


class WrongNumber(AskedWrongly):
    """That is not the number the other browser shows."""


class NotAllowed(AskedWrongly):
    """You are not allowed to do that."""


class TooManyRequests(AskedWrongly):
    """Too many tries. Please wait a while."""


class BackupRefused(BowbellError):
    """That was not done."""


class BadBackup(BowbellError):
    """That is no whole backup of Bowbell. Nothing was restored."""


class WrongSettings(BowbellError):
    """The settings do not fit together."""


class WrongInstallation(BowbellError):
    """Another installed package owns one of Bowbell's package names."""


class ReferenceDataError(BowbellError):
    """A shipped data file is wrong."""


class WrongRules(BowbellError):
    """The rules of a source are wrong."""

    def __init__(self, *, file: str, line: int | None, key: str, why: str) -> None:
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}: {key}: {why}" if key else f"{place}: {why}")
        self.file, self.line, self.key = file, line, key


class NotAWebAddress(PrivateAddress):
    """That is not a web address we call."""
