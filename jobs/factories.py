import factory

from home.factories import PageFactory
from taxonomy.models import ContractType

from .models import JobIndexPage, JobPage


class JobPageFactory(PageFactory):
    """An offer in Saint-Brieuc; `contract` is given by slug."""

    class Meta:
        model = JobPage

    class Params:
        contract_slug = "cdi"

    _parent_model = JobIndexPage
    title = factory.Sequence(lambda n: f"Poste de nuit {n}")
    employer = factory.Sequence(lambda n: f"Centre hospitalier numéro {n}")
    contract = factory.LazyAttribute(lambda page: ContractType.objects.get(slug=page.contract_slug))
    postal_code = "22000"
    town = "Saint-Brieuc"
    apply_email = factory.Sequence(lambda n: f"recrutement{n}@hopital.example")
    body = factory.LazyFunction(lambda: [("paragraph", "<p>Une équipe de douze personnes.</p>")])
