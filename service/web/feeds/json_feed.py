"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import orjson

from service.web.feeds.entry import Feed

MEDIA_TYPE = "application/feed+json"


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed, UTF-8."""
    return orjson.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.page_href,
            "feed_url": feed.self_href,
            "description": " ".join(feed.attributions),
            "language": "en-GB",
            "items": [
                {
                    "id": entry.identity,
                    "url": entry.href,
                    **({"external_url": entry.official} if entry.official else {}),
                    "title": entry.title,
                    "content_text": entry.summary,
                    "date_published": entry.published.isoformat(),
                    "date_modified": entry.updated.isoformat(),
                    "authors": [{"name": entry.buyer}],
                    "tags": list(entry.tags),
                }
                for entry in feed.entries
            ],
        }
    )
