"""Texts told again, by code: what editors do to a copy, and templates filled with other facts.

The words are ours. Everything is drawn from a `random.Random` that the caller seeds.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

AGENCIES = ("La Presse Canadienne", "Agence France-Presse", "AFP", "CNW Telbec")
INTROS = (
    "La nouvelle circulait depuis quelques jours dans le milieu. {name} en fait maintenant une"
    " certitude, et les réactions n’ont pas tardé à venir de partout dans la région.",
    "On en parlait au marché, à l’aréna, au bureau de poste. Voici ce qu’il faut savoir de ce que"
    " prépare {name}, et ce que cela change pour les gens d’ici.",
    "C’est un dossier que nos lecteurs suivent depuis longtemps. Un pas de plus vient d’être"
    " franchi, et {name} y est pour beaucoup.",
    "Faut-il s’en réjouir ou s’en inquiéter ? La question se pose après l’annonce qui touche"
    " {name}. Nous avons lu les documents pour vous.",
)
HEADLINES = (
    "Un pas de plus dans notre région",
    "Ce qui change pour les gens d’ici",
    "À lire : une annonce très attendue",
    "Du nouveau dans l’économie sociale",
    "Ils l’ont fait !",
)


@dataclass(frozen=True, slots=True)
class Text:
    """A title and a text of paragraphs apart by blank lines."""

    title: str
    text: str
    lang: str = "fr"

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n\n")


def with_another_title(text: Text, rng: random.Random) -> Text:
    """A headline of the editor's own, sometimes with a word of the text."""
    if rng.random() < 0.5:
        return replace(text, title=rng.choice(HEADLINES))
    words = rng.choice(text.paragraphs).split()
    start = rng.randrange(max(1, len(words) - 9))
    return replace(text, title=" ".join(words[start : start + 9]).strip(" ,;:").capitalize())


def with_a_paragraph_cut(text: Text, rng: random.Random) -> Text:
    """The text without one paragraph, that it can do without: at most 40 % of its words."""
    parts = text.paragraphs
    short = [at for at, part in enumerate(parts) if len(part) <= 0.4 * len(text.text)]
    if len(parts) < 2 or not short:
        return text
    parts.pop(rng.choice(short))
    return replace(text, text="\n\n".join(parts))


def with_an_agency_line(text: Text, rng: random.Random) -> Text:
    """A credit before or after the text."""
    agency = rng.choice(AGENCIES)
    line = rng.choice((f"({agency})", f"Source : {agency}", f"Avec {agency}"))
    where = rng.random() < 0.5
    return replace(text, text=f"{line}\n\n{text.text}" if where else f"{text.text}\n\n{line}")


def with_another_intro(text: Text, rng: random.Random) -> Text:
    """The first paragraph, or the first third of one, told in the editor's words."""
    first, *others = text.paragraphs
    intro = rng.choice(INTROS).format(name=_a_name(text, rng))
    if not others or len(first) > 0.4 * len(text.text):
        sentences = first.split(". ")
        others.insert(0, ". ".join(sentences[max(1, len(sentences) // 3) :]))
    return replace(text, text="\n\n".join([intro, *others]))


def with_light_edits(text: Text, rng: random.Random) -> Text:
    """A few words dropped or said otherwise, quotes and hyphens typed otherwise."""
    words = text.text.split(" ")
    for _ in range(max(1, len(words) // 60)):
        at = rng.randrange(len(words))
        words[at] = rng.choice(("", "aussi", "notamment", words[at]))
    edited = " ".join(word for word in words if word)
    return replace(text, text=edited.replace("« ", "“").replace(" »", "”").replace("’", "'"))


RETOLD: dict[str, Callable[[Text, random.Random], Text]] = {
    "another title": with_another_title,
    "a paragraph cut": with_a_paragraph_cut,
    "an agency line": with_an_agency_line,
    "another intro": with_another_intro,
    "light edits": with_light_edits,
}


def retold(text: Text, rng: random.Random, changes: int) -> tuple[tuple[str, ...], Text]:
    """Return the text after so many kinds of change, drawn without repeat, and their names."""
    names = tuple(rng.sample(sorted(RETOLD), changes))
    for name in names:
        text = RETOLD[name](text, rng)
    return names, text


def _a_name(text: Text, rng: random.Random) -> str:
    names = [word.strip(".,;:()«»") for word in text.text.split() if word[:1].isupper()]
    return rng.choice(names or ["l’organisme"])


# --- Templates: what looks alike and is not the same -----------------------------------------------

_PLACES = (
    "Amqui Matane Rimouski Chibougamau Roberval Saguenay Joliette Rawdon Gatineau Maniwaki Val-d’Or"
    " Amos La-Tuque Shawinigan Granby Magog Sherbrooke Victoriaville Drummondville Lévis Montmagny"
    " Gaspé Bonaventure Sept-Îles Baie-Comeau Mirabel Longueuil Sorel Laval Terrebonne"
).split()
_FIRST = (
    "Ariane Bruno Chantal Denis Élise Farid Gisèle Hugo Inès Jocelyn Katia Luc Myriam Noé".split()
)
_LAST = (
    "Auclair Bérubé Cossette Dufresne Éthier Fecteau Gervais Hamel Isabelle Jutras Kirouac Lebrun"
    " Mailhot Nadon Ouimet Picard Quirion Robitaille Sirois Thivierge Urbain Viens"
).split()
_MONTHS = "janvier février mars avril mai juin septembre octobre novembre décembre".split()
_NOUNS = (
    "Écho Ruche Passerelle Boussole Marmite Charpente Navette Cordée Lanterne Étincelle".split()
)
_ROLES = (
    "coordonnateur ou coordonnatrice",
    "intervenante ou intervenant",
    "adjointe administrative ou adjoint administratif",
    "chargée ou chargé de projet",
    "cuisinière ou cuisinier",
)


def job_advertisement(rng: random.Random) -> Text:
    """A job board's page: the same words for each employer."""
    role, name, place = rng.choice(_ROLES), _organisation(rng), rng.choice(_PLACES)
    wage = rng.randrange(19, 38)
    return Text(
        f"Offre d’emploi : {role}",
        f"{name} est à la recherche d’une personne pour le poste de {role} à {place}. Organisme à"
        " but non lucratif reconnu dans son milieu, l’employeur offre un cadre de travail convivial"
        " et des horaires souples.\n\n"
        "Sous l’autorité de la direction générale, la personne titulaire du poste planifie et"
        " organise les activités, accueille les membres, tient à jour les dossiers, prépare les"
        " rapports demandés par les bailleurs de fonds et participe aux réunions d’équipe.\n\n"
        "Exigences : diplôme pertinent ou expérience équivalente, autonomie, sens de l’organisation,"
        " bonne maîtrise du français, aisance avec les outils informatiques.\n\n"
        f"Salaire : {wage},{rng.randrange(10, 99)} $ l’heure, {rng.choice((28, 32, 35))} heures par"
        f" semaine. Faites parvenir votre candidature à {_person(rng)} avant le {_day(rng)}. Seules"
        " les personnes retenues pour une entrevue seront jointes.",
    )


def event_listing(rng: random.Random) -> Text:
    """An agenda's page: who, where, when, how much."""
    who = _person(rng)
    return Text(
        f"Atelier avec {who}",
        f"{who} anime un atelier à {rng.choice(_PLACES)} le {_day(rng)} à {rng.randrange(13, 21)} h."
        " Ouvert à toutes et à tous, l’atelier s’adresse aux membres des conseils d’administration,"
        " aux gestionnaires et aux bénévoles des entreprises collectives. Apportez vos questions :"
        " la moitié du temps leur est réservée. Une collation est servie à la pause.\n\n"
        f"Coût : {rng.randrange(15, 95)} $, gratuit pour les membres. Places limitées, inscription"
        " obligatoire en ligne. Pour toute question sur l’accessibilité des lieux, écrivez-nous au"
        " moins une semaine à l’avance.",
    )


def recurring_evening(rng: random.Random) -> Text:
    """The same evening of the same organisation, announced each time in the same words."""
    return Text(
        "Soirée d’information : habiter en coopérative",
        "La Fédération des coopératives d’habitation Rive-Est vous invite à sa soirée d’information"
        f" mensuelle, le {rng.choice((6, 16, 26))} {rng.choice(_MONTHS)} à 19 h, à la salle des Pionniers, 840, rue Létourneau. Monique"
        " Arsenault-Lévis y explique comment on devient membre, ce qu’est une part sociale, combien"
        " d’heures de bénévolat on donne et comment se fixe le loyer. La soirée dure deux heures et"
        " se termine par une visite. Aucune inscription n’est nécessaire. La Fédération regroupe 118"
        " coopératives et 3 400 logements.",
    )


def grant(rng: random.Random) -> Text:
    """A ministry's announcement: only the beneficiary changes."""
    name, place, amount = _organisation(rng), rng.choice(_PLACES), rng.randrange(40, 900) * 1000
    money = f"{amount:,}".replace(",", " ") + " $"
    return Text(
        f"Québec accorde {money} à {name}",
        f"Le gouvernement du Québec accorde une aide financière de {money} à {name}, de {place}."
        " La ministre Lucie Tessier-Blais en a fait l’annonce aujourd’hui en compagnie de"
        f" {_person(rng)}, qui dirige l’organisme.\n\n"
        "« Les entreprises d’économie sociale sont au cœur de nos communautés. Elles répondent à des"
        " besoins que personne d’autre ne comble et gardent la richesse chez nous », a déclaré la"
        " ministre.\n\n"
        f"Le projet, évalué à {rng.randrange(1000, 3000)} 000 $, créera {rng.randrange(14, 60)}"
        " emplois. L’aide provient du Programme d’immobilisation en entrepreneuriat collectif, doté"
        " de 55 M$, qui soutient l’acquisition, la construction et la rénovation de bâtiments.",
    )


def newsletter(rng: random.Random) -> Text:
    """A weekly letter: two thirds of it never change."""
    return Text(
        "L’infolettre du Pôle : les nouvelles de la semaine",
        "Bonjour à vous, membres et amis du Pôle! Voici votre dose hebdomadaire de nouvelles, de"
        " formations et d’occasions à saisir. Bonne lecture!\n\n"
        f"À {rng.choice(_PLACES)}, {_organisation(rng)} inaugure ses locaux le {_day(rng)} :"
        f" {_person(rng)} vous y attend. À {rng.choice(_PLACES)}, {_organisation(rng)} cherche"
        f" {rng.randrange(13, 40)} bénévoles.\n\n"
        "Le Pôle est là pour vous : accompagnement au démarrage, diagnostic financier, formation des"
        " conseils d’administration, prêt de salles et d’équipement. Prenez rendez-vous avec notre"
        " équipe, c’est gratuit pour les membres. Suivez-nous sur les réseaux sociaux et transférez"
        " cette infolettre à vos collègues. Vous recevez ce message parce que vous êtes inscrit à"
        " notre liste; vous pouvez vous en retirer en tout temps en bas de page.",
    )


TEMPLATES: dict[str, Callable[[random.Random], Text]] = {
    "job advertisement": job_advertisement,
    "event listing": event_listing,
    "recurring evening": recurring_evening,
    "grant": grant,
    "newsletter": newsletter,
}


def fillings(rng: random.Random, each: int) -> Iterator[tuple[str, Text]]:
    """Yield each template so many times, with other facts every time."""
    for name, fill in TEMPLATES.items():
        seen: set[str] = set()
        while len(seen) < each:
            text = fill(rng)
            if text.text not in seen:
                seen.add(text.text)
                yield name, text


def _organisation(rng: random.Random) -> str:
    return f"{rng.choice(('La', 'Coop', 'Maison'))} {rng.choice(_NOUNS)} {rng.choice(_LAST)}"


def _person(rng: random.Random) -> str:
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)}-{rng.choice(_LAST)}"


def _day(rng: random.Random) -> str:
    return f"{rng.randrange(1, 29)} {rng.choice(_MONTHS)}"
