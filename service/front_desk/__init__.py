"""The front desk: what the web asks for, answered from the store. The rules live in the domain and the use cases.

Each room is a file; a new kind of question gets a room of its own.
"""

from __future__ import annotations

from service.front_desk.contracts import ContractsRoom
from service.front_desk.mail_room import MailRoom
from service.front_desk.open_record import OpenRecordRoom
from service.front_desk.public_record import PublicRecord
from service.front_desk.silence import SilenceRoom


class FrontDesk(SilenceRoom, OpenRecordRoom, ContractsRoom, PublicRecord, MailRoom):
    """Keeps the promises of `service.web.desk.Desk` over the database."""
