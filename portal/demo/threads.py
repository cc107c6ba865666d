"""Demo groups and threads, from `data/groups.json` and `data/threads-*.json`.

Written in bulk, as services would leave them: sanitized bodies, positions, counters, memberships.
"""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.text import slugify

from community.counters import refresh_counters
from community.models import Group, GroupReadMark, Membership, Post, Report, TaggedThread, Thread
from community.richtext import sanitize, to_text
from members.models import User
from search.index.outbox import changed
from taxonomy.models import Theme

from .people import DOMAIN, People
from .texts import read

# Where the accounts of the README belong, beside what their profession opens to them.
MEMBERS_OF = {
    "infirmier": ["plaies-et-cicatrisation", "pansements-complexes", "infirmiers-liberaux-du-grand-ouest",
                  "groupe-de-pairs-saint-brieuc", "soins-primaires-et-msp"],
    "pharmacienne": ["officine", "entretiens-pharmaceutiques", "soins-primaires-et-msp"],
    "medecin": ["geriatrie-et-ehpad", "medecins-coordonnateurs", "douleur-et-soins-palliatifs",
                "soins-primaires-et-msp", "cellule-qualite-de-vie-au-travail"],
    "animateur": ["plaies-et-cicatrisation", "soins-primaires-et-msp"],
    "responsable": ["infirmiers-liberaux-du-grand-ouest", "soins-primaires-et-msp"],
}  # fmt: skip
# The group that this account leads.
LED_BY = {"infirmiers-liberaux-du-grand-ouest": f"responsable@{DOMAIN}"}


class Community:
    def __init__(self, people: People, now: datetime):
        self.people, self.now = people, now
        self.random = random.Random(805)  # noqa: S311 not for secrets
        self.groups: dict[str, Group] = {}
        self.members: dict[str, list[User]] = {}
        self.themes: dict[str, int] = {}
        # group → profession → people needed for its threads and those of its subgroups
        self.voices: dict[str, Counter[str]] = {}

    def create(self) -> None:
        founder = User.objects.get(email=f"animateur@{DOMAIN}")
        rows = sorted(read("groups"), key=lambda row: row["parent"] is not None)
        self.voices = _voices(rows)
        for row in rows:
            self._group(row, founder)
        self._threads()

    # --- Groups ------------------------------------------------------------------------------------------

    def _group(self, row: dict, founder: User) -> None:
        group = Group.objects.create(
            name=row["name"],
            slug=row["slug"],
            parent=self.groups.get(row["parent"]),
            visibility=row["visibility"],
            description=row["description"],
            rules=sanitize(row["rules"]),
            created_by=founder,
            created_at=self.now - timedelta(days=420),
        )
        group.professions.set(self.people.professions[slug] for slug in row["professions"])
        self.groups[group.slug] = group
        members = self._choose_members(group, row)
        self.members[group.slug] = members
        Membership.objects.bulk_create(
            self._membership(group, rank, user) for rank, user in enumerate(members)
        )

    def _choose_members(self, group: Group, row: dict) -> list[User]:
        """Leaders first; in a subgroup, members of its parent only, as the services demand."""
        slugs = row["professions"] or list(self.people.by_profession)
        eligible = [user for slug in slugs for user in self.people.by_profession[slug]]
        if group.parent:
            within = set(self.members[group.parent.slug])
            eligible = [user for user in eligible if user in within]
        named = [
            user
            for user in eligible
            if group.slug in MEMBERS_OF.get(user.email.removesuffix(f"@{DOMAIN}"), [])
        ]
        others = [user for user in eligible if user.email.startswith("membre")]
        share = {"open": 0.75, "private": 0.6, "secret": 0.0}[group.visibility]
        chosen = self._speakers(group, others)
        rest = [user for user in others if user not in chosen]
        more = max(0, int(len(others) * share) - len(chosen))
        return [*chosen, *self.random.sample(rest, min(more, len(rest))), *named]

    def _speakers(self, group: Group, others: list[User]) -> list[User]:
        """As many members of each profession as the longest of its threads has voices."""
        chosen: list[User] = []
        for slug, number in sorted(self.voices[group.slug].items()):
            pool = [user for user in self.people.by_profession[slug] if user in others]
            chosen += self.random.sample(pool, min(number, len(pool)))
        return chosen

    def _membership(self, group: Group, rank: int, user: User) -> Membership:
        joined = self.now - timedelta(days=self.random.randint(20, 400))
        leads = rank < 2 or user.email == LED_BY.get(group.slug)
        return Membership(
            group=group,
            user=user,
            role=Membership.Role.LEADER if leads else Membership.Role.MEMBER,
            joined_at=joined,
            created_at=joined,
        )

    # --- Threads -----------------------------------------------------------------------------------------

    def _threads(self) -> None:
        rows = list(read("threads-*"))
        self.themes = dict(Theme.objects.values_list("slug", "pk"))
        self._propose_themes({tag for row in rows for tag in row["free_tags"]})
        casts = [self._cast(row) for row in rows]
        threads = [self._thread(row, cast) for row, cast in zip(rows, casts, strict=True)]
        Thread.objects.bulk_create(threads)
        posts = [
            list(self._posts(row, thread, cast))
            for row, thread, cast in zip(rows, threads, casts, strict=True)
        ]
        Post.objects.bulk_create([post for group in posts for post in group], batch_size=500)
        self._tags_and_requests(rows, threads)
        for row, thread, answers in zip(rows, threads, posts, strict=True):
            if row["accepted"] and row["accepted"] <= len(answers):
                thread.accepted_post = answers[row["accepted"] - 1]
        Thread.objects.bulk_update(threads, ["accepted_post"], batch_size=500)
        refresh_counters([thread.pk for thread in threads])
        self._report(threads)
        self._read_marks()
        changed("thread", [thread.pk for thread in threads])

    def _propose_themes(self, names: set[str]) -> None:
        """Tags typed by members: they wait until a manager keeps, renames or merges them."""
        for name in sorted(names):
            slug = slugify(name)
            if slug and slug not in self.themes:
                self.themes[slug] = Theme.objects.create(name=name, slug=slug).pk

    def _cast(self, row: dict) -> dict[str, User]:
        """« infirmier:a » → a member of the group, the same throughout the thread."""
        members = set(self.members[row["group"]])
        cast: dict[str, User] = {}
        for voice in dict.fromkeys(post["by"] for post in row["posts"]):
            slug = voice.split(":")[0]
            pool = [
                user
                for user in self.people.by_profession[slug]
                if user in members and user not in cast.values() and user.email.startswith("membre")
            ] or [user for user in self.people.by_profession[slug] if user not in cast.values()]
            cast[voice] = self.random.choice(pool)
        return cast

    def _thread(self, row: dict, cast: dict[str, User]) -> Thread:
        created = self._created(row)
        return Thread(
            group=self.groups[row["group"]],
            author=cast[row["posts"][0]["by"]],
            title=row["title"],
            slug=slugify(row["title"])[:80].strip("-") or "discussion",
            pinned=row["pinned"],
            locked=row["locked"],
            created_at=created,
            last_activity_at=created,
        )

    def _created(self, row: dict) -> datetime:
        """Never so late that its last reply would lie in the future."""
        minutes = len(row["title"]) * 7 % 600
        # A question that waits for its first answer is recent: an old one would say that nobody comes.
        days = row["days_ago"] if len(row["posts"]) > 1 else row["days_ago"] // 10
        started = self.now - timedelta(days=days, minutes=minutes)
        longest = max(post["minutes_after"] for post in row["posts"])
        return min(started, self.now - timedelta(minutes=longest + 12))

    def _posts(self, row: dict, thread: Thread, cast: dict[str, User]) -> Iterable[Post]:
        for position, post in enumerate(row["posts"], start=1):
            body = sanitize(post["text"])
            yield Post(
                thread=thread,
                author=cast[post["by"]],
                profession=self.people.professions[post["by"].split(":")[0]],
                position=position,
                body=body,
                text=to_text(body),
                created_at=thread.created_at + timedelta(minutes=post["minutes_after"]),
            )

    def _tags_and_requests(self, rows: list[dict], threads: list[Thread]) -> None:
        TaggedThread.objects.bulk_create(
            TaggedThread(content_object=thread, tag_id=self.themes[slug])
            for row, thread in zip(rows, threads, strict=True)
            for slug in dict.fromkeys([*row["themes"], *filter(None, map(slugify, row["free_tags"]))])
        )
        asked = Thread.requested_professions.through
        asked.objects.bulk_create(
            asked(thread_id=thread.pk, profession_id=self.people.professions[slug].pk)
            for row, thread in zip(rows, threads, strict=True)
            for slug in dict.fromkeys(row["asked"])
        )

    def _read_marks(self) -> None:
        """The accounts of the README last came some days ago: what was written since then is new to them."""
        GroupReadMark.objects.bulk_create(
            GroupReadMark(
                user=User.objects.get(email=f"{name}@{DOMAIN}"),
                group=self.groups[slug],
                read_until=self.now - timedelta(days=4),
            )
            for name, slugs in MEMBERS_OF.items()
            for slug in slugs
        )

    def _report(self, threads: list[Thread]) -> None:
        """One notice that waits for the community manager."""
        thread = next(thread for thread in threads if thread.group.slug == "plaies-et-cicatrisation")
        post = thread.posts.order_by("-position").first()
        reporter = next(user for user in self.members["plaies-et-cicatrisation"] if user != post.author)
        Report.objects.create(
            post=post,
            reporter=reporter,
            reason=Report.Reason.ADVERTISING,
            statement="Un produit est conseillé sans dire si l’auteur a un lien avec le fabricant.",
            excerpt=post.text[:400],
            created_at=self.now - timedelta(hours=5),
        )


def _voices(groups: list[dict]) -> dict[str, Counter[str]]:
    needed = {row["slug"]: Counter() for row in groups}
    parents = {row["slug"]: row["parent"] for row in groups}
    for thread in read("threads-*"):
        voices = Counter(voice.split(":")[0] for voice in {post["by"] for post in thread["posts"]})
        for slug in filter(None, (thread["group"], parents[thread["group"]])):
            needed[slug] |= voices
    return needed
