"""What one request may ask: of the search engine one search, one more for whoever found little, and the
corrected one; of the database the same, whatever was found.
"""

from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.factories import GroupFactory, MemberFactory, ThreadFactory
from jobs.factories import JobPageFactory
from news.factories import NewsPageFactory
from search.engines import get_engine
from trainings.factories import TrainingPageFactory, TrainingSessionFactory

pytestmark = pytest.mark.django_db

PAGES = (
    "/recherche/",
    "/recherche/?q=gériatrie",
    "/recherche/?q=gériatrie&profession=toutes&type=job&tri=date",
    "/recherche/?q=gériatrie&page=7",
    "/recherche/?page=40",
    "/recherche/?q=gériatrei",  # corrected
    "/recherche/?q=gériatrie+zythum+brouette",  # of which no word may be left out alone
    "/recherche/?q=zythum&region=bretagne&theme=douleur",  # nothing, with filters
    "/recherche/?q=%22poste+de+nuit%22+-jour",
    "/recherche/flux/?q=gériatrie",
    "/recherche/agenda/",
    "/emplois/?q=nuit",
    "/actualites/",
    "/formations/",
    "/communaute/discussions/?q=gériatrie",
)
WITHOUT = ("/", "/communaute/", "/compte/")
SUGGESTIONS = ("gé", "gériatrie", "poste de n", "infirm", "zythum")


@pytest.fixture
def nurse(site, any_index, client_of) -> Client:
    """Signed in, with something of each kind to be found; what is kept for a minute is there."""
    user = MemberFactory(first_name="Gérald", professions=["infirmier"])
    for number in range(3):
        JobPageFactory(title=f"Poste de nuit en gériatrie {number}", professions=["infirmier"])
    NewsPageFactory(title="Gériatrie : prévenir les chutes")
    TrainingPageFactory(title="Gérer la douleur en gériatrie", sessions=[TrainingSessionFactory()])
    ThreadFactory(title="Gériatrie et chute", author=user)
    any_index()
    client = client_of(user)
    client.get("/recherche/")
    return client


@pytest.fixture
def asked(nurse, monkeypatch) -> Counter:
    """What the engine is asked for, and what a server is: names of methods and ends of addresses."""
    found: Counter = Counter()
    engine = get_engine()

    def count(owner, method: str, name_of) -> None:
        call = getattr(owner, method)

        def counted(*args, **kwargs):
            found[name_of(args)] += 1
            return call(*args, **kwargs)

        monkeypatch.setattr(owner, method, counted)

    for method in ("search", "suggest"):
        count(engine, method, lambda args, method=method: method)
    if engine.name != "embedded":
        count(
            engine.client.transport, "perform_request", lambda args: args[1].partition("?")[0].split("/")[-1]
        )
    return found


def test_a_page_asks_for_one_search_and_one_suggestion(nurse, asked):
    server = get_engine().name != "embedded"
    for path in PAGES:
        asked.clear()
        assert nurse.get(path).status_code in (200, 302), path
        assert asked["search"] == 1 and not asked["suggest"], path
        most = 1 + ("q=" in path) + ("gériatrei" in path)  # what was meant is counted, then found
        assert asked["_msearch"] in (range(1, most + 1) if server else (0,)), path
        assert set(asked) <= {"search", "_msearch"}, path


def test_a_corrected_search_is_two_more_round_trips(nurse, asked):
    assert "gériatrie" in nurse.get("/recherche/?q=gériatrei").content.decode()
    assert asked["_msearch"] == (0 if get_engine().name == "embedded" else 3)


def test_suggestions_are_one_round_trip(nurse, asked):
    server = get_engine().name != "embedded"
    for typed in SUGGESTIONS:
        asked.clear()
        assert nurse.get("/recherche/suggestions/", {"q": typed}).status_code == 200
        assert asked == {"suggest": 1} | ({"_msearch": 1} if server else {}), typed


def test_other_pages_ask_the_engine_nothing(nurse, asked):
    for path in WITHOUT:
        assert nurse.get(path).status_code == 200
    assert not asked


WORD = "zythologie"
HITS = 15
MAKE = {
    "news": lambda title: NewsPageFactory(title=title),
    "job": lambda title: JobPageFactory(title=title, professions=["infirmier"]),
    "training": lambda title: TrainingPageFactory(title=title, sessions=[TrainingSessionFactory()]),
    "thread": lambda title: ThreadFactory(title=title, text="Un avis ?", asked=["infirmier"], replies=1),
    "group": lambda title: GroupFactory(name=title, professions=["infirmier"]),
    "person": lambda title: MemberFactory(first_name=title, professions=["infirmier"]),
}


@pytest.mark.parametrize("kind", MAKE)
def test_the_database_is_asked_the_same_for_one_hit_and_for_many(kind, site, index, client_of, monkeypatch):
    # Asks once whether editors changed words, not again when a second is over.
    monkeypatch.setattr("search.assist.curation.CHECK_EVERY", 3600.0)
    client = client_of(MemberFactory(professions=["infirmier"]))

    def asked_of(hits: int) -> int:
        index()
        address = f"/recherche/?q={WORD}&type={kind}"
        assert client.get(address).content.decode().count("<article ") == hits
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    MAKE[kind](f"{WORD} numéro 0")
    one = asked_of(1)
    for number in range(1, HITS):
        MAKE[kind](f"{WORD} numéro {number}")
    assert asked_of(HITS) == one
