from django.http import HttpRequest


def site(request: HttpRequest) -> dict:
    """What every page shows around its content: brand and the reader."""
    from .branding import Brand

    return {"brand": Brand.for_request(request), "viewer": request.viewer}
