"""The bulletin desk by plain requests: arranged, approved once, and held against attacks."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape

import pytest
from fakes.clock import FakeClock
from fakes.newsroom import MONDAY, WEEK, bulletins_of, newsroom
from fakes.pages import CONFIG, served, signed_in
from fakes.readers import subscribed

from veille.bulletins import approved_issue, load_draft
from veille.model.decisions import Facet, State, Wish
from veille.model.deliveries import Answer, Outcome
from veille.staff.accounts import Role

DESK = f"/bulletins/{WEEK}"
EVIL = '<script>alert(1)</script><img src="https://evil.example/x" onerror=alert(2)>{{ 7*7 }}'
POSTS = [
    f"{DESK}/compose", f"{DESK}/items/n01/keep", f"{DESK}/items/n01/move", f"{DESK}/items/n01",
    f"{DESK}/sections", f"{DESK}/words", f"{DESK}/add", f"{DESK}/approve", f"{DESK}/test",
]  # fmt: skip
PAGES = ["/bulletins", DESK, f"{DESK}/preview", f"{DESK}/preview/mail.html"]
EDITORS_PAGES = [f"{DESK}/items/n01", f"{DESK}/words", f"{DESK}/add", f"{DESK}/approve"]
WEEKS = [
    "2026-W54", "2026-W00", "2026-47", "2026-W47.", "..", "....", "%2e%2e", "..%2f..%2fetc",
    "2026-W47%2f..%2f2026-W46", "2026-W47%00", "%EF%BC%92026-W47", "2026-W4%EF%BC%97", "2026-w47",
    "20261-W47",
]  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    workspace = newsroom(tmp_path_factory.mktemp("desk") / "w")
    folder = workspace.var / "bulletins"
    shutil.copytree(folder, workspace.var / "composed")
    with served(workspace, clock=FakeClock(MONDAY)) as site:
        yield site


@pytest.fixture
def site(running):
    """A site with this week's draft as it was composed."""
    yield running
    folder = running.workspace.var / "bulletins"
    shutil.rmtree(folder)
    shutil.copytree(running.workspace.var / "composed", folder)
    running.clock.advance(seconds=(MONDAY - running.clock.now()).total_seconds())
    running.bag.letters.clear()


@pytest.fixture
def jeanne(site):
    return signed_in(site, Role.EDITOR, "jeanne")


def draft(site):
    return load_draft(bulletins_of(site.workspace), WEEK)


def line(site, item_id):
    return next(one for one in draft(site).lines if one.item_id == item_id)


def fields(page, action):
    """Return what the form that posts to an address would send, its button aside."""
    [form] = re.findall(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page, re.S)
    found = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</tex', form))
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        found[name] = re.search(r'value="([^"]*)" selected', options)[1]
    found.pop("csrf")
    return {name: unescape(value) for name, value in found.items()}


def told(reply):
    assert reply.status == 303, reply.text
    return reply.headers["location"]


def test_nothing_is_promised_where_no_mail_can_leave(tmp_path):
    config = CONFIG.replace("host: 127.0.0.1", 'host: ""')
    with served(newsroom(tmp_path / "w", config=config), clock=FakeClock(MONDAY)) as site:
        jeanne = signed_in(site, Role.EDITOR, "jeanne")
        for path in ("/bulletins", DESK, f"{DESK}/approve"):
            page = unescape(jeanne.get(path).text)
            assert "Rien ne part encore par courriel. Il manque à config.yaml" in page
            assert "deliver.host" in page
            assert " part le " not in page


def test_the_weeks_say_where_they_stand(site, jeanne):
    page = jeanne.get("/bulletins").text
    assert "Semaine 47, 2026" in page
    assert "12 articles gardés sur 15" in page
    assert "18 novembre 2026" in page.replace("\u00a0", " ")
    assert "Semaine 48" in page  # next week can be begun


def test_an_issue_is_arranged_by_plain_forms(site, jeanne):
    page = jeanne.get(DESK).text
    order = [one for one in re.findall(r'id="item-(\w+)"', page) if one in {"n01", "n04", "n03"}]
    assert order == ["n01", "n04", "n03"]  # Bas-Saint-Laurent's two together
    form = fields(page, f"{DESK}/items/n03/move")
    assert told(jeanne.post(f"{DESK}/items/n03/move", form | {"by": "-1"})) == f"{DESK}#item-n03"
    page = jeanne.get(DESK).text
    order = [one for one in re.findall(r'id="item-(\w+)"', page) if one in {"n01", "n04", "n03"}]
    assert order == ["n03", "n01", "n04"]  # past the whole region
    form = fields(page, f"{DESK}/items/n04/move")
    jeanne.post(f"{DESK}/items/n04/move", form | {"to": "1"})
    assert [one.item_id for one in draft(site).kept][:2] == ["n04", "n03"]
    jeanne.post(f"{DESK}/items/n04/keep", {"keep": "no"})
    jeanne.post(f"{DESK}/items/n13/keep", {"keep": "yes"})
    assert not line(site, "n04").keep
    assert line(site, "n13").keep
    form = fields(jeanne.get(DESK).text, f"{DESK}/items/n13/move")
    jeanne.post(f"{DESK}/items/n13/move", form | {"to": "1", "section": "leadership"})
    assert line(site, "n13").section == "leadership"
    page = jeanne.get(DESK).text
    [seen] = set(re.findall(r'name="seen" value="(\w+)"', page))
    jeanne.post(f"{DESK}/sections", {"section": "events", "by": "-1", "seen": seen})
    assert draft(site).sections[-2:] == ("events", "calls")


def test_words_and_notes_are_written(site, jeanne):
    form = fields(jeanne.get(f"{DESK}/words").text, f"{DESK}/words")
    wanted = {"editorial": "Bonjour : voici\r\n\r\nla suite", "subject": "Le fonds, enfin"}
    told(jeanne.post(f"{DESK}/words", form | wanted))
    assert draft(site).editorial == "Bonjour : voici\n\nla suite"
    form = fields(jeanne.get(f"{DESK}/items/n01").text, f"{DESK}/items/n01")
    wanted = {"note": "À rapprocher de Verdun", "deadline": "2026-12-01", "title": "L’épicerie"}
    told(jeanne.post(f"{DESK}/items/n01", form | wanted))
    found = line(site, "n01")
    assert (found.note, found.title, str(found.deadline)) == tuple(
        wanted[one] for one in ("note", "title", "deadline")
    )
    page = jeanne.get(DESK).text
    assert "la suite" in page
    assert "Le fonds, enfin" in page
    assert "À rapprocher de Verdun" in page


def test_the_second_is_told_and_keeps_what_they_wrote(site, jeanne):
    luc = signed_in(site, Role.EDITOR, "luc")
    for path, name, first, second in (
        (f"{DESK}/items/n01", "note", "de Jeanne", "de Luc <b>"),
        (f"{DESK}/words", "editorial", "mot de Jeanne", "mot de Luc <b>"),
    ):
        form = fields(luc.get(path).text, path)
        told(jeanne.post(path, form | {name: first}))
        reply = luc.post(path, form | {name: second})
        assert reply.status == 409
        assert first in reply.text
        assert fields(reply.text, path)[name] == second
        assert second not in reply.text  # escaped
        told(luc.post(path, fields(reply.text, path)))  # seen, and written over on purpose
    assert line(site, "n01").note == "de Luc <b>"
    page = jeanne.get(DESK).text
    form = fields(page, f"{DESK}/items/n01/move")
    luc.post(f"{DESK}/items/n02/keep", {"keep": "no"})
    before = draft(site)
    told(jeanne.post(f"{DESK}/items/n01/move", form | {"by": "1"}))
    assert draft(site) == before
    assert "Quelqu’un a changé cela" in jeanne_reads(site, jeanne, form)


def jeanne_reads(site, jeanne, form):
    """What the page says after a move on an order that is no more."""
    reply = jeanne.post(f"{DESK}/items/n01/move", form | {"by": "1"})
    flash = reply.headers["set-cookie"].split(";")[0]
    return site.get(DESK, Cookie=f"{jeanne.cookie}; {flash}").text


def test_what_does_not_fit_is_told_and_kept_in_the_form(site, jeanne):
    form = fields(jeanne.get(f"{DESK}/items/n01").text, f"{DESK}/items/n01")
    for wrong in ({"note": "x" * 2_001}, {"deadline": "demain"}, {"title": "t" * 301}):
        reply = jeanne.post(f"{DESK}/items/n01", form | wrong)
        assert reply.status == 409
        [(name, text)] = wrong.items()
        assert fields(reply.text, f"{DESK}/items/n01")[name] == text
    assert line(site, "n01").note == ""
    assert jeanne.post(f"{DESK}/items/n01", form | {"section": "evil"}).status == 400
    assert jeanne.post(f"{DESK}/sections", {"section": "evil"}).status == 400
    assert jeanne.get(f"{DESK}/items/none").status == 404
    told(jeanne.post(f"{DESK}/items/none", form))


def test_an_item_is_found_and_added(site, jeanne):
    with jeanne.desk() as desk:
        desk.decisions.decide(
            [Wish("old", Facet.STATE, State.KEPT.value), Wish("old", Facet.NOTE, "Encore vrai")],
            author="luc", now=MONDAY,
        )  # fmt: skip
    page = jeanne.get(f"{DESK}/add?q=moulin").text
    assert "dans le brouillon" in page
    assert "Encore vrai" in page
    location = told(jeanne.post(f"{DESK}/add", {"item": "old"}))
    assert location == f"{DESK}#item-old"
    assert line(site, "old").note == "Encore vrai"
    assert told(jeanne.post(f"{DESK}/add", {"item": "old"})) == f"{DESK}/add"
    assert told(jeanne.post(f"{DESK}/add", {"item": "x' OR 1=1"})) == f"{DESK}/add"
    assert "dans le brouillon" in jeanne.get(f"{DESK}/add?q=parts+privil%C3%A9gi%C3%A9es").text
    with jeanne.desk() as desk:
        desk.decisions.decide(
            [Wish("old", Facet.STATE, None), Wish("old", Facet.NOTE, None)], author="luc",
            now=MONDAY,
        )  # fmt: skip


def test_what_was_set_aside_since_is_marked_and_not_offered(site, jeanne):
    spare = [one.item_id for one in draft(site).lines if not one.keep]
    with jeanne.desk() as desk:
        wish = Wish(spare[0], Facet.STATE, State.ASIDE.value)
        act = desk.decisions.decide([wish], author="jeanne", now=MONDAY)
    page = jeanne.get(DESK).text.partition('id="spare"')[2]
    assert "mis de côté" in page
    assert f"items/{spare[0]}/keep" not in page
    assert f'href="/items/{spare[0]}"' in page
    assert page.index(f"item-{spare[0]}") > page.index(f"item-{spare[-1]}"), "the last one"
    with jeanne.desk() as desk:
        desk.decisions.undo(act, author="jeanne", now=MONDAY)


def test_a_file_with_faults_is_told_with_its_lines(site, jeanne):
    path = site.workspace.var / "bulletins" / WEEK / "draft.yaml"
    path.write_text(path.read_text("utf-8").replace("keep: oui", "keep: peut-être", 1), "utf-8")
    page = jeanne.get(DESK)
    assert page.status == 200
    assert "peut-être" in page.text
    assert re.search(r"ligne \d+", page.text)
    assert str(site.workspace.root) not in page.text
    for path in EDITORS_PAGES:
        assert jeanne.get(path).status in {303, 404}
    assert told(jeanne.post(f"{DESK}/items/n01/keep", {"keep": "no"}))
    assert jeanne.get("/bulletins").status == 200


def test_previews_are_of_one_audience(site, jeanne):
    page = jeanne.get(f"{DESK}/preview?domain=leadership&region=QC-17&to=en&form=text").text
    assert "communauté de pratique" in page
    assert "Verdun" not in page
    assert "Leadership" in page
    assert 'lang="en"' in page
    assert jeanne.get(f"{DESK}/preview?frequency=monthly").status == 200
    nothing = jeanne.get(f"{DESK}/preview?region=FR-BRE&domain=leadership&domain=x&region=%27+--")
    assert nothing.status == 200
    for form in ("mail", "web"):
        frame = jeanne.get(f"{DESK}/preview/{form}.html?domain=leadership")
        assert "communauté de pratique" in frame.text
        assert "Verdun" not in frame.text
    assert jeanne.get(f"{DESK}/preview/issue.html").status == 404


def test_it_is_approved_once_and_then_edited_no_more(site, jeanne):
    with site.readers() as readers:
        for n in range(3):
            subscribed(readers, f"p{n}@example.org", now=site.clock.now())
    page = jeanne.get(f"{DESK}/approve").text
    assert re.search(r"<b>3</b><span>personnes abonnées", page)
    assert "example.org" not in page.replace("veille.example.org", "")
    form = fields(page, f"{DESK}/approve")
    with ThreadPoolExecutor(4) as hands:
        others = [signed_in(site, Role.EDITOR, name) for name in ("ana", "ben", "cleo", "dan")]
        replies = list(hands.map(lambda one: one.post(f"{DESK}/approve", form), others))
    assert {told(one) for one in replies} == {DESK}
    with jeanne.desk() as desk:
        approvals = [one for one in desk.audit.newest(50) if one.what == "bulletin.approve"]
    assert len(approvals) == 1
    approved = approved_issue(bulletins_of(site.workspace), WEEK)
    assert approved.by == approvals[0].who
    folder = site.workspace.var / "bulletins" / WEEK
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for path in POSTS[:-1]:
        jeanne.post(path, {"keep": "no", "section": "calls", "item": "old", "title": "x"})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    page = jeanne.get(DESK).text
    assert "approuvé par" in page
    assert "12 articles" in page
    assert jeanne.get(f"{DESK}/preview").status == 200


def test_only_the_draft_that_was_looked_at_is_approved(site, jeanne):
    form = fields(jeanne.get(f"{DESK}/approve").text, f"{DESK}/approve")
    jeanne.post(f"{DESK}/items/n01/keep", {"keep": "no"})
    reply = jeanne.post(f"{DESK}/approve", form)
    assert reply.status == 409
    assert "a changé depuis" in reply.text
    assert jeanne.post(f"{DESK}/approve").status == 409
    assert approved_issue(bulletins_of(site.workspace), WEEK) is None
    told(jeanne.post(f"{DESK}/approve", fields(reply.text, f"{DESK}/approve")))
    assert approved_issue(bulletins_of(site.workspace), WEEK)


def test_a_test_message_goes_to_one_address_that_is_kept_nowhere(site, jeanne, caplog):
    path = f"{DESK}/test?domain=leadership&to=fr"
    reply = jeanne.post(path, {"address": "moi.meme@essai.example"})
    assert told(reply).startswith(f"{DESK}/preview?domain=leadership")
    [letter] = site.bag.letters
    assert letter.recipient == "moi.meme@essai.example"
    assert b"communaut" in letter.data
    kept = [path for path in site.workspace.var.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"moi.meme" in path.read_bytes()]
    assert "moi.meme" not in caplog.text + str(reply.headers)
    with jeanne.desk() as desk:
        [act] = [one for one in desk.audit.newest(9) if one.what == "bulletin.test"]
    assert (act.who, act.subject, act.detail) == ("jeanne", WEEK, "")
    site.bag.answers.append(Answer(Outcome.REFUSED, 550, "5.1.1"))
    for address in ("pas une adresse", "a@b\r\nBcc: c@d.example", ""):
        told(jeanne.post(path, {"address": address}))
    assert len(site.bag.letters) == 1
    site.bag.answers.clear()
    for n in range(12):
        jeanne.post(path, {"address": f"p{n}@essai.example"})
    assert len(site.bag.letters) <= 10
    site.clock.advance(seconds=3_700)
    jeanne.post(path, {"address": "moi@essai.example"})
    assert site.bag.letters[-1].recipient == "moi@essai.example"


def test_composing_asks_for_a_week_that_may_be(site, jeanne):
    told(jeanne.post("/bulletins/2026-W48/compose"))
    assert load_draft(bulletins_of(site.workspace), "2026-W48").lines
    told(jeanne.post("/bulletins/2029-W01/compose"))
    assert not (site.workspace.var / "bulletins" / "2029-W01").exists()


@pytest.mark.parametrize("week", WEEKS)
def test_no_other_folder_is_named_by_a_week(site, jeanne, week):
    for path in ("", "/preview", "/preview/mail.html", "/approve", "/words", "/add", "/items/n01"):
        assert jeanne.get(f"/bulletins/{week}{path}").status in {400, 404}
    for path in ("/compose", "/approve", "/items/n01/keep", "/words"):
        assert jeanne.post(f"/bulletins/{week}{path}", {"keep": "no"}).status in {400, 404, 405}
    assert [path.name for path in (site.workspace.var / "bulletins").glob("[!.]*")] == [WEEK]


def test_who_may_not_is_refused_and_nothing_is_written(site, jeanne):
    path = site.workspace.var / "bulletins" / WEEK / "draft.yaml"
    before = path.read_bytes()
    reader, reviewer = signed_in(site, Role.RELAY, "relais"), signed_in(site, Role.REVIEWER, "rene")
    for page in PAGES:
        assert site.get(page).status == 303
        assert reader.get(page).status == 403
        assert reviewer.get(page).status == 200
    for page in EDITORS_PAGES:
        assert site.get(page).status == 303
        assert reviewer.get(page).status == 403
    given = {"keep": "no", "section": "calls", "item": "old", "address": "a@essai.example"}
    for page in POSTS:
        assert site.post(page, given.items()).status == 403
        assert reviewer.post(page, given).status == 403
        assert site.post(page, given.items(), Cookie=jeanne.cookie).status == 403  # forged
        forged = [*given.items(), ("csrf", reviewer.csrf)]
        assert site.post(page, forged, Cookie=jeanne.cookie).status == 403
        foreign = {"Sec-Fetch-Site": "cross-site"}
        assert jeanne.post(page, given, **foreign).status == 403
        assert jeanne.get(page).status in {200, 405}
        assert site.ask("PUT", page, Cookie=jeanne.cookie).status == 405
    assert path.read_bytes() == before
    assert site.bag.letters == []
    desk = reviewer.get(DESK).text
    assert f"{DESK}/items" not in desk
    assert "bulletin.js" not in desk


def test_what_others_wrote_is_only_text(site, jeanne):
    form = fields(jeanne.get(f"{DESK}/items/n01").text, f"{DESK}/items/n01")
    told(jeanne.post(f"{DESK}/items/n01", form | {"title": EVIL, "note": EVIL}))
    form = fields(jeanne.get(f"{DESK}/words").text, f"{DESK}/words")
    told(jeanne.post(f"{DESK}/words", form | {"editorial": EVIL, "subject": EVIL}))
    looked = [*PAGES, *EDITORS_PAGES, f"{DESK}/preview?form=text", f"{DESK}/preview?form=web",
              f"{DESK}/preview/web.html", f"{DESK}/add?q=<script>alert(1)</script>"]  # fmt: skip
    for path in looked:
        reply = jeanne.get(path)
        assert reply.status == 200, path
        assert "<script>alert" not in reply.text
        assert "<img" not in reply.text
        assert "49" not in re.findall(r"onerror=alert\(2\)[^{]*(49|\{\{)", unescape(reply.text))
    for form in ("mail", "web"):
        frame = jeanne.get(f"{DESK}/preview/{form}.html")
        policy = frame.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "sandbox" in policy.split("; ")  # no token: nothing runs
        assert "frame-ancestors 'self'" in policy
        assert "script-src" not in policy
        assert "img-src" not in policy
        assert frame.headers["x-frame-options"] == "SAMEORIGIN"
    page = jeanne.get(f"{DESK}/preview").text
    assert re.search(r'<iframe[^>]* sandbox=""', page)


def test_after_its_hour_the_figures_of_the_sending_are_shown(site, jeanne):
    told(
        jeanne.post(
            f"{DESK}/approve", fields(jeanne.get(f"{DESK}/approve").text, f"{DESK}/approve")
        )
    )
    site.clock.advance(seconds=timedelta(days=8).total_seconds())
    jeanne = signed_in(site, Role.EDITOR, "jeanne")  # a week later
    assert "retenu" in jeanne.get(DESK).text
    from veille.mailout.plan import plan_issue
    from veille.store.outbox import Outbox

    with site.readers() as readers:
        subscribed(readers, "zoe@example.org", now=site.clock.now())
        bulletins = bulletins_of(site.workspace)
        plan = plan_issue(bulletins, readers, approved_issue(bulletins, WEEK), site.clock.now())
        Outbox(readers.db).queue(
            WEEK, [post.mail for post in plan.posts], plan.readers, site.clock.now()
        )
    page = jeanne.get(DESK).text
    assert re.search(r"\d+ en attente|attend", page)
    assert "zoe@" not in page
