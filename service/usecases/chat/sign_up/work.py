"""What work a firm does: in its own words, or chosen from a list of trades. The first question, so it begins here."""

from __future__ import annotations

from dataclasses import replace

from service.domain.asked_in_words import asked_in_words
from service.domain.chat import Answer
from service.domain.interest import Interest
from service.domain.places_named import nearest_borough
from service.domain.sectors import all_sectors
from service.domain.words import tokens
from service.usecases.chat.sign_up.places import MOST_STRANGE, PLACES, after_places, named
from service.usecases.chat.sign_up.so_far import ADD, NEW, interest_so_far, is_change, is_new, with_interest
from service.usecases.chat.turn import Reply, Turn, press, rows, say
from service.usecases.subscribe import Firm

WORK = (
    "Write it in your own words, like:",
    "window cleaning, gutters",
)
#: Longer is a letter, not an answer.
_LONGEST_WORDS = 500


def begin(turn: Turn) -> Reply:
    """Somebody new: say who we are, and ask the first question."""
    state = turn.at("work", {"mode": NEW})
    hello = say(
        "Hello, this is Bowbell. I tell small London firms of public work they can win. It is free.",
        "",
        "I ask three questions, and show you everything before it starts.",
        "",
        "1 of 3. What work do you do?",
        *WORK,
        buttons=rows(press("Choose from a list", "trades")),
    )
    return Reply(answers=[hello], state=state)


async def begin_adding(turn: Turn, firm: Firm) -> Reply:
    """A firm asks for one thing more."""
    del firm
    ask = say("What other work do you want to hear of?", *WORK, buttons=rows(press("Choose from a list", "trades")))
    return Reply(answers=[ask], state=turn.at("work", {"mode": ADD}))


def work(turn: Turn, text: str) -> Reply:
    """The work in a person's own words; what else the sentence says of places, worth and people is taken too."""
    if len(text) > _LONGEST_WORDS:
        return Reply(answers=[say(f"That is long for me. Please say it in fewer than {_LONGEST_WORDS} letters.")])
    asked = asked_in_words(text)
    slips = [(each, near) for each in asked.not_understood if (near := nearest_borough(each))]
    strange = [each for each in asked.not_understood if not nearest_borough(each)][:MOST_STRANGE]
    words = _with_phrases(asked.interest.words, strange)
    if not (asked.interest.sectors or asked.interest.cpv or asked.interest.buyers or _wanted(words)):
        again = ("I found no work in that.", *WORK)
        return Reply(answers=[say(*again, buttons=rows(press("Choose from a list", "trades")))])
    kept = interest_so_far(turn)
    interest = replace(kept, sectors=asked.interest.sectors, cpv=asked.interest.cpv, words=words)
    if not is_change(turn):
        areas = named(asked.interest.areas, text) if not slips else ()
        interest = replace(interest, areas=areas or kept.areas, buyers=asked.interest.buyers)
        interest = replace(interest, value_min=asked.interest.value_min, value_max=asked.interest.value_max)
    if asked.size and is_new(turn):
        turn = replace(turn, state=turn.at("work", {**turn.state.answers, "size": asked.size}))
    reply = after_work(turn, interest)
    notes = [f"I do not know “{each}”: did you mean {near}?" for each, near in slips]
    notes += [f"“{each}” is no trade I know, so I look for these very words." for each in strange]
    return replace(reply, answers=[say(*notes), *reply.answers]) if notes else reply


def toggled(turn: Turn) -> Reply:
    """A trade was pressed: chosen, or chosen no more."""
    interest, key = interest_so_far(turn), turn.rest
    if key not in {each.key for each in all_sectors()}:
        return Reply(answers=[_trade_list(interest, under=turn.said.under)])
    chosen = [each for each in interest.sectors if each != key]
    if key not in interest.sectors:
        chosen.append(key)
    interest = replace(interest, sectors=tuple(chosen))
    return Reply(answers=[_trade_list(interest, under=turn.said.under)], state=with_interest(turn, "work", interest))


def after_work(turn: Turn, interest: Interest) -> Reply:
    """On to the places, or further where they were said with the work."""
    if not (interest.sectors or interest.words or interest.cpv or interest.buyers):
        return Reply(answers=[say("Choose at least one trade, or write what work you do.")])
    if interest.areas or is_change(turn):
        return after_places(turn, interest)
    ask = say(
        "2 of 3. Where do you work?" if is_new(turn) else "Where?",
        *PLACES,
        buttons=rows(press("All of London", "london")),
    )
    return Reply(answers=[ask], state=with_interest(turn, "places", interest))


def list_trades(turn: Turn) -> Reply:
    """The button for the list."""
    return Reply(answers=[_trade_list(interest_so_far(turn), under=0)], state=turn.at("work"))


def _trade_list(interest: Interest, *, under: int) -> Answer:
    """All trades, those that are chosen with a tick."""
    trades = [
        press(f"\N{CHECK MARK} {each.label}" if each.key in interest.sectors else each.label, f"trade:{each.key}")
        for each in all_sectors()
    ]
    return say(
        "Press your trades, then Done. A tick shows what is chosen.",
        buttons=(*rows(*trades), (press("Done", "chosen"),)),
        instead_of=under,
    )


def _with_phrases(words: str, phrases: list[str]) -> str:
    """Words in the words language with more phrases of which any will do."""
    more = [f'"{each}"' for each in phrases if tokens(each)]
    if not more:
        return words
    wanted = [*([_wanted(words)] if _wanted(words) else []), *more]
    head = f"({' OR '.join(wanted)})" if len(wanted) > 1 else wanted[0]
    return f"{head} {words.removeprefix(_wanted(words)).strip()}".strip()


def _wanted(words: str) -> str:
    """The part of the words before what is left out."""
    return words.partition("NOT ")[0].strip()
