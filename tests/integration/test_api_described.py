"""The API does what its own description says: schemathesis drives every operation of /api/openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from tests.journeys.whole_house import WholeHouse, a_whole_house

Case = schemathesis.Case[Any]
Operation = APIOperation[Any, Any, Any, Any]

METHODS = frozenset({"get", "post", "put", "patch", "delete"})
#: Questions of each operation; enough for every parameter to be missing, right, wrong and at its edge.
EXAMPLES = 60


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHouse]:
    with a_whole_house(tmp_path_factory.mktemp("house")) as made:
        yield made


def test_every_act_at_every_address_under_api_is_described(whole: WholeHouse) -> None:
    described = schemathesis.openapi.from_url(f"{whole.url}/api/openapi.json").raw_schema
    there = {
        (route.resource.canonical, route.method.lower())
        for route in whole.app.router.routes()
        if isinstance(route.resource, web.Resource) and route.resource.canonical.startswith("/api/")
    }
    said = {(path, method) for path, acts in described["paths"].items() for method in acts if method in METHODS}
    assert described["openapi"] == "3.1.0"
    assert said == {each for each in there if each[1] in METHODS} - {("/api/openapi.json", "get")}


def operations_of(whole: WholeHouse) -> list[Operation]:
    """Everything the API says it can do."""
    schema = schemathesis.openapi.from_url(f"{whole.url}/api/openapi.json")
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


@pytest.mark.filterwarnings("ignore")  # schemathesis and its parts are warned of things that are theirs to mend
def test_schemathesis_finds_no_failure(whole: WholeHouse) -> None:
    operations = operations_of(whole)
    assert len(operations) >= 3
    for operation in operations:
        asked = 0

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Case) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate()

        ask()
        assert asked >= (EXAMPLES if operation.definition.raw.get("parameters") else 1), operation.label


@pytest.mark.filterwarnings("ignore")
def test_what_the_description_forbids_is_no_server_error(whole: WholeHouse) -> None:
    operations = operations_of(whole)
    # a part of a path may be any text, so nothing there can be forbidden
    asking = [op for op in operations if any(each["in"] == "query" for each in op.definition.raw.get("parameters", ()))]
    assert asking
    for operation in asking:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE))
        def ask(case: Case) -> None:
            assert case.call().status_code < 500

        ask()
