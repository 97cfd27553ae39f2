"""The fixed words of programmes as people read them, in forms and on pages."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.helpline import SUBJECTS
from service.domain.programme import Capacity, Help, Stage, Topic

SIZE_WORDS: Mapping[str, str] = {"micro": "under 10 people", "small": "10 to 49", "medium": "50 to 249"}
AREA_WORDS: Mapping[str, str] = {"london": "London", "england": "England", "uk": "the whole country"}
#: What a programme helps with, in the words of somebody who looks for help.
HELP_WORDS: Mapping[Help, str] = SUBJECTS
OWNERS: Mapping[str, str] = {
    "social_enterprise": "social enterprises",
    "co_operative": "co-operatives",
    "women_led": "firms led by women",
    "minority_led": "firms led by people of ethnic minorities",
}
STAGE_WORDS: Mapping[Stage, str] = {
    "not_yet_trading": "not yet trading",
    "start_up": "in its first two years",
    "established": "established",
}
CAPACITY_WORDS: Mapping[Capacity, str] = {
    "open": "Open: firms can begin",
    "full": "Full: nobody can begin just now",
    "paused": "Paused",
}
COST_WORDS: Mapping[str, str] = {"free": "Free", "paid": "Costs something", "unknown": "Not stated"}
#: What exactly a programme is about; certificates go by their own names.
TOPIC_WORDS: Mapping[Topic, str] = {
    "cover": "Insurance cover",
    "staff": "Employing staff",
    "data_protection": "Data protection",
    "health_and_safety": "Health and safety",
    "cyber_security": "Cyber security",
    "late_public": "Being paid late by public customers",
    "late_private": "Being paid late by firms",
    "unfair_process": "Unfair procurement",
    "platform": "Registering on the central platform",
    "search": "Searching for notices",
    "london_tenders_portal": "The London Tenders Portal",
    "agency_framework": "Frameworks of the Government Commercial Agency",
    "framework": "Frameworks",
    "first_bid": "A first bid",
    "central_government": "Central government",
    "own_guide": "A buyer's own guide",
    "social_value": "Social value",
    "mayor": "The Mayor's schemes",
    "joint_bids": "Joint bids",
    "abroad": "Selling abroad",
}


def topic_words(topic: Topic) -> str:
    """A topic in words."""
    return TOPIC_WORDS.get(topic, topic)
