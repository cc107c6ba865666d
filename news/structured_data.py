from django.http import HttpRequest

from home.branding import Brand
from home.links import may_follow
from home.structured_data import Data, organization
from members.access import VISITOR
from taxonomy.models import Profession

from .models import NewsPage


def news_article(page: NewsPage, request: HttpRequest) -> Data:
    return {
        "@type": "NewsArticle",
        "headline": page.title,
        "description": page.standfirst,
        "url": page.full_url,
        "datePublished": page.date.isoformat() if page.date else None,
        "dateModified": page.last_published_at.isoformat() if page.last_published_at else None,
        "inLanguage": "fr",
        "author": _person(page.author_name, page.author_profession),
        "editor": _person(page.reviewer_name, page.reviewer_profession),
        "publisher": organization(Brand.for_request(request).name),
        "isBasedOn": page.source_url if may_follow(page.source_url, VISITOR) else None,
    }


def _person(name: str, profession: Profession | None) -> Data | None:
    if not name:
        return None
    return {"@type": "Person", "name": name, "jobTitle": profession.label if profession else None}
