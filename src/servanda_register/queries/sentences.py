"""What was said in English while nobody was listening, said again in the reader's language.

The engine speaks English, and so does the worker that reads documents: it cannot know who will look at what it says.
What they say is kept as it was said. :func:`in_words` knows it again by its sentence, takes out what was filled in,
and fills that into the sentence of the reader's language. Why a text is an original the engine itself says in more
languages (:func:`servanda.explanations.reason`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from babel.lists import format_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.utils.translation import ngettext

from servanda.explanations import reason
from servanda.times import when
from servanda_register.queries.languages import locale, name_of_language

SENTENCES: tuple[str, ...] = (
    # --- notes on a reading
    N_("The text does not say when it was adopted; %(day)s is the last day of the visit it tells of."),
    N_("no commitments found: this does not look like a joint statement"),
    N_(
        "There is no language pack for '%(language)s' (there are packs for %(languages)s): commitments were found by "
        "nearness in meaning to labelled sentences of other languages, with low confidence. Check each against the "
        "text."
    ),
    N_(
        "There is no language pack for '%(language)s' (there are packs for %(languages)s), and no encoder was given: "
        "only the structure was read. Read again with the encoder to find commitments by nearness in meaning."
    ),
    N_("The article could not be told from the rest of the page with certainty; check its end."),
    N_("The file is read as plain text but looks like an HTML page; name it .html to have its tags read."),
    N_("The text is not UTF-8; it was read as %(encoding)s, and offsets count in the text given with the results."),
    N_("%(count)s damaged characters could not be read and stand as �."),
    N_("The encoding %(encoding)s is a guess that spells badly; save the text as UTF-8 if letters look wrong."),
    N_("%(count)s scanned pages were read by Tesseract (%(languages_read)s); letters may be wrong."),
    N_("Tesseract is unsure of much of the text. A sharper scan or more language data may help: %(command)s"),
    N_("Page %(pages)s is damaged and was left out."),
    N_("Page %(pages)s is a picture and was not read. %(sentence)s"),
    # --- what cannot be read
    N_("%(name)s is empty (0 bytes). Give a document with text in it."),
    N_("%(name)s holds white space only. Give a document with text in it."),
    N_(
        "%(name)s is larger than %(most)s MB, the most that is read. Give the statement alone, or split the document."
    ),
    N_(
        "%(name)s has %(count)s characters; up to %(most)s are read. A joint statement has some tens of thousands: "
        "give the statement alone, or the book in parts."
    ),
    N_(
        "%(name)s is binary data, not a document that Servanda knows. It reads plain text, HTML, PDF and DOCX."
    ),
    N_(
        "%(name)s is said to be %(format)s, but its content is not: it may be damaged or only partly downloaded. Open "
        "it in its program and save it again."
    ),
    N_(
        "%(name)s is an old Word document (.doc) or a DOCX locked by a password. Save it as DOCX or PDF and give that "
        "file."
    ),
    N_("%(name)s is an old Word document. Save it as DOCX or PDF and give that file."),
    N_("%(name)s is an OpenDocument text. Save it as DOCX or PDF and give that file."),
    N_("%(name)s is an OpenDocument text or e-book. Save it as DOCX or PDF and give that file."),
    N_("%(name)s is a rich-text (RTF) document. Save it as DOCX or PDF and give that file."),
    N_("%(name)s is a rich-text document. Save it as DOCX or PDF and give that file."),
    N_("%(name)s is a Pages document. Save it as DOCX or PDF and give that file."),
    N_("%(name)s is an e-book. Save it as DOCX or PDF and give that file."),
    N_("%(name)s is a spreadsheet. Servanda reads text, HTML, PDF and DOCX."),
    N_("%(name)s is a presentation. Save it as PDF and give that file."),
    N_("%(name)s is a picture (%(format)s). Save it as PDF; scanned PDF pages are read with the ocr extra."),
    N_("%(name)s is a %(format)s archive. Unpack it first."),
    N_("%(name)s is a program, not a document."),
    N_(
        "%(name)s is a ZIP archive, not a Word document. Unpack it and give the documents inside: text, HTML, PDF or "
        "DOCX."
    ),
    N_("%(name)s is a damaged DOCX or ZIP file: it may be only partly downloaded. Save or download it again."),
    N_("%(name)s is a damaged DOCX: it may be only partly downloaded. Save or download it again."),
    N_("%(name)s is a DOCX without text. If its pages are pictures, save it as PDF."),
    N_(
        "%(name)s cannot be read as DOCX (%(why)s). Open it in a word processor, save it again as DOCX or PDF and give "
        "that file."
    ),
    N_(
        "%(name)s unpacks to %(size)s MB in %(parts)s parts; at most %(most)s MB (%(most_each)s MB a part) are read. "
        "Save the text alone as a new DOCX."
    ),
    N_("%(name)s nests its tables too deep to be read. Save it as PDF and give that file."),
    N_("The document holds more than %(most)s paragraphs. Give the statement alone."),
    N_("%(name)s is locked by a password. Open it with the password and save it without."),
    N_("%(name)s is locked by a password. Open it with the password, print it to a new PDF and give that file."),
    N_("%(name)s is a damaged PDF: it may be only partly downloaded. Download it again, or print it to a new PDF."),
    N_("%(name)s is a PDF without pages. Give another copy of it."),
    N_("%(name)s is a PDF without text. Give another copy of it, or the page as HTML."),
    N_(
        "%(name)s has %(count)s pages; at most %(most)s are read. Save the pages of the statement as a PDF of their "
        "own."
    ),
    N_("%(name)s takes more than %(seconds)s seconds to read. Save the pages you need as a PDF of their own."),
    N_("%(name)s holds more than %(most)s characters. Give the statement alone."),
    N_("%(name)s holds more than %(most)s tags, the most that is read of a page. Give the article alone."),
    N_(
        "%(name)s holds a tag of more than %(most)s characters, the most that is read. Save the page again from a "
        "browser."
    ),
    N_(
        "%(name)s nests its elements deeper than %(most)s levels, the most that is read. Save the page as PDF and give "
        "that file."
    ),
    N_(
        "%(name)s holds a single text or attribute of more than 10 MB, the most that is read. Give the article alone."
    ),
    N_("%(name)s is not an HTML page that can be read: it holds no element. Save it again from a browser."),
    N_(
        "%(name)s is a page without text: it may be filled in by a script, or ask for a sign-in. Open it in a browser, "
        "save it as PDF and give that file."
    ),
    N_(
        "%(name)s is scanned, and Tesseract, which reads pictures, is not installed. On Debian or Ubuntu: %(command)s"
    ),
    N_("%(name)s is scanned, and Tesseract has no language data. On Debian or Ubuntu: %(command)s"),
    N_("%(name)s is scanned, and Tesseract failed on it: %(why)s."),
    N_("%(name)s has %(count)s scanned pages; at most %(most)s are read. Save those you need."),
    N_("%(name)s: a scanned page took more than %(seconds)s seconds to read. Save the pages you need."),
    N_(
        "%(name)s is scanned (pictures without text); reading it (%(command)s) needs an optional part that is not "
        "installed. Install it with: %(install)s"
    ),
    # --- what cannot be fetched
    N_("This register fetches nothing from the web. Save the page on your computer and give the file."),
    N_("%(address)s is not a well-formed web address. Check it, or save the page and give the file."),
    N_("%(address)s cannot be fetched: %(scheme)s is not allowed, only http and https."),
    N_("%(address)s names no host. A web address looks like https://example.org/statement.html."),
    N_("%(address)s holds a user name or password, which is not sent. Save the page and give the file."),
    N_("%(address)s names port %(port)s; only 80 and 443 are allowed. Save the page and give the file."),
    N_("%(address)s: the host %(host)s is not known. Check the address and the network connection."),
    N_(
        "%(address)s: %(host)s is at %(number)s, an address of a private or special network, which is never fetched. "
        "Save the page and give the file."
    ),
    N_("%(address)s: the certificate of %(host)s is not valid (%(why)s). Nothing was fetched."),
    N_("%(address)s could not be fetched: %(why)s. Check the address and the network connection."),
    N_("%(address)s took longer than %(seconds)s seconds. Try again later, or save the page and give the file."),
    N_(
        "%(address)s redirects more than %(most)s times. Open it in a browser, save the page and give the file."
    ),
    N_(
        "%(address)s redirects from https to http (%(to)s), which is not followed. Give that address itself."
    ),
    N_("%(address)s answers with a redirect to nowhere (status %(number)s)."),
    N_(
        "%(address)s answers with status %(number)s: it asks for a sign-in. Open it in a browser, save the page and "
        "give the file."
    ),
    N_(
        "%(address)s answers with status %(number)s: it does not let programs in. Open it in a browser, save the page "
        "and give the file."
    ),
    N_(
        "%(address)s answers with status %(number)s: there is no such page. Open it in a browser, save the page and "
        "give the file."
    ),
    N_(
        "%(address)s answers with status %(number)s: it asks to wait. Open it in a browser, save the page and give the "
        "file."
    ),
    N_(
        "%(address)s answers with status %(number)s: the server has no page to give. Open it in a browser, save the "
        "page and give the file."
    ),
    N_("%(address)s is of type %(format)s, which is not read. Allowed are HTML, plain text, PDF and DOCX."),
    N_(
        "%(address)s is larger than %(most)s MB, the most that is fetched. Save the part you need and give the file."
    ),
    N_("%(address)s is sent compressed as %(format)s, which was not asked for. Save the page and give the file."),
    # --- what is no version of a statement
    N_(
        "%(name)s and %(other)s are not versions of one statement: %(sentence)s Give two texts of the same statement, "
        "or use `servanda compare` for different ones."
    ),
    N_("The parties are %(parties)s in one text and %(other_parties)s in the other."),
    N_("One text was adopted on %(day)s, the other on %(other)s."),
    N_("One of the texts has no paragraph that could be compared."),
    N_("With %(count)s paragraphs and no parties in common there is too little to tell by."),
    N_(
        "The content is not the same: %(linked)s of %(fewer)s paragraphs of the shorter text find an answer in order, "
        "but with one text read backwards they agree %(share)s as well."
    ),
    # --- what the register says of what it read
    N_("A new partnership was opened: %(partnership)s."),
    N_("The text names %(parties)s as its parties; the partnership that you chose is another one."),
    N_("It was put beside the other texts of “%(title)s”."),
    N_("The same text is here already, as a text of “%(title)s”. Nothing was added."),
    N_("A few words differ from it: %(pairs)s."),
    N_("The versions could not be compared on this machine: the encoder cannot be used."),
    N_("The text does not say clearly between which parties it was made. Choose the partnership and try again."),
    N_(
        "The text is of %(parties)s, and you may not open a new partnership. Choose one of yours and try again, or ask "
        "a desk officer for all partnerships."
    ),
    N_(
        "The text is a version of “%(title)s”, which %(whom)s may see; you asked for fewer. Choose below who may see "
        "the text and try again, or change first who may see the statement."
    ),
    N_(
        "Reading stopped %(times)s times without an end: the document may be too large for this machine. Give the "
        "statement alone, without what surrounds it."
    ),
    N_(
        "A fault of Servanda stopped the reading. The file is kept. Try again; if it stops again, tell those who run "
        "this register the number of this document: %(number)s."
    ),
    N_("Your group does not allow this. An administrator can change that."),
)  # fmt: skip
"""What is said so, with names for what is filled in. Some of these names say how it is told (see :func:`_told`)."""
COUNTED = (("It was compared with %(n)s other text.", "%(n)s comparisons with other texts were made."),)
"""The same with a number on which the sentence hangs: singular, plural."""


def in_words(text: str, **better: Any) -> str:
    """A sentence in the present language; as it is where it is none of these.

    ``better`` is what is filled in instead of what was, such as the name of a record in the present language.
    """
    why, _language = reason(text, locale().language)
    if why != text:
        return why
    for pattern, one, many in _patterns():
        if found := pattern.fullmatch(text):
            values = {name: better.get(name) or _told(name, value) for name, value in found.groupdict().items()}
            return (ngettext(one, many, int(values["n"])) if many else _(one)) % values
    return text


def by_when(deadline: str) -> str:
    """The deadline of a commitment, which is kept in English words, in the present language."""
    return when(deadline, locale().language)


def names_of_mechanism(english: str) -> dict[str, str]:
    """Language -> name of a mechanism to which a reading gave an English one, in the languages that have words for it.

    The parties are left out of it but in English, for a mechanism stands among those of its partnership.
    """
    from servanda.planning.mechanisms import mechanism_name  # brings the packs in, which most requests need not
    from servanda.planning.words import Words, languages

    told = {code: mechanism_name(english, Words(code)) for code in languages()}
    return {code: name for code, name in told.items() if code == "en" or name != english}


def _told(name: str, value: str) -> str:
    """What was filled in, as readers say it: codes of languages and parties by their names, sentences as sentences."""
    if name == "sentence":
        return in_words(value)
    if name == "whom":
        return _(value)
    if name == "language":
        return name_of_language(value)
    codes = re.findall(r"[\w-]+", value.replace(" and ", ", "))
    if name == "languages":
        return str(format_list([name_of_language(code) for code in codes], locale=locale()))
    if name in {"parties", "other_parties"} and all(code.isupper() for code in codes):
        return str(format_list([locale().territories.get(code, code) for code in codes], locale=locale()))
    return value


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    rows = [*((one, "") for one in SENTENCES), *COUNTED]
    return tuple((_pattern(form), one, many) for one, many in rows for form in (one, many) if form)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"%\((\w+)\)s", sentence)
    return re.compile("".join(f"(?P<{p}>.+?)" if n % 2 else re.escape(p) for n, p in enumerate(parts)), re.DOTALL)
