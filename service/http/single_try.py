"""One try and no more: how a source that failed for long is asked whether it is well again."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from service.ports import Http, HttpPolicy, Reply


class SingleTry:
    """The outside world, asked once: a probe is no reason to knock four times at a door that was shut."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        policy: HttpPolicy,
    ) -> Reply:
        """Fetch a page. Raises HttpTrouble at the first failure."""
        return await self._http.get(url, params=params, headers=headers, policy=_once(policy))

    async def post(
        self, url: str, *, json_body: bytes, headers: Mapping[str, str] | None = None, policy: HttpPolicy
    ) -> Reply:
        """Send JSON. Raises HttpTrouble at the first failure."""
        return await self._http.post(url, json_body=json_body, headers=headers, policy=_once(policy))


def _once(policy: HttpPolicy) -> HttpPolicy:
    return dataclasses.replace(policy, retries=0)
