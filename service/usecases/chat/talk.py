"""A talk: what a person says or presses leads to what we do and say back. It knows who may do what.

A chat acts for the firm that it is a destination of, and for no other: the number in a button is looked up and compared
with that firm each time. Groups are told that we talk to one person at a time, since everybody in a group could act.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from service.domain.chat import Answer, Incoming
from service.domain.not_for_me import REASONS
from service.ports import Clock
from service.usecases.chat import account, alerts, sign_up, timing
from service.usecases.chat.book import ChatState, TalkBook, Within
from service.usecases.chat.turn import TELEGRAM, Reply, Turn, press, rows, say
from service.usecases.firm_account import FirmAccount
from service.usecases.rights import Rights
from service.usecases.subscribe import Firm

#: Things said in one chat within BURST that are answered.
MOST_IN_A_BURST = 60
BURST = timedelta(minutes=1)
#: Longer is no verb of ours.
_LONGEST_VERB = 20

_HELP = (
    "What you can write:",
    "/list  what is on, and change it",
    "/add  hear of something more",
    "/saved  your list",
    "/pause and /resume",
    "/when  at once, daily or weekly",
    "/receipt  what we checked for you, and why nothing fitted",
    "/where  here, by e-mail, or both",
    "/why  why you got the last one",
    "/export  a copy of what we keep",
    "/stop  end it at once",
    "/erase  delete everything",
)
#: Plain words that mean a command, where no question is open. The first also where one is.
_ALWAYS = {"stop": "stop", "unsubscribe": "stop", "help": "help", "cancel": "cancel"}
_PLAIN = {"list": "list", "pause": "pause", "resume": "resume", "start": "start", "why": "why"} | _ALWAYS

ForFirm = Callable[[Turn, Firm], Awaitable[Reply]]
_COMMANDS: Mapping[str, ForFirm] = {
    "list": account.show,
    "change": account.show,
    "pause": account.pause,
    "resume": account.resume,
    "add": sign_up.begin_adding,
    "where": account.where,
    "when": timing.when,
    "receipt": timing.receipt,
    "export": account.export,
    "stop": account.stop,
    "erase": account.ask_erase,
    "why": alerts.why,
    "not": alerts.ask_reason,
    "save": alerts.save,
    "remind": alerts.save,
    "saved": alerts.saved,
}
_ANYBODY_PRESSES: Mapping[str, Callable[[Turn], Awaitable[Reply]]] = {
    "yes": sign_up.confirm,
    "no": sign_up.decline,
    "keep_out": sign_up.decline,
    "join": account.join,
}
_PRESSED: Mapping[str, ForFirm] = {
    "list": account.show,
    "edit": account.edit,
    "remove": account.remove,
    "pause": account.pause,
    "resume": account.resume,
    "where": account.where,
    "when": timing.when,
    "receipt": timing.receipt,
    "add": sign_up.begin_adding,
    "stop": account.ask_stop,
    "erase": account.erase,
    "keep": account.keep,
    "why": alerts.why,
    "not": alerts.ask_reason,
    "save": alerts.save,
    "remind": alerts.save,
    "off": alerts.take_off,
    **{f"not_{reason}": alerts.not_for_me for reason in REASONS},
    "undo": alerts.undo,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Deals with one thing said at a time, within the transaction that it is given."""

    clock: Clock
    public_url: str

    async def hear(self, book: TalkBook, said: Incoming) -> Sequence[Answer]:
        """Deal with one thing said; what is said back."""
        if not said.chat:
            return ()
        if not said.is_private:
            return self._in_a_group(said)
        now = self.clock.now()
        state = self._counted(await book.chat(said.chat))
        if state.burst > MOST_IN_A_BURST and not _means_stop(said):
            await book.keep_chat(state, at=now)
            slow = say("That was a lot at once. Please wait a minute, then go on: your answers are kept.")
            return [slow] if state.burst == MOST_IN_A_BURST + 1 else ()
        reply = await self._reply(await self._turn(book, said, state))
        if reply.is_over:
            await book.forget_chat(said.chat)
        else:
            await book.keep_chat(reply.state or state, at=now)
        return reply.answers

    async def _turn(self, book: TalkBook, said: Incoming, state: ChatState) -> Turn:
        verb, rest = _verb_of(said, is_asked=bool(state.step))
        firm, within = await book.firm_at(channel=TELEGRAM, address=said.chat), Within(book)
        return Turn(
            book=book,
            said=said,
            state=state,
            clock=self.clock,
            public_url=self.public_url,
            account=FirmAccount(ledger=within, clock=self.clock),
            rights=Rights(ledger=within, clock=self.clock),
            firm=firm if firm is not None and firm.state in {"active", "paused"} else None,
            verb=verb,
            rest=rest,
        )

    async def _reply(self, turn: Turn) -> Reply:
        if turn.firm is not None and await turn.book.is_closed(turn.firm.target):
            # Somebody who had blocked us and writes again is back.
            await turn.book.open_destination(turn.firm.identity, channel=TELEGRAM, address=turn.chat)
        if turn.said.pressed:
            return await self._pressed(turn)
        if turn.verb:
            return await self._command(turn)
        if sign_up.is_open(turn.state.step):
            if not turn.said.text:
                return Reply(answers=[say("I can only read words. Please write, or press a button.")])
            return sign_up.hear_text(turn)
        return Reply(answers=[self._lost(turn)])

    async def _command(self, turn: Turn) -> Reply:
        for_anybody = {"help": self._help, "start": self._start, "cancel": sign_up.decline}
        if handle := for_anybody.get(turn.verb):
            return await handle(turn)
        for_firms = _COMMANDS.get(turn.verb)
        if for_firms is None:
            return Reply(answers=[self._lost(turn)])
        if turn.firm is None:
            return self._nobody(turn)
        return await for_firms(replace(turn, state=turn.done()), turn.firm)

    async def _help(self, turn: Turn) -> Reply:
        return Reply(answers=[say(*_HELP) if turn.firm else self._lost(turn)])

    async def _start(self, turn: Turn) -> Reply:
        if turn.rest:
            return await account.ask_join(turn)
        if turn.firm is not None:
            return await account.show(replace(turn, state=turn.done()), turn.firm)
        return sign_up.begin(turn)

    async def _pressed(self, turn: Turn) -> Reply:
        if asked := sign_up.hear_press(turn):
            return asked
        if for_anybody := _ANYBODY_PRESSES.get(turn.verb):
            return await for_anybody(turn)
        if turn.firm is None:
            return self._nobody(turn)
        handle = _PRESSED.get(turn.verb)
        return await handle(turn, turn.firm) if handle else Reply(answers=[self._lost(turn)])

    def _nobody(self, turn: Turn) -> Reply:
        if turn.verb in {"stop", "erase"}:
            return Reply(answers=[say("Nothing is on here, and we keep nothing of this chat.")], is_over=True)
        return Reply(answers=[self._lost(turn)])

    def _lost(self, turn: Turn) -> Answer:
        if turn.firm is None:
            return say(
                "This is Bowbell: alerts of public work for small London firms. /start begins, in three questions.",
                f"More: {self.public_url}",
            )
        words = "I did not understand that. These work:"
        return say(
            words,
            buttons=(
                *rows(press("What is on", "list")),
                (press("Pause", "pause"), press("Stop", "stop")),
            ),
        )

    def _in_a_group(self, said: Incoming) -> Sequence[Answer]:
        if not said.text.startswith("/"):
            return ()
        return [say("I talk to one person at a time: anybody in a group could change your alerts. Write to me alone.")]

    def _counted(self, state: ChatState) -> ChatState:
        now = self.clock.now()
        if state.burst_since is None or now - state.burst_since >= BURST:
            return replace(state, burst_since=now, burst=1)
        return replace(state, burst=state.burst + 1)


def _verb_of(said: Incoming, *, is_asked: bool) -> tuple[str, str]:
    """The verb and what came with it: "/why 12", "/why_12", "/list@SomeBot", "save:12", or a plain word."""
    if said.pressed:
        verb, _, rest = said.pressed.partition(":")
        return verb[:_LONGEST_VERB], rest
    text = said.text.strip()
    if text.startswith("/"):
        word, _, rest = text[1:].partition(" ")
        verb = word.partition("@")[0].lower()
        if not rest and "_" in verb:
            verb, _, rest = verb.partition("_")
        return verb[:_LONGEST_VERB] or "?", rest.strip()
    plain = text.lower().strip(" .!")
    return (_ALWAYS if is_asked else _PLAIN).get(plain, ""), ""


def _means_stop(said: Incoming) -> bool:
    return _verb_of(said, is_asked=True)[0] in {"stop", "erase"}
