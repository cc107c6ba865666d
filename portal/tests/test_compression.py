"""Answers are compressed as Django would, a little less hard."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.gzip import GZipMiddleware as DjangoMiddleware

from portal.compression import GZipMiddleware

PAGE = "<p>La plaie est exsudative.</p>" * 400


def answers(make, request):
    return [middleware(lambda _request: make())(request) for middleware in (GZipMiddleware, DjangoMiddleware)]


def told(response):
    return {name: value for name, value in response.headers.items() if name != "Content-Length"}


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br", "br", ""])
@pytest.mark.parametrize(
    "make",
    [
        lambda: HttpResponse(PAGE),
        lambda: HttpResponse("court"),
        lambda: HttpResponse(PAGE, headers={"ETag": '"1"'}),
        lambda: HttpResponse(PAGE, headers={"Content-Encoding": "br"}),
        lambda: HttpResponse(PAGE, headers={"Vary": "Cookie"}),
    ],
)
def test_an_answer_is_what_django_makes_of_it(rf, make, accepted):
    ours, django = answers(make, rf.get("/", headers={"Accept-Encoding": accepted}))
    assert told(ours) == told(django)
    if ours.get("Content-Encoding") == "gzip":
        assert gzip.decompress(ours.content) == gzip.decompress(django.content) == make().content
        assert int(ours["Content-Length"]) == len(ours.content)
    else:
        assert ours.content == django.content


def test_what_comes_in_parts_is_compressed_in_parts(rf):
    ours, django = answers(
        lambda: StreamingHttpResponse([PAGE, PAGE]), rf.get("/", headers={"Accept-Encoding": "gzip"})
    )
    assert told(ours) == told(django)
    assert gzip.decompress(b"".join(ours)) == (PAGE * 2).encode()


def test_the_same_page_has_many_lengths(rf):
    request = rf.get("/", headers={"Accept-Encoding": "gzip"})
    middleware = GZipMiddleware(lambda _request: HttpResponse(PAGE))
    assert len({len(middleware(request).content) for _ in range(30)}) > 3
