"""`/rules`: the sums and rules the compliance guide goes by today, read from the same data."""

from __future__ import annotations

from aiohttp import web

from service.domain.rules import Rule, all_rules
from service.domain.thresholds import Threshold, in_force
from service.domain.wording import LONDON, sum_words
from service.web.cards import safe_href
from service.web.guide_view import read_words
from service.web.house import now_in
from service.web.rendering import page

_VAT = {"included": "with VAT", "excluded": "without VAT", "not stated": "VAT not stated"}


async def rules(request: web.Request) -> web.Response:
    """`/rules`: what is in force on the day, each with its source."""
    today = now_in(request).astimezone(LONDON).date()
    return await page(
        request,
        "pages/rules.html",
        today=read_words(today),
        sums=[_sum(each) for each in in_force(today)],
        rules=[_rule(each) for each in all_rules() if each.counts_on(today)],
    )


def _sum(each: Threshold) -> dict[str, str]:
    return {
        "amount": sum_words(each.amount, "GBP"),
        "vat": _VAT.get(each.vat, each.vat),
        "label": each.label,
        "since": read_words(each.begins),
        "source": each.source,
    }


def _rule(each: Rule) -> dict[str, str]:
    source = each.source.replace("; sums: {threshold_source}", "")
    return {
        "title": each.title,
        "since": read_words(each.begins),
        "source": source,
        "address": safe_href(each.address),
        "read": read_words(each.read),
        "can": "" if each.may_be_overruled else "Has to be corrected.",
    }


ROUTES = (web.get("/rules", rules),)
