"""Papers of a posting: attached by a buyer's people, given to firms as files that no browser opens by itself."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from service.domain.posting_file import ALLOWED, FILES_CAP, SIZE_CAP, PostingFile
from service.web.audience import known_visitor, only
from service.web.house import house_of
from service.web.middleware.bodies import read_form, read_upload
from service.web.pages.postings import found_posting
from service.web.rendering import page

_MEGA = 1024 * 1024


@only("posting.read")
async def papers(request: web.Request) -> web.Response:
    """GET `/buyers/postings/{posting}/files`: what is attached."""
    return await _papers_page(request)


@only("posting.draft")
async def add(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/files`: one more file."""
    sent = await read_upload(request, most=SIZE_CAP)
    identity = request.match_info["posting"]
    problem = "Choose a file" if not sent.name and not sent.body else ""
    if not problem:
        kept = house_of(request).accounts.posting_papers
        problem = await kept.add(known_visitor(request), identity, name=sent.name, body=sent.body)
    if problem:
        return await _papers_page(request, problem=problem)
    raise web.HTTPSeeOther(f"/buyers/postings/{identity}/files")


@only("posting.draft")
async def take_out(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/files/remove`: a file that goes with it no more."""
    file, identity = (await read_form(request)).get("file", ""), request.match_info["posting"]
    await house_of(request).accounts.posting_papers.take_out(known_visitor(request), identity, file)
    raise web.HTTPSeeOther(f"/buyers/postings/{identity}/files")


@only("posting.read")
async def own_file(request: web.Request) -> web.Response:
    """GET `/buyers/postings/{posting}/files/{file}`: for the buyer's own people."""
    kept = house_of(request).accounts.posting_papers
    asked = request.match_info
    return _download(*await kept.for_people(known_visitor(request), asked["posting"], asked["file"]))


async def public_file(request: web.Request) -> web.Response:
    """GET `/opportunities/{id}/files/{file}`: for everybody, once it is published."""
    kept = house_of(request).accounts.posting_papers
    return _download(*await kept.for_everybody(request.match_info["id"], request.match_info["file"]))


def _download(file: PostingFile, body: bytes) -> web.Response:
    """A file to be saved: its kind is the one it was seen to have, and nothing in it may run on our pages."""
    plain = "".join(each if (each.isascii() and each.isalnum()) or each in "-_. " else "_" for each in file.name)
    return web.Response(
        body=body,
        content_type=file.kind,
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


async def _papers_page(request: web.Request, *, problem: str = "") -> web.Response:
    found = await found_posting(request)
    files = await house_of(request).accounts.posting_papers.of(known_visitor(request), found.identity)
    return await page(
        request,
        "pages/posting_papers.html",
        status=422 if problem else 200,
        title="Papers",
        posting=found,
        files=[
            {"identity": each.identity, "name": each.name, "size": f"{max(1, each.size // 1024):,} KB"}
            for each in files
        ],
        may_draft=known_visitor(request).may("posting.draft", organisation=found.organisation),
        hint=f"{ALLOWED}. Up to {SIZE_CAP // _MEGA} MB each, {FILES_CAP} in all. No macros.",
        problem=problem,
        problems=[{"text": problem, "href": "#file"}] if problem else [],
    )


ROUTES = (
    web.get("/buyers/postings/{posting}/files", papers),
    web.post("/buyers/postings/{posting}/files", add),
    web.post("/buyers/postings/{posting}/files/remove", take_out),
    web.get("/buyers/postings/{posting}/files/{file}", own_file),
    web.get("/opportunities/{id}/files/{file}", public_file),
)
