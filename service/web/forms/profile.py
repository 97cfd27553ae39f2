"""The form of a firm's profile: everything in it may be left empty but the size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.domain.gazetteer import gazetteer
from service.domain.profile import ACCREDITATIONS, INSURANCES, LATE_PAYERS, POLICIES, Cover, Profile
from service.domain.sectors import all_sectors
from service.web.forms.fields import Fields
from service.web.forms.interests import pounds
from service.web.forms.problems import Mendable
from service.web.forms.sign_up import FIRM_SIZES

_NAME_CAP = 200
_ANSWERS = {"yes": True, "no": False}
_WORDS: Mapping[bool | None, str] = {True: "yes", False: "no", None: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedProfile:
    """What is in the boxes, exactly as typed."""

    name: str = ""
    size: str = ""
    sectors: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    #: Sums as typed, by kind of insurance.
    insurance: Mapping[str, str] = field(default_factory=dict)
    accreditations: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    turnover: str = ""
    #: "yes", "no" or "".
    registered: str = ""
    bid_before: str = ""
    #: A key of `LATE_PAYERS`, or "".
    paid_late: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileForm(Mendable):
    """The boxes, with a sentence beside each field to mend."""

    typed: TypedProfile


def typed_profile(fields: Fields) -> TypedProfile:
    """The boxes of a posted form."""
    return TypedProfile(
        name=" ".join(fields.get("name", "").split()),
        size=fields.get("size", ""),
        sectors=tuple(fields.getall("sector", ())),
        areas=tuple(fields.getall("area", ())),
        insurance={kind: fields.get(kind, "").strip() for kind, _ in INSURANCES},
        accreditations=tuple(fields.getall("accreditation", ())),
        policies=tuple(fields.getall("policy", ())),
        turnover=fields.get("turnover", "").strip(),
        registered=fields.get("registered", ""),
        bid_before=fields.get("bid_before", ""),
        paid_late=fields.get("paid_late", ""),
    )


def profile_typed(profile: Profile, *, size: str) -> TypedProfile:
    """A kept profile, back in the boxes."""
    return TypedProfile(
        name=profile.name,
        size=size,
        sectors=profile.sectors,
        areas=profile.areas,
        insurance={each.kind: f"{each.amount:f}" for each in profile.insurance},
        accreditations=profile.accreditations,
        policies=profile.policies,
        turnover="" if profile.turnover is None else f"{profile.turnover:f}",
        registered=_WORDS[profile.registered],
        bid_before=_WORDS[profile.bid_before],
        paid_late=profile.paid_late,
    )


def check_profile(typed: TypedProfile) -> tuple[Profile, str] | dict[str, str]:
    """The profile and the size of the firm, or the sentence for each field to mend."""
    problems: dict[str, str] = {}
    if len(typed.name) > _NAME_CAP:
        problems["name"] = f"Use at most {_NAME_CAP} letters"
    if typed.size not in {key for key, _ in FIRM_SIZES}:
        problems["size"] = "Choose how many people work in your firm"
    covers = {kind: pounds(typed.insurance.get(kind, ""), kind, problems) for kind, _ in INSURANCES}
    turnover = pounds(typed.turnover, "turnover", problems)
    if problems:
        return problems
    profile = Profile(
        name=typed.name,
        sectors=_known(typed.sectors, {each.key for each in all_sectors()}),
        areas=_known(typed.areas, {"london", *gazetteer().authorities}),
        insurance=tuple(Cover(kind=kind, amount=sum_) for kind, sum_ in covers.items() if sum_),
        accreditations=_known(typed.accreditations, set(ACCREDITATIONS)),
        policies=_known(typed.policies, {key for key, _ in POLICIES}),
        turnover=turnover,
        registered=_ANSWERS.get(typed.registered),
        bid_before=_ANSWERS.get(typed.bid_before),
        paid_late=next((key for key, _ in LATE_PAYERS if key == typed.paid_late), ""),
    )
    return profile, typed.size


def _known(chosen: tuple[str, ...], allowed: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in chosen if value in allowed))
