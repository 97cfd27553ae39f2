"""The polite HTTP client behind the `Http` port: the only place that opens a client session."""

from __future__ import annotations

from service.errors import NotAWebAddress
from service.http.client import PoliteHttp, RequestReport, user_agent
from service.http.pacing import MemoryPaceBook
from service.http.retry_after import seconds_to_wait
from service.http.validators import MemoryValidators
from service.ports import Clock, Http, HttpPolicy, PaceBook, Reply, Validators

__all__ = [
    "Clock",
    "Http",
    "HttpPolicy",
    "MemoryPaceBook",
    "MemoryValidators",
    "NotAWebAddress",
    "PaceBook",
    "PoliteHttp",
    "Reply",
    "RequestReport",
    "Validators",
    "seconds_to_wait",
    "user_agent",
]
