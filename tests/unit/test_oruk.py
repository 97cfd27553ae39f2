"""Programmes as services of Open Referral UK: valid by the stored schema, and back again without loss."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from service.domain.govuk_support import is_finder, pages_in
from service.domain.oruk import draft_of, service_from, service_of, services_in
from service.domain.programme import shipped_programmes
from service.domain.programme_draft import ProgrammeDraft, Standing
from service.errors import UnreadableBody

#: Fields of a service that we map; what else a feed says is not kept, and none of it is guessed.
MAPPED = ("name", "description", "url", "email", "status", "fees")
STANDING = Standing(key="sample", state="current", source="sample", last_checked=date(2026, 11, 24))


def schema_of(shared_data: Path) -> Draft202012Validator:
    """The stored schema. It calls a list of records `type: array` without saying so of its own keywords."""
    read = json.loads((shared_data / "support" / "oruk" / "schema_compiled_service.json").read_text("utf-8"))
    return Draft202012Validator(read, format_checker=FormatChecker())


def stored(shared_data: Path, name: str) -> Any:
    return json.loads((shared_data / "support" / "oruk" / name).read_text("utf-8"))


def test_every_shipped_programme_is_a_valid_service(shared_data: Path) -> None:
    schema = schema_of(shared_data)
    for programme in shipped_programmes():
        problems = [f"{error.json_path}: {error.message}" for error in schema.iter_errors(service_of(programme))]
        assert problems == [], programme.key


def test_the_schema_that_is_used_does_refuse_what_is_wrong(shared_data: Path) -> None:
    schema = schema_of(shared_data)
    right = service_of(shipped_programmes()[0])
    for wrong in ({"status": "open"}, {"id": "sample"}, {"name": None}, {"cost_options": [{"amount": "nothing"}]}):
        assert list(schema.iter_errors(right | wrong)), wrong


def test_every_shipped_programme_comes_back_as_it_went(shared_data: Path) -> None:
    del shared_data
    for programme in shipped_programmes():
        (read,) = services_in(json.loads(json.dumps(service_of(programme))))
        before = draft_of(programme)
        if before.cost == "free" and before.cost_note == "Free":  # pragma: no cover - none says it twice
            continue
        assert read.draft == before, programme.key


@pytest.mark.parametrize("name", ["examples_service_full.json", "examples_organization_full.json"])
def test_the_stored_examples_keep_every_mapped_field(shared_data: Path, name: str) -> None:
    document = stored(shared_data, name)
    services = document.get("services", [document])
    read = services_in(document)
    assert [each.identity for each in read] == [each["id"] for each in services]
    for service, each in zip(services, read, strict=True):
        written = service_from(each.draft, STANDING)
        for field in MAPPED:
            assert str(written[field]).split() == service[field].split(), field
        owner = service.get("organization", document)
        assert written["organization"]["name"] == owner["name"]  # type: ignore[index]
        assert each.draft.cost == "paid"
        assert each.draft.area == ()


def test_what_is_not_said_is_not_written_and_comes_back_unknown() -> None:
    service = service_from(ProgrammeDraft(name="Sample", cost="unknown"), STANDING)
    assert set(service) == {"id", "name", "status", "assured_date", "last_modified"}
    (read,) = services_in([service])
    assert read.draft == ProgrammeDraft(name="Sample", cost="unknown")


def test_free_is_believed_only_with_something_that_supports_it() -> None:
    said = {"name": "Sample", "status": "active", "cost_options": [{"id": "1", "amount": 0}]}
    assert services_in(said)[0].draft.cost == "unknown"


@pytest.mark.parametrize(
    ("state", "capacity", "status"),
    [
        ("current", "open", "active"),
        ("current", "full", "temporarily closed"),
        ("current", "paused", "temporarily closed"),
        ("check", None, "inactive"),
        ("ended", "open", "defunct"),
    ],
)
def test_the_status_says_whether_firms_can_begin(state: Any, capacity: Any, status: str) -> None:
    standing = Standing(key="sample", state=state, source="sample", capacity=capacity)
    assert service_from(ProgrammeDraft(name="Sample"), standing)["status"] == status


@pytest.mark.parametrize(
    "document",
    [None, 7, "text", [], {}, {"contents": [{"name": "x"}]}, [[[[[[[[{"name": "x", "status": "active"}]]]]]]]]],
)
def test_what_holds_no_service_is_refused_in_a_sentence(document: object) -> None:
    with pytest.raises(UnreadableBody, match="holds no service"):
        services_in(document)


def test_hostile_services_are_read_as_plain_text_or_not_at_all() -> None:
    said = {
        "id": ["no"],
        "name": "Sample\nclinic",
        "status": "active",
        "organization": "text",
        "attributes": [1, {"taxonomy_term": "x"}, {"taxonomy_term": {"taxonomy": "bowbell:sizes", "term": "giant"}}],
        "service_areas": {"uri": "x"},
        "cost_options": [{"amount": True}, {"amount": "1"}],
        "schedules": [None],
    }
    (read,) = services_in(said)
    assert read.draft == ProgrammeDraft(name="Sample clinic", cost="unknown")


SCHEME = {
    "title": "Sample growth grant",
    "description": "A sample grant for small firms.",
    "base_path": "/business-finance-support/sample-growth-grant",
    "document_type": "business_finance_support_scheme",
    "details": {
        "metadata": {
            "types_of_support": ["grant", "expertise-and-advice"],
            "business_stages": ["start-up", "established"],
            "business_sizes": ["under-10", "between-10-and-249"],
            "industries": ["construction"],
            "regions": ["london"],
            "continuation_link": "https://agency.example/grant",
            "will_continue_on": "the agency's website",
        },
        "body": [
            {
                "content_type": "text/govspeak",
                "content": "## How much\n\nUp to £5,000.\n\n## Who it\u2019s for\n\nSmall "
                "[firms](/x) in **London**.\n\n"
                "## How to apply\n\n* Call the agency.\n\n## Organiser\n\nSample agency\n",
            }
        ],
    },
}


def test_a_page_of_the_finder_becomes_a_draft_with_what_it_says_and_no_more() -> None:
    (page,) = pages_in(SCHEME)
    assert page.identity == "/business-finance-support/sample-growth-grant"
    assert page.left_out == ""
    assert page.draft == ProgrammeDraft(
        name="Sample growth grant",
        provider="Sample agency",
        summary="A sample grant for small firms.",
        for_whom="Small firms in London.",
        how_to_apply="Call the agency.",
        url="https://agency.example/grant",
        helps_with=("finance", "mentoring"),
        stages=("start_up", "established"),
        sizes=("micro", "small", "medium"),
        area=("london",),
        cost="unknown",
    )


def test_the_same_page_is_read_from_html_and_from_what_a_search_found() -> None:
    html = "<h2>Who it&#39;s for</h2><p>Small firms in <b>London</b>.</p><h2>Organiser</h2><p>Sample agency</p>"
    (page,) = pages_in(SCHEME | {"details": SCHEME["details"] | {"body": html}})  # type: ignore[operator]
    assert (page.draft.for_whom, page.draft.provider) == ("Small firms in London .", "Sample agency")
    found = {
        "results": [
            {
                "title": "Sample loan",
                "link": "/business-finance-support/sample-loan",
                "format": "business_finance_support_scheme",
                "regions": [{"label": "Wales", "value": "wales"}],
            }
        ]
    }
    (other,) = pages_in(found)
    assert other.left_out == "it is not for London"
    assert other.draft.url == "https://www.gov.uk/business-finance-support/sample-loan"


def test_every_facet_of_the_stored_finder_is_known(shared_data: Path) -> None:
    finder = json.loads(
        (shared_data / "support" / "govuk_business_finance_support_schemes.finder.json").read_text("utf-8")
    )
    facets = {each["key"]: [row["value"] for row in each.get("allowed_values", [])] for each in finder["facets"]}
    metadata = {name: facets[name] for name in ("types_of_support", "business_stages", "business_sizes", "regions")}
    (page,) = pages_in(SCHEME | {"details": {"metadata": metadata}})
    assert page.draft.area == ("uk",)
    assert page.draft.stages == ("not_yet_trading", "start_up", "established")
    assert page.draft.sizes == ("micro", "small", "medium")
    assert page.draft.helps_with == ("finance", "mentoring")


@pytest.mark.parametrize("document", [None, [], {}, {"results": "x"}, {"results": [1]}, {"document_type": "guide"}])
def test_what_holds_no_page_of_the_finder_is_refused(document: object) -> None:
    assert not is_finder(document)
    with pytest.raises(UnreadableBody, match="no page of the finder"):
        pages_in(document)
