"""Demo news, offers and trainings, from `data/{news,jobs,trainings}-*.json`; dates are relative to today."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.text import slugify

from home.editorial import EditorialPage
from jobs.models import JobIndexPage, JobPage
from news.models import NewsIndexPage, NewsPage
from taxonomy.models import ContractType, Department, Profession, Specialty, Theme
from trainings.models import TrainingIndexPage, TrainingPage, TrainingSession

from .texts import read

SLUG_LENGTH = 60


class Pages:
    def __init__(self, now: datetime):
        self.now, self.today = now, now.date()
        self.professions = {row.slug: row for row in Profession.objects.all()}
        self.themes = {row.slug: row for row in Theme.objects.listed()}
        self.contracts = {row.slug: row for row in ContractType.objects.all()}
        self.departments = {row.code: row for row in Department.objects.all()}
        self.specialties: dict[tuple[str, int], Specialty] = {}
        for specialty in Specialty.objects.all():
            for label in [specialty.label, *specialty.synonyms.split(", ")]:
                self.specialties[label, specialty.profession_id] = specialty

    def create(self) -> None:
        self._under(NewsIndexPage, "news-*", self._news)
        self._under(JobIndexPage, "jobs-*", self._job)
        self._under(TrainingIndexPage, "trainings-*", self._training)

    def _under(self, index_model, pattern: str, build) -> None:
        index = index_model.objects.get()
        for row in read(pattern):
            page = build(row)
            self._describe(page, row)
            index.add_child(instance=page)

    def _describe(self, page: EditorialPage, row: dict) -> None:
        """What every editorial page has."""
        professions = [self.professions[slug] for slug in row["professions"]]
        page.slug = f"{slugify(row['title'])[:SLUG_LENGTH].strip('-')}-{row['key']}"
        page.audience = row["audience"]
        page.professions = professions
        page.specialties = [
            self.specialties[label, profession.pk]
            for label in row["specialties"]
            for profession in professions
            if (label, profession.pk) in self.specialties
        ]
        page.departments = [self.departments[code] for code in row.get("departments", [])]
        page.themes.set([self.themes[slug] for slug in row["themes"]])
        page.body = [(block.pop("type"), _value(block)) for block in row["body"]]
        page.first_published_at = page.last_published_at = page.latest_revision_created_at = page.published_at

    def _ago(self, row: dict) -> datetime:
        """Within the day, at an hour that differs from one page to the next."""
        return self.now - timedelta(days=row["days_ago"], minutes=len(row["title"]) * 11 % 540)

    def _news(self, row: dict) -> NewsPage:
        reviewed = row["reviewed_days_ago"]
        return NewsPage(
            title=row["title"],
            standfirst=row["standfirst"],
            source_name=row["source_name"],
            source_type=row["source_type"],
            source_url=row["source_url"],
            author_name=row["author_name"],
            author_profession=self.professions.get(row["author_profession"]),
            reviewer_name=row["reviewer_name"],
            reviewer_profession=self.professions.get(row["reviewer_profession"]),
            interests=row["interests"],
            reviewed_on=None if reviewed is None else self.today - timedelta(days=reviewed),
            published_at=self._ago(row),
        )

    def _job(self, row: dict) -> JobPage:
        closes_on = self.today + timedelta(days=row["closes_in_days"])
        opens_on = min(self.today - timedelta(days=row["days_ago"]), closes_on - timedelta(days=30))
        page = JobPage(
            title=row["title"],
            employer=row["employer"],
            contract=self.contracts[row["contract"]],
            working_time=row["working_time"] or "",
            postal_code=row["postal_code"],
            town=row["town"],
            pay_min=_decimal(row["pay_min"]),
            pay_max=_decimal(row["pay_max"]),
            pay_unit=row["pay_unit"] or "",
            retrocession=_decimal(row["retrocession"]),
            opens_on=opens_on,
            closes_on=closes_on,
            apply_email=row["apply_email"],
            apply_url=row["apply_url"],
            reference=row["reference"],
            published_at=self._ago(row),
        )
        page.set_department()
        return page

    def _training(self, row: dict) -> TrainingPage:
        page = TrainingPage(
            title=row["title"],
            search_description=row["summary"][:300],
            body_name=row["body_name"],
            body_number=row["body_number"],
            kind=row["kind"],
            format=row["format"],
            hours=_decimal(row["hours"]),
            price=_decimal(row["price"]),
            funding=row["funding"],
            action_number=row["action_number"],
            prerequisites=row["prerequisites"],
            accessibility_contact=row["accessibility_contact"],
            published_at=self.now - timedelta(days=len(row["body_name"]) * 3, minutes=len(row["title"]) * 7),
        )
        page.sessions = [self._session(session) for session in row["sessions"]]
        return page

    def _session(self, row: dict) -> TrainingSession:
        starts: date = self.today + timedelta(days=row["starts_in_days"])
        return TrainingSession(
            starts_on=starts,
            ends_on=starts + timedelta(days=max(0, row["days"] - 1)),
            town=row["town"],
            postal_code=row["postal_code"],
            seats=row["seats"],
            price=_decimal(row["price"]),
        )


def _decimal(value: int | float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _value(block: dict):
    """A StreamField value; tables are written as a header and rows."""
    if "header" in block:
        return {
            "data": [block["header"], *block["rows"]],
            "first_row_is_table_header": True,
            "first_col_is_header": False,
            "table_caption": block.get("caption", ""),
        }
    return block["value"] if set(block) == {"value"} else block
