"""Parts of URLs, shared by the stand-ins."""
from urllib.parse import parse_qs, unquote, urlsplit


def split(url):
    parts = urlsplit(url)
    return parts, {k: v for k, v in parse_qs(parts.query).items()}


def text(value):
    return unquote(value) if value else ""
