"""Pages are compressed less hard than Django does: a list is 2 % larger so, and takes half the time."""

import gzip
import secrets

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.middleware import gzip as django_gzip
from django.utils.cache import patch_vary_headers

# Of 9; Django's is 6.
LEVEL = 4
# Shorter answers are left as they are, as Django leaves them.
SHORT = 200
_FNAME = 8


class GZipMiddleware(django_gzip.GZipMiddleware):
    def process_response(
        self, request: HttpRequest, response: HttpResponse | StreamingHttpResponse
    ) -> HttpResponse | StreamingHttpResponse:
        accepted = django_gzip.re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        plain = not response.streaming and not response.has_header("Content-Encoding")
        if not (accepted and plain and len(response.content) >= SHORT) or response.has_header("ETag"):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        compressed = padded(gzip.compress(response.content, LEVEL, mtime=0), self.max_random_bytes)
        if len(compressed) < len(response.content):
            response.content = compressed
            response.headers["Content-Length"] = str(len(compressed))
            response.headers["Content-Encoding"] = "gzip"
        return response


def padded(compressed: bytes, most: int) -> bytes:
    """A file name of random length: what is compressed cannot be guessed from how long it is (BREACH)."""
    header = bytearray(compressed[:10])
    header[3] = _FNAME
    return bytes(header) + b"a" * secrets.randbelow(most) + b"\x00" + compressed[10:]
