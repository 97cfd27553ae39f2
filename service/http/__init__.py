"""The polite HTTP client behind the `Http` port: the only place that opens a client session."""

from __future__ import annotations

from service.http.client import PoliteHttp, RequestReport, user_agent
from service.http.guard import NotAWebAddress
from service.http.pacing import MemoryPaceBook
from service.http.retry_after import seconds_to_wait
from service.http.shapes import Clock, Http, HttpPolicy, PaceBook, Reply, Validators
from service.http.validators import MemoryValidators

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
