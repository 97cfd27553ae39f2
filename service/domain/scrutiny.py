"""An interest looked at before it is kept: said back in words; refused where it means everything or nothing."""

from __future__ import annotations

from service.domain import cpv, words
from service.domain.differences import money_words
from service.domain.gazetteer import gazetteer
from service.domain.interest import Interest
from service.domain.left_out import left_out_words
from service.domain.sectors import all_sectors
from service.domain.wording import count_words, list_words

#: Alerts a day above which an interest is called broad.
MANY_A_DAY = 10
_MOST_ALTERNATIVES = 64
_SIZES = {"micro": "under 10 people", "small": "10 to 49 people", "medium": "50 to 249 people"}


def interest_words(interest: Interest) -> str:
    """What an interest asks for, in one sentence: Cleaning or "window cleaning", in Hackney, up to £50,000."""
    what = [*(_labels().get(key, key) for key in interest.sectors), *(f"code {code}" for code in interest.cpv)]
    if interest.words:
        what.append(f"the words {interest.words}")
    where = [area_words(code) for code in interest.areas]
    parts = [" or ".join(what) or "Any work"]
    if where:
        parts.append(f"in {list_words(where, most=4)}")
    parts.extend(_worth(interest))
    if interest.buyers:
        parts.append(f"bought by {' or '.join(interest.buyers)}")
    if interest.suits:
        parts.append(f"that may suit {_SIZES.get(interest.suits, interest.suits)}")
    if interest.below_threshold:
        parts.append("below the threshold")
    if interest.days_left:
        parts.append(f"with {count_words(interest.days_left, 'day', 'days')} or more to answer")
    if interest.early:
        parts.append("also what is only planned")
    if interest.eu:
        parts.append("also from the European Union")
    if interest.radar:
        parts.append("and once a week what ends within half a year")
    parts.extend(f"but not {each}" for each in left_out_words(interest))
    return ", ".join(parts)


def area_words(code: str) -> str:
    """What people call an area."""
    return "all of London" if code == "london" else gazetteer().area_name(code) or code


def faults_in(interest: Interest) -> dict[str, str]:
    """Why an interest would tell of everything or could tell of nothing, by field; empty where it is sound.

    Raises:
        BadInterest: Its words are not in the words language.
    """
    expression = words.parse(interest.words)
    found: dict[str, str] = {}
    if not (interest.sectors or interest.cpv or interest.buyers or expression.wanted is not None):
        why = "This only leaves words out, so it" if expression.vetoes else "This"
        found["sector"] = f"{why} would match everything: choose a trade, a code, words or a buyer"
    unknown = next((code for code in interest.cpv if not cpv.begins_a_code(code)), None)
    if unknown is not None:
        found["cpv"] = f"No CPV code begins with {unknown}, so it could match nothing: check the digits"
    if not (interest.sectors or interest.cpv or interest.buyers) and _contradicts(expression):
        found["words"] = "This could match nothing: everything it asks for is also left out by a NOT"
    low, high = interest.value_min, interest.value_max
    if low is not None and high is not None and low > high:
        found["value_max"] = "This could match nothing: enter a sum that is not below the one in the first box"
    return found


def _contradicts(expression: words.Expression) -> bool:
    """Whether every way of meeting what is wanted meets a veto as well."""
    if expression.wanted is None or not expression.vetoes:
        return False
    ways = _ways(expression.wanted)
    return bool(ways) and all(expression.closed_by("|".join(way)) for way in ways)


def _ways(node: words.Node) -> list[tuple[str, ...]]:
    """The sets of phrases that meet a wish; () where there are too many to look at."""
    match node:
        case words.Phrase():
            return [(node.sought,)]
        case words.AnyOf():
            ways = [way for part in node.parts for way in _ways(part)]
        case words.Every():
            ways = [()]
            for part in node.parts:
                ways = [(*way, *more) for way in ways for more in _ways(part)][: _MOST_ALTERNATIVES + 1]
        case _:
            return [()]
    return ways if len(ways) <= _MOST_ALTERNATIVES else []


def _worth(interest: Interest) -> list[str]:
    low, high = interest.value_min, interest.value_max
    if low is not None and high is not None:
        return [f"worth {money_words(low, 'GBP')} to {money_words(high, 'GBP')}"]
    if low is not None:
        return [f"worth {money_words(low, 'GBP')} or more"]
    return [f"worth up to {money_words(high, 'GBP')}"] if high is not None else []


def _labels() -> dict[str, str]:
    return {sector.key: sector.label for sector in all_sectors()}
