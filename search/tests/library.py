"""Documents and questions for the tests of engines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from search.documents import Document
from search.engines import Engine
from search.engines.base import Change, SearchResponse
from search.query import SearchQuery
from search.query.text import parse_text

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PUBLIC = frozenset({"public"})


def make_document(
    kind: str = "job",
    pk: int = 1,
    title: str = "Sans titre",
    keywords: str = "",
    body: str = "",
    *,
    access: frozenset[str] = PUBLIC,
    days_ago: float = 1,
    expires_in: float | None = None,
    begins_in: float | None = None,
    answered: bool = False,
    **facets: tuple[str, ...],
) -> Document:
    """A document; times in days from `NOW`."""
    return Document(
        kind=kind,
        pk=pk,
        title=title,
        keywords=keywords,
        body=body,
        access=access,
        date=NOW - timedelta(days=days_ago),
        expires_at=None if expires_in is None else NOW + timedelta(days=expires_in),
        begins_at=None if begins_in is None else NOW + timedelta(days=begins_in),
        answered=answered,
        facets=facets,
    )


def index(engine: Engine, *documents: Document, version: int = 1):
    return engine.write([Change(document.id, version, document) for document in documents])


def search(engine: Engine, text: str = "", **options) -> SearchResponse:
    query = SearchQuery(tokens=PUBLIC, now=NOW, text=parse_text(text))
    return engine.search(replace(query, **options))


def result_ids(engine: Engine, text: str = "", **options) -> list[int]:
    """Pks, in the order of the engine."""
    return [hit.pk for hit in search(engine, text, **options).hits]


SECRET = frozenset({"group:7"})

# Written before the searches that look for them; pks are their names in the tests.
NURSE_NIGHT, PHYSIO, PARACETAMOL, HYPERTENSION, AIDE, UNIVERSITY, ANAESTHESIA, DIALYSIS = range(101, 109)
PHARMACIST, ANTI, SECRET_THREAD, HEAD, LEGAL, SUMMER, HEPATITIS, HOME = range(109, 117)

DOCUMENTS = [
    make_document(
        "job", NURSE_NIGHT, "Infirmier(e) de nuit", "Infirmier Rennes", "Urgences de l’hôpital Sud."
    ),
    make_document(
        "job",
        PHYSIO,
        "Assistant en cabinet",
        "Masseur-kinésithérapeute libéral",
        "Plateau technique complet, balnéothérapie. Les patients viennent pour de la rééducation.",
    ),
    make_document(
        "news",
        PARACETAMOL,
        "Paracétamol : la dose maximale rappelée",
        "Médicament",
        "L’agence rappelle la dose maximale du paracétamol chez l’adulte.",
    ),
    make_document(
        "training",
        HYPERTENSION,
        "Dépister l’hypertension artérielle",
        "Cardiologie prévention",
        "Mesure de la tension au cabinet et à domicile, automesure.",
    ),
    make_document(
        "job", AIDE, "Aide-soignante en gérontologie", "EHPAD Lannion", "Poste de jour, week-end sur deux."
    ),
    make_document(
        "training", UNIVERSITY, "DU Plaies et cicatrisation", "Dermatologie", "Cent heures sur une année."
    ),
    make_document(
        "job", ANAESTHESIA, "Infirmière anesthésiste", "Bloc opératoire", "Rejoignez une équipe de douze."
    ),
    make_document(
        "news", DIALYSIS, "Néphrologie : l’hémodialyse à la maison", "Rein", "Deux centres racontent."
    ),
    make_document("job", PHARMACIST, "Pharmacien·ne adjoint·e", "Officine Quimper", "Logement fourni l’été."),
    make_document(
        "news", ANTI, "Anti-inflammatoires et grossesse", "AINS", "Œdème, cœur : les alertes du trimestre."
    ),
    make_document(
        "thread",
        SECRET_THREAD,
        "Protocole zopiclonade du service",
        "",
        "Seuls les membres lisent ce protocole.",
        access=SECRET,
    ),
    make_document("job", HEAD, "Directrice des soins", "Encadrement", "Vous pilotez la qualité."),
    make_document(
        "news", LEGAL, "<b>Attention</b> & <script>alert('x')</script>", "", "<img src=x> juridique"
    ),
    make_document(
        "job", SUMMER, "Remplacement cet été", "Médecine générale", "Deux semaines en août en montagne."
    ),
    make_document("news", HEPATITIS, "Hépatite C : dépister tôt", "Foie", "Un test rapide suffit."),
    make_document("job", HOME, "Équipe mobile", "Hospitalisation à domicile", "IDE et AS pour les tournées."),
]
