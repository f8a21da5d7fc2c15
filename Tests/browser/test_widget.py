"""The widget on a site of another origin with a strict policy, in Chromium. `Scripts/browser.sh` runs it.

Environment: KALAMNA (the binary), PAGES (a folder for pictures; none without it), FRONT and PORT (see Kalamna).
"""

import os
import re
import sys
import tempfile
import time

from playwright.sync_api import expect, sync_playwright

from kalamna_server import Kalamna, Site

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# What Chromium itself says about a server that is away, and that cannot be avoided.
NETWORK = re.compile(r"Failed to load resource|net::ERR_|ERR_CONNECTION")


class Customer:
    """A browser context with the site open, and all that its console said."""

    def __init__(self, browser, site, viewport=DESKTOP, path="/", **options):
        self.context = browser.new_context(viewport=viewport, locale="ar-EG", **options)
        self.complaints = []
        self.site = site
        self.page = self.tab(path)

    def tab(self, path="/"):
        page = self.context.new_page()
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: self.complaints.append(f"{e}"))
        page.goto(self.site.url + path)
        return page

    def done(self, network=False):
        """Nothing in any console: no error, no violation of a policy."""
        left = [c for c in self.complaints if not (network and NETWORK.search(c))]
        self.context.close()
        assert not left, left


def launcher(page):
    return page.locator("kalamna-chat .launch")


def chat(page):
    return page.frame_locator("kalamna-chat iframe")


def open_chat(page):
    launcher(page).click()
    expect(chat(page).locator(".msg").first).to_be_visible()
    return chat(page)


def write(frame, text):
    frame.locator("#text").fill(text)
    frame.locator("#text").press("Enter")


def last(frame, sender):
    return frame.locator(f".msg.{sender}").last


def picture(page, name):
    folder = os.environ.get("PAGES")
    if folder:
        page.wait_for_timeout(400)
        page.screenshot(path=f"{folder}/{name}.png")


def opens_asks_and_is_found_again(browser, site, _):
    customer = Customer(browser, site)
    page = customer.page
    expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    expect(launcher(page)).to_have_attribute("aria-label", "كلّم خدمة العملاء")
    assert launcher(page).bounding_box()["x"] < 100, "an Arabic page has it on the left"
    frame = open_chat(page)
    expect(launcher(page)).to_have_attribute("aria-expanded", "true")
    expect(frame.locator("#name")).to_have_text("دولاب نعمة")
    expect(frame.locator("#chips button")).to_have_count(4)
    expect(frame.locator("#text")).to_be_focused()
    picture(page, "desktop-open")
    write(frame, "التوصيل للجيزة بكام؟")
    expect(last(frame, "bot")).to_contain_text("60")
    expect(frame.locator("#chips")).to_be_hidden()
    write(frame, "3ayza araga3 fostan eshtareto mn el website, a3mel eh?")
    expect(frame.locator(".msg.bot")).to_have_count(3)
    expect(last(frame, "bot")).to_contain_text("المندوب")
    expect(last(frame, "user").locator("[data-p=state]")).to_have_text("اتبعتت")
    assert last(frame, "user").locator(".text").evaluate("el => getComputedStyle(el).direction") == "ltr", "by content"
    last(frame, "bot").locator("summary").click()
    expect(last(frame, "bot").locator("li").first).to_be_visible()
    thumb = last(frame, "bot").locator("[value=up]")
    thumb.click()
    expect(thumb).to_have_attribute("aria-pressed", "true")
    picture(page, "desktop-answered")
    write(frame, "<img src=x onerror=alert(1)> [x](javascript:alert(1)) https://shop.example/a?b=1.")
    expect(last(frame, "user").locator(".text")).to_contain_text("<img src=x onerror=alert(1)>")
    assert last(frame, "user").locator("a").evaluate_all("all => all.map((a) => a.href)") == ["https://shop.example/a?b=1"]
    expect(frame.locator(".msg.bot")).to_have_count(4)

    page.keyboard.press("Escape")
    expect(launcher(page)).to_be_focused()
    expect(page.locator("kalamna-chat .panel")).to_be_hidden()
    launcher(page).press("Enter")
    expect(frame.locator("#text")).to_be_focused()
    page.goto(site.url + "/other")  # open there too, without taking the focus
    frame = chat(page)
    expect(frame.locator(".msg.user")).to_have_count(3)
    expect(frame.locator(".msg.bot")).to_have_count(4)
    assert page.evaluate("document.activeElement === document.body")
    page.evaluate("document.body.replaceWith(document.createElement('body'))")
    expect(frame.locator(".msg.user")).to_have_count(3)
    customer.done()


def many_tabs_share_a_line(browser, site, _):
    customer = Customer(browser, site)
    first = open_chat(customer.page)
    write(first, "بتفتحوا امتى؟")
    expect(first.locator(".msg.bot")).to_have_count(2)
    second_page = customer.tab()
    streams = []
    second_page.on("request", lambda r: streams.append(r.url) if "/events" in r.url else None)
    second = open_chat(second_page)
    expect(second.locator(".msg.user")).to_have_count(1)
    write(first, "عندكم مقاسات كبيرة؟")
    expect(second.locator(".msg.user")).to_have_count(2)
    expect(second.locator(".msg.bot")).to_have_count(3)
    write(second, "شكرا")
    expect(first.locator(".msg.user")).to_have_count(3)
    assert not streams, "the second tab opened a line of its own"
    customer.page.close()  # the second takes the line over
    write(second, "التوصيل لأسوان بكام؟")
    expect(last(second, "bot")).to_contain_text("100")
    assert streams
    customer.done()


def survives_a_server_that_dies(browser, site, kalamna):
    customer = Customer(browser, site)
    frame = open_chat(customer.page)
    write(frame, "أدفع إزاي؟")
    expect(frame.locator(".msg.bot")).to_have_count(2)
    kalamna.kill()
    write(frame, "التوصيل للجيزة بكام؟")
    expect(last(frame, "user").locator("[data-p=state]")).to_have_text(re.compile("مستنية|بيتبعت"))
    expect(frame.locator("#net")).to_be_visible(timeout=15_000)
    picture(customer.page, "desktop-server-away")
    kalamna.start()
    expect(last(frame, "bot")).to_contain_text("60", timeout=40_000)
    expect(frame.locator("#net")).to_be_hidden()
    expect(frame.locator(".msg.user")).to_have_count(2)
    expect(last(frame, "user").locator("[data-p=state]")).to_have_text("اتبعتت")
    customer.done(network=True)

    kalamna.kill()
    away = Customer.__new__(Customer)
    away.context, away.complaints, away.site = browser.new_context(viewport=DESKTOP, locale="ar-EG"), [], site
    page = away.page = away.context.new_page()
    page.on("pageerror", lambda e: away.complaints.append(f"{e}"))
    page.goto(site.url)  # without widget.js: the page is as without it
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("kalamna-chat").count() == 0
    kalamna.start()
    page.reload()
    expect(launcher(page)).to_be_visible()
    kalamna.kill()
    launcher(page).click()  # the launcher is there, the chat is not
    expect(page.get_by_text("مش قادرين نفتح المحادثة")).to_be_visible(timeout=20_000)
    picture(page, "desktop-away")
    kalamna.start()
    page.get_by_role("button", name="حاول تاني").click()
    expect(chat(page).locator(".msg").first).to_be_visible()
    away.done()


def goes_on_after_the_network_was_away(browser, site, _):
    customer = Customer(browser, site, PHONE, has_touch=True, is_mobile=True)
    frame = open_chat(customer.page)
    picture(customer.page, "phone-open")
    box = customer.page.locator("kalamna-chat iframe").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844), "the whole of a phone"
    customer.context.set_offline(True)
    expect(frame.locator("#net")).to_be_visible()
    write(frame, "التوصيل للجيزة بكام؟")
    expect(last(frame, "user").locator("[data-p=state]")).to_have_text("مستنية الاتصال")
    picture(customer.page, "phone-offline")
    customer.context.set_offline(False)
    expect(last(frame, "bot")).to_contain_text("60", timeout=20_000)
    expect(frame.locator("#net")).to_be_hidden()
    picture(customer.page, "phone-answered")
    frame.locator("#close").click()
    expect(launcher(customer.page)).to_be_visible()
    customer.done(network=True)


def streams_an_answer(browser, site, _):
    """The server's events are played here, so that no language model is needed."""
    customer = Customer(browser, site)
    events = [("typing", "{}"), ("delta", '{"turn_id":"t1","text":"كان غلط"}'), ("restart", '{"turn_id":"t1"}'),
              ("delta", '{"turn_id":"t1","text":"التوصيل "}'), ("delta", '{"turn_id":"t1","text":"بـ"}')]
    body = "retry: 3000\n: connected\n\n" + "".join(f"event: {event}\ndata: {data}\n\n" for event, data in events)
    streams = []

    def play(route):
        streams.append(route.request.url)
        if len(streams) > 1:
            route.continue_()
        else:
            route.fulfill(status=200, content_type="text/event-stream; charset=utf-8", body=body)

    customer.context.route("**/session/events**", play)
    frame = open_chat(customer.page)
    write(frame, "التوصيل للجيزة بكام؟")
    draft = frame.locator(".msg.bot[aria-busy=true] .text")
    expect(draft).to_have_text("التوصيل بـ")
    expect(last(frame, "bot")).to_contain_text("60")  # over the next stream, which begins without the draft of the last
    expect(draft).to_have_count(0)
    expect(frame.locator(".msg.bot")).to_have_count(2)
    assert len(streams) == 2, streams
    customer.done()


def an_agent_takes_over(browser, site, kalamna):
    customer = Customer(browser, site)
    frame = open_chat(customer.page)
    write(frame, "التوصيل للجيزة بكام؟")
    expect(frame.locator(".msg.bot")).to_have_count(2)
    frame.locator("#human").click()
    expect(frame.locator("#human")).to_be_disabled()
    expect(frame.locator("#human")).to_have_text("في انتظار موظف")
    session = kalamna.admin("GET", "/v1/sessions?handling=waiting")["items"][0]["id"]
    kalamna.admin("POST", f"/v1/sessions/{session}/take-over", {})
    expect(frame.locator("#human")).to_have_text("معاك موظف")
    # When it is seen, by the clock that the frame and this test share.
    customer.page.frames[-1].evaluate(
        """() => { new MutationObserver((_, watch) => {
          if (document.querySelector('.msg.admin')) { watch.disconnect(); window.seenAt = Date.now(); }
        }).observe(document.getElementById('log'), { childList: true }); }"""
    )
    began = time.time() * 1000
    kalamna.admin("POST", f"/v1/sessions/{session}/messages", {"sender": "admin", "client_message_id": "agent-1", "text": "مع حضرتك سارة، أقدر أساعدك في إيه؟"})
    expect(last(frame, "admin")).to_contain_text("سارة")
    took = customer.page.frames[-1].evaluate("window.seenAt") - began
    print(f"  an agent's words are seen after {took:.0f} ms")
    assert took <= 300, took

    launcher(customer.page).click()
    kalamna.admin("POST", f"/v1/sessions/{session}/messages", {"sender": "admin", "client_message_id": "agent-2", "text": "موجود؟"})
    expect(customer.page.locator("kalamna-chat .launch span")).to_have_text("1")
    picture(customer.page, "desktop-badge")
    launcher(customer.page).click()
    expect(customer.page.locator("kalamna-chat .launch span")).to_have_text("")
    frame.locator("#end").click()
    frame.locator("#end").click()
    expect(frame.locator("#ended")).to_be_visible()
    frame.locator("#stars label").nth(3).click()
    frame.locator("#comment").fill("خدمة ممتازة")
    frame.get_by_role("button", name="إرسال").click()
    expect(frame.locator("#thanks")).to_have_text("شكرًا! تقييمك وصل.")
    picture(customer.page, "desktop-ended")
    feedback = kalamna.admin("GET", "/v1/feedback")["items"][0]
    assert (feedback["rating"], feedback["comment"]) == (4, "خدمة ممتازة"), feedback
    frame.locator("#again").click()
    expect(frame.locator(".msg")).to_have_count(1)
    customer.done()


def obeys_the_page_and_nobody_else(browser, site, kalamna):
    customer = Customer(browser, site)
    page = customer.page
    expect(launcher(page)).to_be_visible()
    heard = "window.heard = []; for (const e of ['open', 'close', 'ready', 'message', 'unread']) Kalamna('on', e, (v) => heard.push([e, v]));"
    page.evaluate(heard)
    page.evaluate("Kalamna('identify', { name: 'منى' }); Kalamna('ask', 'التوصيل للجيزة بكام؟')")
    frame = chat(page)
    expect(last(frame, "bot")).to_contain_text("60")
    assert kalamna.admin("GET", "/v1/end-users")["items"][0]["name"] == "منى"
    for _ in range(50):
        events = page.evaluate("heard")
        if ["message", {"sender": "bot"}] in events:
            break
        page.wait_for_timeout(100)
    assert ["open", None] in events and ["message", {"sender": "bot"}] in events, events
    assert "60" not in str(events), "the site hears that there is a message, not what it says"
    page.evaluate("Kalamna('close'); Kalamna('close'); Kalamna('nonsense')")
    expect(page.locator("kalamna-chat .panel")).to_be_hidden()
    # Without the nonce nothing is obeyed, from whoever it comes.
    page.evaluate("document.querySelector('kalamna-chat').shadowRoot.querySelector('iframe').contentWindow"
                  ".postMessage({ kalamna: 'x', do: 'ask', value: 'لا' }, '*'); postMessage({ kalamna: 'x', do: 'unread', value: 9 }, '*')")
    page.wait_for_timeout(300)
    expect(frame.locator(".msg.user")).to_have_count(1)
    expect(page.locator("kalamna-chat .launch span")).to_have_text("")
    # The script a second time is the script once.
    assert page.locator("kalamna-chat").count() == 1
    page.evaluate("Kalamna('shutdown')")
    expect(page.locator("kalamna-chat")).to_have_count(0)
    page.evaluate("Kalamna('open')")
    expect(chat(page).locator(".msg")).to_have_count(1)
    customer.done()

    stranger = Site(kalamna)
    visitor = browser.new_context()
    page = visitor.new_page()
    page.goto(stranger.url)
    launcher(page).click()
    expect(page.get_by_text("مش قادرين نفتح المحادثة")).to_be_visible(timeout=20_000)
    visitor.close()


def works_without_storage(browser, site, _):
    """As where a browser forbids frames of other sites to store anything: until the page ends."""
    strict = browser.browser_type.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    customer = Customer(strict, site)
    frame = open_chat(customer.page)
    assert "denied" in customer.page.frames[-1].evaluate("try { localStorage.length } catch (error) { error.message }")
    write(frame, "التوصيل للجيزة بكام؟")
    expect(last(frame, "bot")).to_contain_text("60")
    customer.done()
    strict.close()


def opens_fast(browser, site, _):
    """From the call to the chat that works, with nothing cached, beside an empty frame of another site."""
    scripts = {
        "chat": "new Promise((done) => { const t = performance.now(); Kalamna('on', 'ready', () => done(performance.now() - t)); Kalamna('open'); })",
        "empty": "new Promise((done) => { const t = performance.now(); const frame = document.createElement('iframe');"
        f" frame.onload = () => done(performance.now() - t); frame.src = '{site.empty}'; document.body.append(frame); }})",
    }
    times = {name: [] for name in scripts}
    for _ in range(7):
        for name, script in scripts.items():
            customer = Customer(browser, site)
            expect(launcher(customer.page)).to_be_visible()
            customer.page.wait_for_timeout(200)
            times[name].append(customer.page.evaluate(script))
            customer.context.close()
    chat, empty = (min(times[name]) for name in scripts)
    print(f"  from click to chat {chat:.0f} ms, to an empty frame {empty:.0f} ms (best of 7)")
    # The aim is 50; a debug build on a busy machine needs more.
    if "FRONT" not in os.environ:
        assert chat - empty <= float(os.environ.get("OPEN_MS", 100))


def looks(browser, site, kalamna):
    """Pictures of both languages, sizes and schemes, and what axe finds in them."""
    from axe_playwright_python.sync_playwright import Axe

    for name, viewport, scheme, lang in [
        ("phone-ar", PHONE, "light", "ar"), ("phone-ar-dark", PHONE, "dark", "ar"), ("phone-en", PHONE, "light", "en"),
        ("desktop-ar", DESKTOP, "light", "ar"), ("desktop-en", DESKTOP, "light", "en"), ("desktop-en-dark", DESKTOP, "dark", "en"),
    ]:
        context = browser.new_context(viewport=viewport, color_scheme=scheme, bypass_csp=True, locale="ar-EG", is_mobile=viewport == PHONE, reduced_motion="reduce")
        page = context.new_page()
        for chat_color in ("", "&color=ffd54a"):
            page.goto(f"{kalamna.url}/chat?key={kalamna.key}&lang={lang}{chat_color}")
            if not chat_color:
                write(page, "التوصيل للجيزة بكام؟ ولو المقاس طلع غلط؟")
                expect(page.locator(".msg.bot")).to_have_count(2)
                write(page, "Do you have a branch in Cairo? Call me on 01001234567")
            expect(page.locator(".msg.bot")).to_have_count(3)
            picture(page, f"chat-{name}{'-yellow' if chat_color else ''}")
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide, "no scrolling sideways"
            found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
            assert not found, [(v["id"], v["nodes"][0]["html"], v["nodes"][0]["any"]) for v in found]
        context.close()


STEPS = [
    opens_asks_and_is_found_again, many_tabs_share_a_line, survives_a_server_that_dies, goes_on_after_the_network_was_away,
    streams_an_answer, an_agent_takes_over, obeys_the_page_and_nobody_else, works_without_storage, opens_fast,
    looks,
]


def main():
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="kalamna-browser.") as folder, sync_playwright() as playwright:
        kalamna = Kalamna(folder, os.environ["KALAMNA"], int(os.environ.get("PORT", 0)), os.environ.get("FRONT"))
        kalamna.start()
        try:
            kalamna.log_in()
            site = Site(kalamna)
            kalamna.allow(site.url)
            # Playwright switches off what browsers have had for years: a frame's storage of its own on each site around it.
            # Its list of switched-off features is replaced by this one.
            arguments = ["--no-sandbox", "--disable-features=MediaRouter"]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
            for step in STEPS:
                if not wanted or step.__name__ in wanted:
                    began = time.monotonic()
                    step(browser, site, kalamna)
                    print(f"✔ {step.__name__.replace('_', ' ')} ({time.monotonic() - began:.1f} s)", flush=True)
            browser.close()
        finally:
            kalamna.kill()


if __name__ == "__main__":
    main()
