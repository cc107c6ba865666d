"""The bell's page, what one follows, what one is mailed; and the links of mails, without signing in."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from members.views.common import member_page, next_url

from . import services
from .forms import ChannelForm, ChannelsForm
from .kinds import FOLLOWABLES, KINDS
from .links import read_token
from .mails import label_of
from .models import Channel, Mailbox, Subscription
from .reading import entries_of, grouped, notifications_of, unread_count

PER_PAGE = 30
FOLLOWED_PER_PAGE = 50


def _page_number(request: HttpRequest) -> str:
    return request.GET.get("page", "1")[:9]


@member_page
@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """What somebody is told, the newest first, grouped by thread."""
    rows = notifications_of(request.viewer).select_related("event__actor").order_by("-pk")
    page = Paginator(rows, PER_PAGE).get_page(_page_number(request))
    return render(
        request,
        "notifications/list.html",
        {"page": page, "groups": grouped(entries_of(request.viewer, page)), "mailbox": _mailbox(request)},
    )


def _mailbox(request: HttpRequest) -> Mailbox | None:
    """Where mail is stopped; None: it goes."""
    return Mailbox.objects.filter(user=request.user, blocked_at__isnull=False).first()


@member_page
@require_POST
def all_read(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(viewer=request.viewer)
    return redirect("notifications")


@member_page
@require_safe
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to what a notification is about. Following the link again changes nothing more."""
    found = services.notification_open(viewer=request.viewer, pk=pk)
    entries = entries_of(request.viewer, [found])
    if not entries:
        raise Http404
    return redirect(entries[0].told.url)


@never_cache
@require_GET
def count(request: HttpRequest) -> HttpResponse:
    """What the bell says, for its script; 0 for who is signed out."""
    return JsonResponse({"unread": unread_count(request.viewer)})


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def notification_settings(request: HttpRequest) -> HttpResponse:
    initial = services.channels_of(request.viewer)
    form = ChannelsForm(request.POST or None, viewer=request.viewer, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.preferences_set(user_id=request.viewer.user_id, channels=form.cleaned_data)
        messages.success(request, _("Your choices are saved."))
        return redirect("notification_settings")
    return render(
        request,
        "notifications/settings.html",
        {"form": form, "mailbox": _mailbox(request)},
        status=422 if form.is_bound else 200,
    )


@member_page
@require_POST
def mails(request: HttpRequest) -> HttpResponse:
    """`action`: resume (mail goes to the address again) or renew (links of earlier mails end)."""
    match request.POST.get("action"):
        case "resume":
            services.mails_resume(viewer=request.viewer)
            messages.success(request, _("Mail goes to your address again."))
        case "renew":
            services.links_renew(user_id=request.viewer.user_id)
            messages.success(request, _("The links of earlier mails work no longer."))
        case _:
            raise Http404
    return redirect("notification_settings")


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def subscriptions(request: HttpRequest) -> HttpResponse:
    """All that somebody follows or muted; a POST sets the level of one thing, from any page."""
    if request.method == "POST":
        target, pk = request.POST.get("target", ""), request.POST.get("id", "")
        if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
            raise Http404
        level = request.POST.get("level", "")
        services.subscription_set(viewer=request.viewer, target=target, target_id=int(pk), level=level)
        messages.success(request, _("Your choice is saved."))
        return redirect(next_url(request) or "subscriptions")
    held = Subscription.objects.filter(user_id=request.viewer.user_id).order_by("-created_at", "-pk")
    page = Paginator(held, FOLLOWED_PER_PAGE).get_page(_page_number(request))
    offered = [(thing, thing.offer(request.viewer)) for thing in FOLLOWABLES.values()]
    offers = [(thing, things) for thing, things in offered if things]
    return render(
        request,
        "notifications/subscriptions.html",
        {"page": page, "rows": _rows(request, page), "offers": offers},
    )


def _rows(request: HttpRequest, held) -> list:
    """(thing, followed, subscription) of what the reader may still read."""
    wanted: dict[str, list[int]] = {}
    for one in held:
        wanted.setdefault(one.target, []).append(one.target_id)
    loaded = {
        name: FOLLOWABLES[name].load(request.viewer, ids)
        for name, ids in wanted.items()
        if name in FOLLOWABLES
    }
    return [
        (FOLLOWABLES[one.target], loaded[one.target][one.target_id], one)
        for one in held
        if one.target_id in loaded.get(one.target, {})
    ]


@never_cache
@csrf_exempt  # a mail client posts without cookies; the address itself is the secret
@require_http_methods(["GET", "HEAD", "POST"])
def choice(request: HttpRequest, token: str) -> HttpResponse:
    """Sets or stops one kind of mail for whoever holds its link, signed in or not, and nothing else."""
    read = read_token(token)
    if read is None:
        return render(request, "notifications/choice_over.html", status=404)
    user_id, name = read
    kind = KINDS.get(name)
    form = None
    if kind is not None:
        form = ChannelForm(request.POST if "channel" in request.POST else None, kind=kind)
    done = False
    if request.method == "POST":
        if form is not None and form.is_bound:
            if form.is_valid():
                services.preferences_set(user_id=user_id, channels={name: form.cleaned_data["channel"]})
                done = True
        else:
            services.stop_mails(user_id=user_id, kind=name)
            done = True
    context = {"label": label_of(name), "form": form, "done": done, "is_digest": name in Channel.values}
    response = render(request, "notifications/choice.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
