"""Tells a text that is not in English, by its little words: such a text is named for what it is, not guessed at."""

from __future__ import annotations

_READ = 1_500
#: So many little words of the other language are needed, and so many times as many as English ones.
_LEAST = 3
_TIMES = 2
#: Words that are frequent in one language and no word of another in this list, or of English.
_LITTLE_WORDS = {
    "Welsh": "yn y mae ar gyfer a'r i'r gwasanaethau gan bydd neu cyngor wedi yng hyn fydd gyda ac o'r sydd",
    "French": "de la les des du et pour une dans aux sur est par marché travaux prestations avec ou le",
    "German": "der die das und für von mit den im auf eine einer zur zum des wird werden lieferung",
    "Spanish": "de la el los las del para y en con por una servicio servicios suministro contratación",
    "Italian": "di del della per il la e dei delle servizio fornitura con gli nel lavori",
    "Portuguese": "de da do para e dos das em com uma serviços fornecimento aquisição os",
    "Dutch": "de het een van en voor met op te diensten levering zijn aan bij",
    "Polish": "na dla oraz w z do usługi dostawa przez zamówienia jest i się robót",
    "Romanian": "de și pentru la cu din servicii lucrări achiziția prin ale în",
}
_SETS = {language: frozenset(words.split()) for language, words in _LITTLE_WORDS.items()}
_ALL = frozenset[str]().union(*_SETS.values())
_ENGLISH = frozenset(
    "the of and to for in is with on be will by are as from this or an at that works services supply provision contract".split()  # noqa: E501, SIM905 - a list a person can read
)
#: A letter none of the languages above writes: most of the text in another script.
_SHARE_OF_ANOTHER_SCRIPT = 0.5
_LATIN_ENDS = 0x250


def other_language(text: str) -> str | None:
    """The name of the language a text seems to be in, or None for English or where too little is said to tell.

    Text of both, as bilingual Welsh notices have it, counts as English.
    """
    read = text[:_READ]
    if not read.isascii():
        letters = [letter for letter in read if letter.isalpha()]
        foreign = sum(ord(letter) >= _LATIN_ENDS for letter in letters)
        if len(letters) > _LEAST and foreign > _SHARE_OF_ANOTHER_SCRIPT * len(letters):
            return "another script"
    words = _spelt(read)
    needed = max(_LEAST, _TIMES * sum(map(_ENGLISH.__contains__, words)) + 1)
    if needed > len(words):
        return None
    telling = [word for word in words if word in _ALL]
    if len(telling) < needed:
        return None
    found = {language: sum(word in own for word in telling) for language, own in _SETS.items()}
    best = max(found, key=found.__getitem__)
    return best if found[best] >= needed else None


def _spelt(text: str) -> list[str]:
    return [word.strip(".,;:()[]\"'!?") for word in text.lower().replace("\u2019", "'").split()]
