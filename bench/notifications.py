"""What telling costs the worker, and the bell a page (docs/notifications.md). Rolls back what it makes.

python bench/notifications.py [recipients]     on the database of DATABASE_URL
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()

from django.db import transaction

from community.factories import GroupFactory, ThreadFactory, viewer_of
from community.services import post_create
from members.models import User, Verification
from members.viewers import viewer_for
from notifications.models import Notification, Subscription
from notifications.reading import unread_count
from notifications.telling import tell_waiting
from taxonomy.models import Profession


def followers(group, number: int) -> None:
    nurse = Profession.objects.get(slug="infirmier")
    users = User.objects.bulk_create(
        [User(email=f"bench-{n}@example.test", password="!", first_name="B") for n in range(number)]
    )
    held = [Verification(user=user, profession=nurse, state="verified") for user in users]
    Verification.objects.bulk_create(held)
    Subscription.objects.bulk_create(
        [Subscription(user=u, target="group", target_id=group.pk, level="followed") for u in users]
    )


def measured(what: str, work, times: int = 1) -> None:
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(times):
        work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{what}: {cpu / times * 1000:.2f} ms CPU, {wall / times * 1000:.2f} ms")


def main(number: int) -> None:
    tell_waiting(10_000)
    group = GroupFactory(professions=["infirmier", "medecin"])
    thread = ThreadFactory(group=group)
    followers(group, number)
    writer = viewer_of(thread.author)
    measured("the request's part", lambda: post_create(viewer=writer, thread=thread, body="<p>Un avis.</p>"))
    measured(f"telling {number} people", tell_waiting)
    print(f"told: {Notification.objects.filter(event__subject=f'thread:{thread.pk}').count()}")
    viewer = viewer_for(User.objects.get(email="bench-1@example.test"))
    unread_count(viewer)
    measured("the bell, one unread", lambda: unread_count(viewer), 300)
    Notification.objects.filter(recipient_id=viewer.user_id).delete()
    measured("the bell, none unread", lambda: unread_count(viewer), 300)


if __name__ == "__main__":
    with transaction.atomic():
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
        transaction.set_rollback(True)
