import factory

from home.factories import PageFactory

from .models import NewsIndexPage, NewsPage


class NewsPageFactory(PageFactory):
    class Meta:
        model = NewsPage

    _parent_model = NewsIndexPage
    title = factory.Sequence(lambda n: f"Nouvelle recommandation {n}")
    standfirst = factory.Sequence(lambda n: f"Ce qui change pour les équipes, épisode {n}.")
    body = factory.LazyFunction(lambda: [("paragraph", "<p>Le texte de la recommandation.</p>")])
