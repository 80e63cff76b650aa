"""Is this a state, or an office of one that is named by its task alone?

"The Supreme Administrative Court", "Ministry of Defence" and "the Turkish Government" say nothing
about whoever had to do with them; "Gothenburg District Court" says where that was, and stays.

Invariant: a name with any word that is not listed here is no office.
"""

from __future__ import annotations

import re

LONGEST = 120  # characters
REACH = 32  # characters
WORD = re.compile(r"[^\W_]+")
ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th)")
STATE = re.compile(
    r"(?:[Tt]he )?(?:(?:Federal )?(?:Republic|Kingdom|Government|Principality) of (?:the )?[A-Z]\w+"
    r"|[A-Z]\w+(?:ish|an|ch|ese|ek|ot|ss) (?:Government|Republic|State))"
)
SUED = re.compile(r"(?:against the |v\. )(?:Federal )?(?:(?:Republic|Kingdom) of )?$")
RULING = re.compile(
    r" (?:[Gg]overnment|authorities|law|Criminal Code)\b"
    r"(?!['’]?s? (?:agent|employ|firm|graduate|lawyer|minister|offici|professor|school|stud|work))"
)
HEADS = frozenset(
    "court courts tribunal tribunals government governments ministry minister council commission "
    "committee parliament assembly senate prosecutor treasury authority authorities directorate "
    "department office chamber board registry municipality republic kingdom convention lords law "
    "constitutional "
    "gericht amtsgericht landgericht oberlandesgericht arbeitsgericht sozialgericht "
    "verwaltungsgericht finanzgericht bundesgericht bundesgerichtshof bundesverfassungsgericht "
    "bundesverwaltungsgericht bundesarbeitsgericht bundessozialgericht bundesfinanzhof "
    "staatsanwaltschaft ministerium bundesministerium bundesregierung regierung bundestag "
    "bundesrat landtag senat cour tribunal gouvernement ministère conseil parquet assemblée sénat "
    "préfecture tribunales juzgado audiencia ministerio gobierno congreso senado fiscalía corte "
    "tribunale ministero governo procura parlamento consiglio senato ministério governo juízo "
    "câmara procuradoria rechtbank gerechtshof raad ministerie regering kamer sąd ministerstwo "
    "rząd prokuratura sejm trybunał".split()
)
PLAIN = frozenset(
    "administrative supreme constitutional federal regional district city municipal local high "
    "higher highest lower appeal appeals cassation justice foreign affairs commonwealth defence "
    "defense interior internal external finance economy education national health labour labor "
    "agriculture food culture transport immigration asylum migration law criminal civil military "
    "social security revenue customs tax martial assize magistrates first instance principal chief "
    "public general attorney human rights european international united nations grand plenary "
    "disciplinary central state states house commons great britain northern ireland land roads "
    "employment pensions insurance welfare provincial county full panel division of the and for in "
    "at on to s "
    "der die das des für und auswärtiges innern justiz finanzen "
    "de d la le du des l et les grande instance appel cassation état assises constitutionnel "
    "administratif administrative justice intérieur nationale finances "
    "el los y supremo superior provincial nacional constitucional justicia interior hacienda "
    "di del della dell e appello cassazione suprema costituzionale giustizia interno repubblica "
    "do da dos federal justiça constitucional fazenda "
    "hoge van het en justitie state hof "
    "najwyższy apelacyjny okręgowy rejonowy administracyjny naczelny wojewódzki konstytucyjny "
    "sprawiedliwości".split()
)


def is_office(name: str) -> bool:
    """Return whether a name of an organization has no other words than those of an office."""
    if len(name) > LONGEST:
        return False
    if STATE.fullmatch(name):
        return True
    words = [word.lower() for word in WORD.findall(name)]
    return not HEADS.isdisjoint(words) and all(
        word in HEADS or word in PLAIN or ORDINAL.fullmatch(word) for word in words
    )


def is_state(text: str, start: int, end: int) -> bool:
    """Return whether a country or a people at `[start, end)` stands for the state that acts.

    "Against the Republic of Turkey", "British law", but not "born in the Republic of Moldova" and
    not "a British law student".
    """
    return bool(
        SUED.search(text, max(0, start - REACH), start) or RULING.match(text, end, end + REACH)
    )
