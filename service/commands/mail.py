"""`bowbell mail render`: every letter there is, as files to be looked at.

Nothing here names a letter. What writes letters is found in `notifiers` by its name and what it returns, and words
about accounts are found in the use cases by what they return; a letter without a sample is told of, never passed over.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import Any, get_type_hints

from service.domain.help_request import HelpRequest, HelpState, Passed
from service.domain.helpline import Audience, Sought
from service.domain.message import AccountLetter, Message, Written
from service.domain.posting import Draft, Posting, PostingState
from service.domain.posting_talk import Question, QuestionState
from service.errors import AskedWrongly
from service.registry import account_writer, as_mail, letter_writers, mail_samples

#: What stands for an argument of a function that words a letter, by its name, else by its type.
_BY_NAME = {
    "url": "https://bowbell.example/sample/link",
    "manage": "https://bowbell.example/manage/sample-token",
    "address": "new-address@sample.example",
    "inviter": "colleague@sample.example",
    "understood": "Sample: cleaning, in Hackney and Newham, worth up to £50,000",
    "state": "paused",
    "what": "pause your alerts",
}
#: What letters of a module are called by, where they are no replies.
_PREFIXES = {"helping_letters": "help"}
_SENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_BY_TYPE: Mapping[object, object] = {
    Posting: Posting(
        identity="sample",
        organisation=3,
        buyer="Sample Council",
        state=PostingState.PUBLISHED,
        draft=Draft(title="Window cleaning at two sample schools"),
        made_by=3,
        note="Sample: say how high the windows are",
        changed=_SENT,
    ),
    Question: Question(
        identity=3,
        posting="sample",
        firm=3,
        text="Sample: how many windows are there?",
        answer="Sample: sixty, on three floors.",
        state=QuestionState.ANSWERED,
        asked=_SENT,
    ),
    HelpRequest: HelpRequest(
        number=3,
        sought=Sought(audience=Audience.FIRMS, subject="bid"),
        firm=3,
        asker=3,
        person=3,
        passed=(Passed(name="What is hard", text="Sample: the method statement"),),
        consent="Sample: pass on what is shown.",
        consented=_SENT,
        state=HelpState.WAITING,
        organisation=4,
        since=_SENT,
        secret="",
    ),
    str: "Sample words",
    int: 3,
    bool: True,
    tuple[str, ...]: ("A sample line: cleaning, in Hackney and Newham, worth up to £50,000", "Another sample line"),
}
_PUBLIC = "https://bowbell.example"
_STOP = "https://bowbell.example/unsubscribe/sample-token"
_DOMAIN = "bowbell.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter, ready to be sent."""

    name: str
    message: Message
    mail: EmailMessage


def letters() -> list[Letter]:
    """Every letter there is, by name.

    Raises:
        AskedWrongly: A letter has no sample; the sentence names it.
    """
    samples = mail_samples()
    missing = sorted(set(letter_writers()) - set(samples))
    if missing:
        raise AskedWrongly(f"There is no sample for {', '.join(missing)}: add one in notifiers/mail_samples.py.")
    found = [_letter(name, sample.kind, sample.written) for make in samples.values() for name, sample in make().items()]
    write = account_writer()
    found += [_letter(name, "account", write(worded, public_url=_PUBLIC)) for name, worded in sorted(account_letters())]
    return sorted(found, key=lambda each: each.name)


def account_letters() -> Iterator[tuple[str, AccountLetter]]:
    """What the use cases word about accounts, with sample arguments: each by its module and function."""
    package = importlib.import_module("service.usecases")
    for info in pkgutil.walk_packages(package.__path__, prefix=f"{package.__name__}."):
        module = importlib.import_module(info.name)
        where = info.name.removeprefix(f"{package.__name__}.").replace(".", "_")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and _words_a_letter(function):
                called = f"{where}{name}" if name.startswith("_") else f"{_PREFIXES.get(where, 'reply')}_{name}"
                yield called.removesuffix("_letter"), function(**_arguments(function))


def _words_a_letter(function: Any) -> bool:
    """Whether it returns a letter, and does not only lend a hand to functions that do by taking any number of lines."""
    takes = inspect.signature(function).parameters.values()
    return get_type_hints(function).get("return") is AccountLetter and not any(
        each.kind is each.VAR_POSITIONAL for each in takes
    )


def render(out: Path) -> list[str]:
    """Write every letter into a folder: HTML, text and the whole mail, with a page that shows them; a line for each.

    Raises:
        AskedWrongly: A letter has no sample.
        OSError: The folder cannot be written.
    """
    made = letters()
    out.mkdir(parents=True, exist_ok=True)
    for letter in made:
        (out / f"{letter.name}.html").write_text(letter.message.html, encoding="utf-8")
        (out / f"{letter.name}.txt").write_text(f"{letter.message.subject}\n\n{letter.message.text}", encoding="utf-8")
        (out / f"{letter.name}.eml").write_bytes(letter.mail.as_bytes())
    (out / "index.html").write_text(_index(made), encoding="utf-8")
    return [f"{letter.name}: {len(letter.mail.as_bytes()):,} bytes, {letter.message.subject}" for letter in made]


def _letter(name: str, kind: str, written: Written) -> Letter:
    message = Message(
        message_id=f"<sample.{name}@{_DOMAIN}>",
        channel="email",
        to="firm@sample.example",
        subject=written.subject,
        text=written.text,
        html=written.html,
        kind=kind,
        created=_SENT,
        unsubscribe_url="" if kind == "account" else _STOP,
    )
    mail = as_mail(message, sender=f"Bowbell <alerts@{_DOMAIN}>", list_id=f"alerts.{_DOMAIN}")
    return Letter(name=name, message=message, mail=mail)


def _arguments(function: Any) -> dict[str, object]:
    """Sample arguments of a function. Raises AskedWrongly for one of a type nobody thought of."""
    found: dict[str, object] = {}
    for name, kind in get_type_hints(function).items():
        if name == "return":
            continue
        if name not in _BY_NAME and kind not in _BY_TYPE:
            raise AskedWrongly(f"There is no sample for {name} of {function.__module__}.{function.__name__}.")
        found[name] = _BY_NAME.get(name, _BY_TYPE.get(kind))
    return found


def _index(made: list[Letter]) -> str:
    """A page with every letter at desk and at phone width."""
    rows = "".join(
        f'<h2 id="{letter.name}">{escape(letter.message.subject)}</h2><p><a href="{letter.name}.html">HTML</a> '
        f'<a href="{letter.name}.txt">text</a> <a href="{letter.name}.eml">mail</a></p>'
        f'<iframe title="{letter.name} at 640 px" src="{letter.name}.html" width="640" height="760"></iframe> '
        f'<iframe title="{letter.name} at 360 px" src="{letter.name}.html" width="360" height="760"></iframe>'
        for letter in made
    )
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Every letter, with sample data</title>'
        f"</head><body><h1>Every letter, with sample data</h1>{rows}</body></html>"
    )
