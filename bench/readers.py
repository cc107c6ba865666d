"""Prints, as JSON, what a replay asks for: members with a session each, and pages that each of them may read.

Run by `bench/pages.py` in the checkout that it measures: python bench/readers.py <members> <requests>.
"""

import json
import random
import sys
from pathlib import Path
from urllib.parse import quote_plus

sys.path.insert(0, str(Path.cwd()))

import django

django.setup()

from django.conf import settings
from django.test import Client
from wagtail.models import Page

from community.models import Group, Thread
from members.models import User
from members.viewers import viewer_for

WORDS = ("plaie", "infirmier nuit", "kiné", "douleur chronique", "vaccination grippe", "soins", "diabète")
# How often each page is opened, of a hundred.
SHARES = {"home": 20, "jobs": 12, "offer": 13, "search": 15, "groups": 10, "group": 12, "thread": 18}


def main(members: int, requests: int) -> None:
    chance = random.Random(2026)
    verified = User.objects.filter(is_active=True, is_superuser=False, verifications__state="verified")
    people = list(verified.distinct().order_by("pk"))
    chosen = chance.sample(people, min(members, len(people)))
    readers = [(_cookie(user), _pages(user)) for user in chosen]
    asked = []
    for label in chance.choices(list(SHARES), list(SHARES.values()), k=requests):
        cookie, pages = chance.choice(readers)
        if pages[label]:
            asked.append((label, chance.choice(pages[label]), cookie))
    print(json.dumps({"members": len(readers), "requests": asked}))


def _cookie(user: User) -> str:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return f"sessionid={client.cookies['sessionid'].value}"


def _pages(user: User) -> dict[str, list[str]]:
    viewer = viewer_for(user)
    offers = Page.objects.live().filter(content_type__model="jobpage").specific()
    threads = Thread.objects.visible_to(viewer).select_related("group")
    return {
        "home": ["/"],
        "jobs": ["/emplois/", "/emplois/?profession=toutes", "/emplois/?profession=toutes&page=2"],
        "offer": [page.url for page in offers.order_by("pk")[:60]],
        "search": [f"/recherche/?q={quote_plus(word)}" for word in WORDS],
        "groups": ["/communaute/"],
        "group": [group.get_absolute_url() for group in Group.objects.readable_by(viewer)],
        "thread": [thread.get_absolute_url() for thread in threads.order_by("pk")[:80]],
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
