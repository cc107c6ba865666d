from datetime import timedelta

import factory
from django.utils import timezone

from home.factories import PageFactory

from .models import TrainingIndexPage, TrainingPage, TrainingSession


class TrainingPageFactory(PageFactory):
    class Meta:
        model = TrainingPage

    _parent_model = TrainingIndexPage
    title = factory.Sequence(lambda n: f"Cours pratique {n}")
    body_name = factory.Sequence(lambda n: f"Organisme numéro {n}")
    body = factory.LazyFunction(lambda: [("paragraph", "<p>Deux journées en petit groupe.</p>")])


class TrainingSessionFactory(factory.Factory):
    """Not saved: give it to a page (`sessions=[…]`). `in_days`: counted from today, negative when past."""

    class Meta:
        model = TrainingSession

    class Params:
        in_days = 30
        days = 1

    starts_on = factory.LazyAttribute(lambda session: timezone.localdate() + timedelta(days=session.in_days))
    ends_on = factory.LazyAttribute(lambda session: session.starts_on + timedelta(days=session.days - 1))
    postal_code = "44000"
    town = "Nantes"
