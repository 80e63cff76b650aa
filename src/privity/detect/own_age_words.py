"""How people say in eight languages that they are under 18, and what only looks like it.

Each claim is an RE2 pattern of the person's own words about themselves, in lower case, with `{n}`
where the number stands. School years count as the youngest age at which a child is in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Claim(NamedTuple):
    """A way to say an age. The person is at least number + `shift` years old.

    Where the pattern has no `{n}`, `shift` is the age. `quiet`: a pause must follow, because
    anything else would make it another thing that is counted.
    """

    pattern: str
    shift: int = 0
    quiet: bool = True


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language. `numbers` are the words for 5, 6, 7 and so on; several for one by `|`.

    `frames` before a claim in its sentence make it a wish, a story or a translation, `moments`
    before it in its part of the sentence a memory or a condition;
    `pauses` are words that may follow a quiet claim; `counted` after a claim says that the number
    counts something else. Without a word of `speaker` nobody speaks of themselves, without a
    number or a word of `school` nobody says an age; both are lists of words.
    """

    numbers: tuple[str, ...]
    claims: tuple[Claim, ...]
    frames: str
    pauses: str
    counted: str
    moments: str
    speaker: str
    school: str
    ordinals: tuple[str, ...] = ()


_SOON = (
    r"(?:nearly|almost|about|turning|going on|going to be|gonna be|about to (?:turn|be)|not yet)"
)
_START = (
    r"(?:[,(]|and|so|hi|hey|hello|ok|well|but|because|cause|cuz|yeah|no|cos)"  # not German "im"
)
_STILL = r"(?:(?:only|just|still|like|now|already|actually|currently|literally|really) )*"
_OLD = r"(?:years?|yrs?|yr|y)(?:[- ]old|[- ]of[- ]age|[- ]young)"

ENGLISH = Tongue(
    numbers=tuple(
        "five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen".split()
    ),
    ordinals=tuple(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
    ),
    claims=(
        Claim(rf"(?:i'm|i am|i m) {_STILL}{{n}}(?: (?:years?|yrs?))?"),
        Claim(rf"(?:^|{_START} ?)im {_STILL}{{n}}(?: (?:years?|yrs?))?"),
        Claim(rf"(?:i'?m|i am|i m) {_STILL}{{n}}[- ]?(?:{_OLD}|y/?o)", quiet=False),
        Claim(rf"(?:i'?m|i am|as) {_STILL}an? {{n}}[- ]?(?:{_OLD}|y/?o)", quiet=False),
        Claim(rf"{{n}}[- ]?(?:{_OLD}|y/?o)(?: (?:boy|girl|kid|teen|male|female|guy))? here"),
        Claim(rf"(?:i'?m|i am|i m) {_STILL}{_SOON} {{n}}", -1),
        Claim(r"(?:i'?m|i am) (?:not|under) {n}(?: yet)?", -1),
        Claim(r"(?:i'?ll|i will|i won't) (?:only |just |soon )?(?:be|turn) {n}", -1),
        Claim(r"i (?:turn|become) {n}", -1),
        Claim(r"(?:i|i've) (?:just |only )*(?:turned|became) {n}"),
        Claim(r"i(?:'ve| have)? (?:just )?(?:had|celebrated) my {n}(?:th|st|nd|rd)? birthday"),
        Claim(r"my {n}(?:th|st|nd|rd)? birthday is", -1, quiet=False),
        Claim(r"my age is {n}"),
        Claim(r"(?:i|me|myself|my self) ?\({n} ?,?(?:f|m|nb|x)?\)", quiet=False),
        Claim(
            r"(?:i'?m|i am) (?:now |still |going |currently )*(?:in|into|starting) (?:year|yr) {n}",
            4,
        ),
        Claim(r"(?:i'?m|i am) (?:now |still |going |currently )*(?:in|into|starting) grade {n}", 5),
        Claim(
            r"(?:i'?m|i am|i go|i've started|i started)(?: now| still| going| currently)* "
            r"(?:in|into|to|starting)?(?: the| my)? ?(?:{n}(?:th|st|nd|rd)|{o}) grade",
            5,
        ),
        Claim(r"(?:i'?m|i am) an? (?:{n}(?:th|st|nd|rd)|{o})[- ]grader", 5),
        Claim(r"my teacher .{0,40}(?:{n}(?:th|st|nd|rd)|{o})[- ]grade", 5, quiet=False),
        Claim(r"in (?:{n}(?:th|st|nd|rd)|{o}) grade today", 5),
        Claim(r"(?:i'?m|i am) a (?:high school freshman|freshman in high school)", 14),
        Claim(r"(?:i'?m|i am) a (?:high school sophomore|sophomore in high school)", 15),
        Claim(r"(?:i'?m|i am) a (?:high school junior|junior in high school)", 16),
        Claim(r"(?:i'?m|i am) a (?:high school senior|senior in high school)", 17),
        Claim(r"(?:i'?m|i am)(?: still)? in (?:high school|secondary school)", 11),
        Claim(r"(?:i'?m|i am)(?: still)? in (?:middle school|junior high)", 11),
        Claim(r"(?:i'?m|i am)(?: still)? in (?:elementary|primary) school", 5),
        Claim(r"(?:i'?m|i am) (?:still |only |just )?a (?:little )?(?:kid|child|minor)", 6),
        Claim(r"(?:i'?m|i am) (?:still )?under ?-?age", 6),
        Claim(r"i was born in {y}", quiet=False),
    ),
    speaker="i im me my as here in",
    school=("freshman sophomore junior senior school kid child minor under"),
    moments=r"when|since|until|if|unless|by the time",
    frames=(
        r"as if|as though|like|pretend(?:ing)?|imagin(?:e|ing)"
        r"|suppos(?:e|ing)|assum(?:e|ing)|wish|story|novel|character|role-?play|translate|rewrite|paraphrase"
        r"|sentence|lyrics|dialogue|hero|narrator|act"
        r"|(?:says?|said|saying|goes|wrote|that)\W{0,3}$"
    ),
    pauses=(
        "and but so because now already today yet too then though lol btw rn who with f m male "
        "female boy girl from this next in on tomorrow soon until"
    ),
    counted=r"s\b|s'|er\b"
    r"|\s*(?:any ?more|at heart|of my|for (?:years|ages)|league|teacher"
    r"|classroom)",
)

_OF_YEARS = " ".join(  # neunjährige
    f"{number}jährige{ending}"
    for number in "fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn".split()
    for ending in ("", "r", "n", "s", "m")
)

GERMAN = Tongue(
    numbers=tuple(
        "fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
        "achtzehn".split()
    ),
    ordinals=tuple(
        "erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte elfte zwölfte".split()
    ),
    claims=(
        Claim(r"(?:ich bin|bin)(?: (?:erst|jetzt|gerade|noch|schon|nur|ja))* {n}(?: jahre?)?"),
        Claim(
            r"(?:ich bin|bin)(?: (?:erst|jetzt|gerade|noch|schon|nur|ja))* {n} jahre? (?:alt|jung)",
            quiet=False,
        ),
        Claim(r"ich(?: (?:erst|gerade|noch|schon|nur|ja))* {n}(?: jahre?(?: alt)?)? bin"),
        Claim(r"(?:ich bin|als)(?: noch)? ein(?:e|em|er)? {n}-?jährige[rnms]?", quiet=False),
        Claim(r"ich,? \(?{n}(?: jahre)?(?:, ?[mwd])?(?:\)|,)", quiet=False),
        Claim(r"ich werde(?: \pL+){0,3}? {n}", -1),
        Claim(r"ich bin (?:fast|bald|noch nicht|noch keine) {n}", -1),
        Claim(r"ich bin(?: gerade| eben| jetzt| letzte woche| gestern| heute)* {n} geworden"),
        Claim(r"mein alter ist {n}"),
        Claim(
            r"ich (?:bin|gehe|geh|komme|besuche)(?: jetzt| noch| gerade| bald)* "
            r"(?:in )?(?:die|der|meine|meiner) (?:{n}\.|{o}n?) klasse",
            5,
        ),
        Claim(r"ich (?:bin|gehe)(?: noch)? (?:in der|in die|auf die|auf der) grundschule", 6),
        Claim(r"ich bin (?:noch |nur |erst )*(?:ein kind|minderjährig)", 6),
        Claim(r"ich bin {y} geboren|ich wurde {y} geboren", quiet=False),
    ),
    speaker="ich bin mein",
    school="grundschule kind minderjährig " + _OF_YEARS,
    moments=r"als|wenn|falls|seit|bis",
    frames=(
        r"damals|stell dir vor|tu so|übersetz\pL*|geschichte|roman|figur"
        r"|rollenspiel|angenommen|nehmen wir an|wünschte"
        r"|(?:sagt|sagte|meint|meinte|schreibt)\W{0,3}$"
    ),
    pauses="und aber also weil jetzt schon heute ja doch oder mit aus in",
    counted=r"\s*(?:gebliebene|älter|jünger|lang|nicht mehr|semester|lehrer)",
)

FRENCH = Tongue(
    numbers=tuple(
        "cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
        "dix-huit".split()
    ),
    claims=(
        Claim(r"j'ai(?: (?:seulement|juste|encore|déjà|que))* {n} ans", quiet=False),
        Claim(r"je n'ai (?:même pas|pas encore|que) {n} ans", quiet=False),
        Claim(r"j'ai (?:bientôt|presque) {n} ans", -1),
        Claim(r"(?:j'aurai|je vais avoir|je vais fêter mes) (?:bientôt )?{n} ans", -1),
        Claim(r"(?:je viens d'avoir|j'ai eu|je viens de fêter mes) {n} ans"),
        Claim(r"je suis (?:une?|encore une?) \pL+ (?:de|âgée? de) {n} ans", quiet=False),
        Claim(r"mon âge est (?:de )?{n}(?: ans)?"),
        *(
            Claim(rf"je (?:suis|rentre|passe|vais) en {name}", age)
            for name, age in (
                *(("cp", 6), ("ce1", 7), ("ce2", 8), ("cm1", 9), ("cm2", 10)),
                *(("(?:sixième|6e|6ème)", 11), ("(?:cinquième|5e|5ème)", 12)),
                *(("(?:quatrième|4e|4ème)", 13), ("(?:troisième|3e|3ème)", 14)),
                *(("(?:seconde|2nde|2de)", 15), ("(?:première|1re|1ère)", 16)),
                ("terminale", 17),
            )
        ),
        Claim(r"je suis au collège", 11),
        Claim(r"je suis au lycée", 15),
        Claim(r"je suis (?:encore |qu')?(?:un enfant|mineure?)", 6),
        Claim(r"je suis née? en {y}", quiet=False),
    ),
    speaker="j je mon",
    school=(
        "cp ce cm sixième cinquième quatrième troisième seconde première terminale "
        "collège lycée enfant mineur mineure"
    ),
    moments=r"quand|lorsque|si|depuis",
    frames=(
        r"comme si|imagin\pL*|tradui\pL*|histoire|roman|personnage|supposons"
        r"|fais semblant|à l'époque|(?:dit|disait|écrit)\W{0,3}$"
    ),
    pauses="et mais donc car au à de pour maintenant aujourd'hui la le en avec collège lycée",
    counted=r"\s*(?:d'(?!âge)|de (?:plus|moins|carrière|métier|maison|pratique|vie|recul))",
)

SPANISH = Tongue(
    numbers=tuple(
        "cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis|dieciseis "
        "diecisiete dieciocho".split()
    ),
    ordinals=tuple("primero segundo tercero cuarto quinto sexto".split()),
    claims=(
        Claim(r"tengo(?: (?:solo|sólo|apenas|ya|casi))* {n} años", quiet=False),
        Claim(r"tengo(?: (?:solo|sólo|apenas))? {n}"),
        Claim(r"(?:aún |todavía )?no tengo {n}(?: años)?(?: todavía| aún)?", -1),
        Claim(r"(?:cumplo|cumpliré|voy a cumplir|casi tengo)(?: los)? {n}(?: años)?", -1),
        Claim(r"(?:acabo de cumplir|ya cumplí)(?: los)? {n}(?: años)?"),
        Claim(r"soy (?:un|una) \pL+ de {n} años", quiet=False),
        Claim(r"mi edad es(?: de)? {n}(?: años)?"),
        Claim(r"(?:estoy en|voy a|curso|paso a|hago) (?:{n}[º°o]?|{o}) de primaria", 5),
        Claim(
            r"(?:estoy en|voy a|curso|paso a|hago) (?:{n}[º°o]?|{o}) de (?:la )?(?:eso|secundaria)",
            11,
        ),
        Claim(r"(?:estoy en|voy a|curso|paso a|hago) (?:{n}[º°o]?|{o}) de bachillerato", 15),
        Claim(r"(?:estoy en|voy a)(?: la)? primaria", 6),
        Claim(r"(?:estoy en|voy a)(?: la)? (?:eso|secundaria)", 12),
        Claim(r"soy (?:un niño|una niña|menor de edad|menor)", 6),
        Claim(r"nací en(?: el)? {y}", quiet=False),
    ),
    speaker="tengo cumplo cumpliré voy estoy curso paso hago soy mi nací acabo ya",
    school=("primaria eso secundaria niño niña menor"),
    moments=r"cuando|si|desde|hasta",
    frames=(
        r"como si|imagin\pL*|traduc\pL*|historia|cuento|novela|personaje|supón|supongamos"
        r"|finge|ojalá|(?:dijo|dice|decía|escribió)\W{0,3}$"
    ),
    pauses="y e pero así porque ahora ya hoy en mañana la el",
    counted=r"\s*(?:de (?!edad)|más|menos|trabajando|viviendo)",
)

ITALIAN = Tongue(
    numbers=tuple(
        "cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici "
        "diciassette diciotto".split()
    ),
    ordinals=tuple("prima seconda terza quarta quinta".split()),
    claims=(
        Claim(r"ho(?: (?:solo|soltanto|appena|già|ancora))* {n} anni", quiet=False),
        Claim(r"(?:non ho ancora|ho quasi) {n} anni", -1),
        Claim(r"(?:compio|compirò|farò|sto per compiere)(?: i)? {n}(?: anni)?", -1),
        Claim(r"ho (?:appena |da poco )?(?:compiuto|fatto)(?: i)? {n} anni"),
        Claim(r"sono (?:un|una|un') ?\pL+ di {n} anni", quiet=False),
        Claim(
            r"(?:faccio|sono in|vado in|frequento)(?: la)? (?:{n}\^?|{o}) (?:elementare|primaria)",
            5,
        ),
        Claim(r"(?:faccio|sono in|vado in|frequento)(?: la)? (?:{n}\^?|{o}) media", 10),
        Claim(
            r"(?:faccio|sono in|vado in|frequento)(?: la)? (?:{n}\^?|{o}) (?:superiore|liceo)", 13
        ),
        Claim(r"(?:faccio|vado alle|sono alle)(?: le)? elementari", 6),
        Claim(r"(?:faccio|vado alle|sono alle)(?: le)? medie", 11),
        Claim(r"sono (?:un bambino|una bambina|minorenne)", 6),
        Claim(r"sono nat[oa] nel {y}", quiet=False),
    ),
    speaker="ho compio compirò farò sto sono faccio vado frequento",
    school=("elementari medie bambino bambina minorenne"),
    moments=r"quando|se|da quando|finché",
    frames=(
        r"come se|immagin\pL*|traduc\pL*|storia|racconto|romanzo|personaggio|fingi"
        r"|fai finta|supponiamo|(?:detto|dice|disse|diceva)\W{0,3}$"
    ),
    pauses="e ed ma quindi perché adesso ora oggi la il a in",
    counted=r"\s*(?:di (?!età)|più|meno|in più|in meno)",
)

PORTUGUESE = Tongue(
    numbers=tuple(
        "cinco seis sete oito nove dez onze doze treze catorze|quatorze quinze "
        "dezesseis|dezasseis dezessete|dezassete dezoito".split()
    ),
    ordinals=tuple("primeiro segundo terceiro quarto quinto sexto sétimo oitavo nono".split()),
    claims=(
        Claim(r"tenho(?: (?:só|somente|apenas|já))* {n} anos", quiet=False),
        Claim(r"(?:ainda não tenho|tenho quase|quase tenho) {n}(?: anos)?", -1),
        Claim(r"(?:faço|farei|vou fazer|vou completar|completo) {n}(?: anos)?", -1),
        Claim(r"(?:acabei de (?:fazer|completar)|já fiz) {n} anos"),
        Claim(r"sou (?:um|uma) \pL+ de {n} anos", quiet=False),
        Claim(r"minha idade é(?: de)? {n}(?: anos)?"),
        Claim(r"(?:estou no|vou para o|curso o|faço o) (?:{n}[º°]?|{o}) ano do ensino médio", 14),
        Claim(r"(?:estou no|vou para o|curso o|faço o|ando no) (?:{n}[º°]?|{o}) ano", 5),
        Claim(r"(?:estou no|faço o) ensino médio", 14),
        Claim(r"(?:estou no|faço o) ensino fundamental", 6),
        Claim(r"sou (?:uma criança|menor de idade|menor)", 6),
        Claim(r"nasci em {y}", quiet=False),
    ),
    speaker="tenho faço farei vou completo acabei já sou minha estou curso ando nasci",
    school=("ensino criança menor"),
    moments=r"quando|se|desde|até",
    frames=(
        r"como se|imagin\pL*|traduz\pL*|história|conto|romance|personagem|finge|finja"
        r"|suponha|(?:disse|diz|dizia)\W{0,3}$"
    ),
    pauses="e mas então porque agora já hoje na no em",
    counted=r"\s*(?:de (?!idade)|a mais|a menos|mais|menos|do ensino)",
)

DUTCH = Tongue(
    numbers=tuple(
        "vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien "
        "achttien".split()
    ),
    ordinals=tuple("eerste tweede derde vierde vijfde zesde".split()),
    claims=(
        Claim(r"(?:ik ben|ben)(?: (?:nog|pas|nu|al|maar|net))* {n}(?: jaar)?"),
        Claim(r"(?:ik ben|ben)(?: (?:nog|pas|nu|al|maar|net))* {n} jaar (?:oud|jong)", quiet=False),
        Claim(r"ik(?: (?:nog|pas|nu|al|maar))* {n}(?: jaar)? ben"),
        Claim(r"ik ben (?:een|nog een) \pL+ van {n}(?: jaar)?"),
        Claim(r"ik word(?: \pL+){0,3}? {n}", -1),
        Claim(r"ik ben (?:bijna|nog geen|nog niet) {n}", -1),
        Claim(r"ik ben(?: net| pas| gisteren| vorige week)* {n} geworden"),
        Claim(r"mijn leeftijd is {n}"),
        Claim(r"ik (?:zit|ga)(?: nu| nog)? (?:in|naar) groep {n}", 3),
        Claim(r"ik (?:zit|ga)(?: nu| nog)? (?:in|naar) de brugklas", 12),
        Claim(r"ik (?:zit|ga)(?: nu| nog)? (?:in|naar) de {o} klas", 11),
        Claim(r"ik zit(?: nu)? in (?:klas )?{n} (?:vwo|havo|vmbo|gymnasium|mavo)", 11),
        Claim(r"ik zit(?: nog)? op de basisschool", 5),
        Claim(r"ik ben (?:nog )?(?:een kind|minderjarig)", 6),
        Claim(r"ik ben geboren in {y}|ik ben in {y} geboren", quiet=False),
    ),
    speaker="ik ben mijn",
    school=("brugklas basisschool kind minderjarig"),
    moments=r"toen|als|sinds|tot",
    frames=(
        r"alsof|stel|vertaal|verhaal|roman|personage|doe alsof|deed alsof"
        r"|(?:zegt|zei|schreef)\W{0,3}$"
    ),
    pauses="en maar dus want nu al vandaag of uit in van op",
    counted=r"\s*(?:ouder|jonger|lang|bezig)",
)

POLISH = Tongue(
    numbers=tuple(
        "pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście czternaście "
        "piętnaście szesnaście siedemnaście osiemnaście".split()
    ),
    ordinals=tuple("pierwszej drugiej trzeciej czwartej piątej szóstej siódmej ósmej".split()),
    claims=(
        Claim(r"mam(?: (?:tylko|dopiero|już|teraz))* {n} lat", quiet=False),
        Claim(r"(?:nie mam jeszcze|mam prawie|niedługo będę mie[ćc]|będę mia[łl]a?) {n} lat", -1),
        Claim(r"(?:skończę|kończę)(?: \pL+){0,3}? {n}(?: lat)?", -1),
        Claim(r"(?:właśnie |niedawno )?skończył[ae]m {n} lat"),
        Claim(
            r"(?:jestem|chodzę|idę)(?: teraz| już)? (?:w|do) (?:{n}|{o}) klas(?:ie|y) liceum", 13
        ),
        Claim(r"(?:jestem|chodzę|idę)(?: teraz| już)? (?:w|do) (?:{n}|{o}) klas(?:ie|y)", 5),
        Claim(r"(?:jestem|chodzę)(?: jeszcze)? (?:w|do) (?:podstawówce|podstawówki)", 6),
        Claim(r"(?:jestem|chodzę)(?: już)? (?:w|do) (?:liceum)", 14),
        Claim(r"jestem (?:jeszcze )?(?:dzieckiem|niepełnoletnia|niepełnoletni)", 6),
        Claim(r"urodził[ae]m się w {y}", quiet=False),
    ),
    speaker="mam będę skończę kończę skończyłem skończyłam jestem chodzę idę urodziłem urodziłam",
    school=("podstawówce podstawówki liceum dzieckiem niepełnoletni niepełnoletnia"),
    moments=r"kiedy|gdy|odkąd|jeśli|jeżeli",
    frames=(
        r"gdybym|jakby\pL*|wyobraź|przetłumacz|opowiadani\pL*|histori\pL*|powieś\pL*"
        r"|posta[ćc]\pL*|udawaj|załóżmy|(?:powiedziała?|mówi|napisała?)\W{0,3}$"
    ),
    pauses="i a ale więc bo teraz już dziś w z liceum",
    counted=r"\s*(?:doświadczeni\pL*|więcej|mniej|staż\pL*|pracy|praktyki|liceum)",
)

TONGUES = (ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, DUTCH, POLISH)
