"""The browser, and what nobody looks at while clicking: errors, refused scripts, requests to others."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, expect, sync_playwright

from members.models import User

PHONE = {"width": 375, "height": 812}
DESKTOP = {"width": 1280, "height": 900}
# No sandbox: CI runs as root. The rest: a browser that talks to the tested server only.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]
# How Chromium tells that a page answered an error, which is often what a test is about.
STATUS_MESSAGE = "Failed to load resource: the server responded with a status of"


# Generous: CI has one core for browser, server and database.
expect.set_options(timeout=10_000)


@contextmanager
def launched(path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What went wrong in the pages of one test."""

    address: str
    problems: list[str] = field(default_factory=list)

    def page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(STATUS_MESSAGE):
            self.problems.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.problems.append(f"request to somebody else: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.problems.append(f"{response.status}: {response.url}")


def new_context(browser: Browser, address: str, size: dict, **options) -> BrowserContext:
    context = browser.new_context(viewport=size, base_url=address, locale="fr-FR", **options)
    context.set_default_timeout(15_000)
    return context


def sign_in(context: BrowserContext, address: str, user: User) -> None:
    """Without the form, which has tests of its own."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])
