"""What people type about an interest becomes what they mean, or a sentence that says how to mend it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import words as words_language
from service.domain.interest import Interest
from service.domain.narrowing import narrowed
from service.domain.opportunity import Deadline, Details
from service.domain.scrutiny import faults_in, interest_words
from service.domain.tagging import SizeTag, Tags
from service.web.forms.interests import TypedInterest, check_interest, interest_typed, words_in
from service.web.forms.sign_up import SignUp, from_json, next_question, to_json

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TEXT = st.text(max_size=60)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ""),
        ("window", "window"),
        ("window cleaning, gutters", '("window cleaning" OR gutters)'),
        ("window cleaning, gutters NOT hospital", '("window cleaning" OR gutters) NOT hospital'),
        ("window cleaning; C++", '("window cleaning" OR C++)'),
        ('(window OR office) AND "deep clean" NOT hospital', '(window OR office) AND "deep clean" NOT hospital'),
        ("notary, knot", "(notary OR knot)"),
        ("a,,b,", "(a OR b)"),
    ],
)
def test_lists_with_commas_mean_either(typed: str, meant: str) -> None:
    problems: dict[str, str] = {}
    assert words_in(typed, problems) == meant
    assert problems == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("window AND gutters, doors", "either commas or AND"),
        ("(window, gutters)", "either commas or AND"),
        ('"window', "no partner"),
        ("window OR", "missing at the end"),
        ("x" * 501, "fewer words"),
    ],
)
def test_words_that_mean_nothing_get_a_sentence(typed: str, said: str) -> None:
    problems: dict[str, str] = {}
    words_in(typed, problems)
    assert said in problems["words"]


@given(
    st.builds(
        TypedInterest,
        sectors=st.lists(TEXT, max_size=3).map(tuple),
        words=TEXT,
        cpv=TEXT,
        areas=st.lists(st.sampled_from(["london", "E09000012", "E09000001", "x", ""]), max_size=3).map(tuple),
        neighbours=st.booleans(),
        value_min=TEXT,
        value_max=TEXT,
        buyers=TEXT,
        suits=TEXT,
        days_left=TEXT,
        extras=st.lists(TEXT, max_size=2).map(tuple),
    )
)
def test_anything_typed_is_an_interest_that_reads_back_or_a_problem_with_a_field(typed: TypedInterest) -> None:
    checked = check_interest(typed)
    if isinstance(checked, Interest):
        assert check_interest(interest_typed(checked)) == checked
        assert interest_words(checked)
        words_language.parse(checked.words)
    else:
        assert checked
        assert all((name and text[0].isupper()) or text for name, text in checked.items())


def test_neighbours_become_areas_of_their_own() -> None:
    checked = check_interest(TypedInterest(sectors=("food",), areas=("E09000012",), neighbours=True))
    assert isinstance(checked, Interest)
    assert checked.areas[0] == "E09000012"
    assert set(checked.areas) > {"E09000012", "E09000019", "E09000030"}


def test_all_of_london_makes_boroughs_needless() -> None:
    checked = check_interest(TypedInterest(sectors=("food",), areas=("E09000012", "london"), neighbours=True))
    assert isinstance(checked, Interest)
    assert checked.areas == ("london",)


@pytest.mark.parametrize(
    ("interest", "field"),
    [
        (Interest(areas=("london",)), "sector"),
        (Interest(words="NOT hospital"), "sector"),
        (Interest(cpv=("99",)), "cpv"),
        (Interest(words="window NOT window"), "words"),
        (Interest(words="(a OR b) NOT a NOT b"), "words"),
        (Interest(words="a b NOT b"), "words"),
        (Interest(sectors=("food",), value_min=Decimal(2), value_max=Decimal(1)), "value_max"),
    ],
)
def test_everything_and_nothing_are_found_out(interest: Interest, field: str) -> None:
    assert list(faults_in(interest)) == [field]


@pytest.mark.parametrize(
    "interest",
    [
        Interest(sectors=("food",), words="NOT hospital"),
        Interest(words="(a OR b) NOT a"),
        Interest(words="window NOT hospital", cpv=("9091",)),
        Interest(buyers=("Hackney",)),
    ],
)
def test_a_sound_interest_has_no_fault(interest: Interest) -> None:
    assert faults_in(interest) == {}


def test_an_interest_is_said_back_in_one_sentence() -> None:
    said = interest_words(
        Interest(
            sectors=("food",),
            words='"school meals"',
            areas=("E09000012", "E09000025"),
            value_max=Decimal(50000),
            below_threshold=True,
            days_left=7,
        )
    )
    assert said == (
        'Food and catering or the words "school meals", in Hackney and Newham, worth up to £50,000, '
        "below the threshold, with 7 days or more to answer"
    )


def details(*, days: int | None = None, below: bool | None = None) -> Details:
    deadline = None if days is None else Deadline(at=NOW + timedelta(days=days))
    return Details(title="Sample", deadline=deadline, below_threshold=below)


def tags(verdict: str) -> Tags:
    size = SizeTag(verdicts={"micro": verdict, "small": "suits", "medium": "suits"}, verdict="", reasons=())  # type: ignore[dict-item]
    return Tags(sectors=(), sure=True, size=size, facts=(), divisions=(), groups=(), version="sample")


@pytest.mark.parametrize(
    ("interest", "shown", "verdict", "closed"),
    [
        (Interest(suits="micro"), details(), "unlikely", "unlikely to suit a firm of under 10 people"),
        (Interest(suits="micro"), details(), "unknown", ""),
        (Interest(suits="small"), details(), "unlikely", ""),
        (Interest(below_threshold=True), details(below=False), "suits", "above the threshold"),
        (Interest(below_threshold=True), details(below=None), "suits", ""),
        (Interest(below_threshold=True), details(below=True), "suits", ""),
        (Interest(days_left=7), details(days=6), "suits", "less than the 7 days"),
        (Interest(days_left=7), details(days=7), "suits", ""),
        (Interest(days_left=7), details(), "suits", ""),
        (Interest(), details(days=0, below=False), "unlikely", ""),
    ],
)
def test_further_gates_close_only_on_what_is_known(
    interest: Interest, shown: Details, verdict: str, closed: str
) -> None:
    said = list(narrowed(interest, shown, tags(verdict), now=NOW))
    assert len(said) == bool(closed)
    assert closed in "".join(said)


@given(st.text(max_size=200))
def test_a_draft_of_another_version_is_a_fresh_start(kept: str) -> None:
    assert isinstance(from_json(kept), SignUp)


def test_a_draft_comes_back_as_it_was_kept() -> None:
    typed = TypedInterest(sectors=("food",), neighbours=True, areas=("london",))
    said = SignUp(email="a@example.org", interest=typed, done=("email", "trade"))
    assert from_json(to_json(said)) == said
    assert next_question(said) == "place"
