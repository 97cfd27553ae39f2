"""Three questions, everything said back, one yes: a firm signs up, or changes or adds one thing, in a chat.

A file for each question (work, places, size, worth), one for the page that says everything back (check), one for the
yes or no (decide), and one that gives each answer to its question (hear).
"""

from __future__ import annotations

from service.usecases.chat.sign_up.check import begin_changing
from service.usecases.chat.sign_up.decide import confirm, decline
from service.usecases.chat.sign_up.hear import hear_press, hear_text, is_open
from service.usecases.chat.sign_up.so_far import in_plain_words
from service.usecases.chat.sign_up.work import begin, begin_adding

__all__ = (
    "begin",
    "begin_adding",
    "begin_changing",
    "confirm",
    "decline",
    "hear_press",
    "hear_text",
    "in_plain_words",
    "is_open",
)
