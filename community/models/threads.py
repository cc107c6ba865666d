"""Threads and their posts."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from core.text import slug_of
from core.urls import cached_reverse
from taxonomy.models import Profession, TaggedItemBase

from ..querysets import PostQuerySet, ThreadQuerySet
from .groups import Group

TITLE_MAX = 150
POSTS_PER_PAGE = 20


class Hideable(models.Model):
    """What a moderator can take out of sight, with a reason that its author reads."""

    hidden_at = models.DateTimeField(_("hidden at"), null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    hidden_reason = models.CharField(_("reason"), max_length=300, blank=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None


class TaggedThread(TaggedItemBase):
    content_object = models.ForeignKey("Thread", on_delete=models.CASCADE, related_name="tagged_items")

    class Meta:
        verbose_name = _("theme of a thread")
        verbose_name_plural = _("themes of threads")
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="community_thread_theme_once")
        ]


class Thread(Hideable):
    """A question or topic: its first post (position 1) and what is replied to it."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="threads")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="community_threads"
    )
    title = models.CharField(_("title"), max_length=TITLE_MAX)
    slug = models.SlugField(_("slug"), max_length=80)
    # « Avis demandé »: professions that the author asks for an opinion.
    requested_professions = models.ManyToManyField(
        Profession,
        verbose_name=_("opinion asked of"),
        related_name="+",
        blank=True,
        db_table="community_thread_asked",
    )
    tags = TaggableManager(
        verbose_name=_("themes"), through=TaggedThread, related_name="community_threads", blank=True
    )
    pinned = models.BooleanField(_("pinned"), default=False)
    locked = models.BooleanField(_("locked"), default=False)
    accepted_post = models.ForeignKey(
        "Post",
        verbose_name=_("accepted answer"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    # Kept by `community.counters` from the posts that are neither hidden nor deleted.
    last_activity_at = models.DateTimeField(_("last activity"), default=timezone.now)
    post_count = models.PositiveIntegerField(_("posts"), default=0)
    answer_count = models.PositiveIntegerField(_("replies by others than the author"), default=0)

    objects = ThreadQuerySet.as_manager()
    versioned_fields: ClassVar[tuple[str, ...]] = ("title",)

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        indexes = [
            models.Index(fields=["group", "-pinned", "-last_activity_at"]),
            models.Index(fields=["group", "-last_activity_at"]),
            models.Index(fields=["-last_activity_at"]),
            models.Index(fields=["answer_count", "-created_at"]),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs) -> None:
        # Titles in a script that slugs cannot hold still get a slug.
        self.slug = self.slug or slug_of(self.title)[:80].strip("-") or "discussion"
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return cached_reverse("community_thread", self.group.slug, self.pk, self.slug)


class Post(Hideable):
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="community_posts"
    )
    # The verified profession in which the author wrote (the one that was asked, when they have several).
    profession = models.ForeignKey(
        Profession,
        verbose_name=_("profession"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    position = models.PositiveIntegerField(_("position"))  # 1 is the question; never reused
    body = models.TextField(_("message"))  # sanitized HTML
    text = models.TextField(_("message as plain text"))
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    # Made with the form that was sent: the same form sent twice makes one post.
    idempotency_key = models.CharField(  # noqa: DJ001
        max_length=32, null=True, blank=True, editable=False, db_column="form_key"
    )

    objects = PostQuerySet.as_manager()
    versioned_fields: ClassVar[tuple[str, ...]] = ("body",)

    class Meta:
        ordering = ["position"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(fields=["thread", "position"], name="community_post_position"),
            models.UniqueConstraint(fields=["author", "idempotency_key"], name="community_post_form_once"),
        ]
        indexes = [models.Index(fields=["author", "-created_at"])]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        """The permalink: it redirects to the page of the thread where the post stands for its reader."""
        return reverse("community_post", args=[self.pk])

    @property
    def is_question(self) -> bool:
        return self.position == 1
