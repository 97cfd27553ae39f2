"""The interest file: read without guessing, and refused with the field and the way out."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from service.domain.interest import FirmFile, Interest
from service.domain.interest_file import firm_from, to_mapping
from service.errors import BadInterest

INTEREST: dict[str, object] = {
    "sectors": ["environment"],
    "cpv": ["9091", "90911300-9"],
    "words": "(window OR office) AND cleaning NOT hospital",
    "areas": ["london", "E09000012", "UKI41", "uk"],
    "value_min": 1000,
    "value_max": "150000.50",
    "buyers": ["Sample Council"],
    "early": True,
    "eu": False,
}


def firm(**changed: object) -> dict[str, object]:
    return {"name": "Sample Panes", "size": "micro", "interests": [INTEREST | changed]}


def test_a_full_file_is_read() -> None:
    assert firm_from(firm()) == FirmFile(
        name="Sample Panes",
        size="micro",
        interests=(
            Interest(
                sectors=("environment",),
                cpv=("9091", "90911300"),
                words="(window OR office) AND cleaning NOT hospital",
                areas=("london", "E09000012", "UKI41", "uk"),
                value_min=Decimal(1000),
                value_max=Decimal("150000.50"),
                buyers=("Sample Council",),
                early=True,
            ),
        ),
    )


def test_what_is_written_as_json_is_read_back_the_same() -> None:
    read = firm_from(firm())
    assert firm_from(json.loads(json.dumps(to_mapping(read)))) == read


def test_left_out_and_null_are_the_same() -> None:
    short = firm_from({"name": "S", "size": "small", "interests": [{"sectors": ["it"]}]})
    nulls = dict.fromkeys(INTEREST) | {"sectors": ["it"]}
    assert firm_from({"name": "S", "size": "small", "interests": [nulls]}) == short


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sectors": ["enviroment"]}, r"interests\[0\]\.sectors: .*Did you mean environment\?"),
        ({"sectors": "it"}, r"sectors: it must be a list"),
        ({"sectors": [1]}, r"sectors\[0\]: it must be a text"),
        ({"cpv": ["cleaning"]}, r"interests\[0\]\.cpv: 'cleaning' is no CPV code"),
        ({"cpv": ["9"]}, r"cpv: '9'"),
        ({"areas": ["Hackny"]}, r"interests\[0\]\.areas: 'Hackny' is no area"),
        ({"areas": ["E09000099"]}, r"areas: 'E09000099'"),
        ({"words": "(roof"}, r"interests\[0\]\.words: .*position 1"),
        ({"value_min": -1}, r"value_min"),
        ({"value_max": "lots"}, r"value_max: 'lots' is no sum"),
        ({"value_max": True}, r"value_max"),
        ({"value_max": float("nan")}, r"value_max"),
        ({"value_min": 200000}, r"value_min: it is more than value_max"),
        ({"buyers": [" "]}, r"buyers\[0\]: it is empty"),
        ({"early": "yes"}, r"early: it must be true or false"),
        ({"eu": 1}, r"eu: it must be true or false"),
        ({"sector": ["it"]}, r"interests\[0\]\.sector: there is no such field\. Did you mean sectors\?"),
        (
            {"sectors": [], "cpv": [], "words": "NOT hospital", "buyers": []},
            r"interests\[0\]: it asks for nothing",
        ),
    ],
)
def test_a_wrong_field_is_named(changed: dict[str, object], said: str) -> None:
    with pytest.raises(BadInterest, match=said):
        firm_from(firm(**changed))


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ([], "The file: it must be an object"),
        ({}, "name: it is missing"),
        ({"name": "S", "size": "large", "interests": [INTEREST]}, "size: .*'large'"),
        ({"name": "S", "size": ["micro"], "interests": [INTEREST]}, "size"),
        ({"name": "S", "size": "micro"}, "interests: there is none"),
        ({"name": "S", "size": "micro", "interests": [3]}, r"interests\[0\]: it must be an object"),
        ({"name": "S", "size": "micro", "interests": [INTEREST] * 51}, "more than 50"),
        ({"name": "S", "size": "micro", "interests": [INTEREST], "colour": "red"}, "colour: there is no such field"),
        ({"name": "S" * 201, "size": "micro", "interests": [INTEREST]}, "longer than 200"),
    ],
)
def test_a_wrong_file_is_refused(mapping: object, said: str) -> None:
    with pytest.raises(BadInterest, match=said):
        firm_from(mapping)
