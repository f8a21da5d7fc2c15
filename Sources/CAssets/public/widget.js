// The launcher that a site embeds: <script src="https://HOST/widget.js" data-key="kwk_live_…" async></script>
// Optional: data-lang="ar|en", data-position="left|right", data-color="#0c5f58", data-label="…".
// Styles go in through the CSSOM, so that the site's policy needs only our script-src and frame-src. The chat itself is a frame
// of our origin: the site can't read it, and what is told here (chat-frame.js) never holds words of the conversation.
(() => {
  const doc = document;
  const script = doc.currentScript ?? doc.querySelector('script[data-key][src*="/widget.js"]');
  const early = window.Kalamna;
  if (!script || early?.ready) return;                  // twice on a page is once
  const { key, color, position, label, lang: ownLang } = script.dataset;
  const home = new URL(script.src).origin;
  const root = doc.documentElement;
  const lang = (ownLang || root.lang).slice(0, 2);
  const arabic = !lang || lang === 'ar';
  const [title, away, again] = arabic
    ? ['كلّم خدمة العملاء', 'مش قادرين نفتح المحادثة دلوقتي.', 'حاول تاني']
    : ['Chat with us', 'We can’t open the chat right now.', 'Try again'];
  const side = /left|right/.exec(position) ?? (arabic ? 'left' : 'right');
  const brand = /^#[0-9a-f]{6}$/i.test(color) ? color : '#0c5f58';
  // What can be seen on the colour (WCAG 2.2, 1.4.11: 3 to 1).
  const light = [1, 3, 5].reduce((sum, at, i) => sum + (parseInt(brand.slice(at, at + 2), 16) / 255) ** 2.2 * [0.21, 0.72, 0.07][i], 0);
  const nonce = crypto.getRandomValues(new Uint32Array(4)).join('-');
  const phone = '(max-width:480px),(max-height:480px)';
  const narrow = matchMedia(phone);
  const css = `*{box-sizing:border-box;font:16px/24px system-ui,Tahoma,sans-serif}
button{border:0;cursor:pointer;background:${brand};color:${light < 0.3 ? '#fff' : '#111'};border-radius:30px;padding:10px 20px}
:focus-visible{outline-offset:3px}
.launch,.panel{position:fixed;${side}:20px;bottom:calc(20px + env(safe-area-inset-bottom));box-shadow:0 4px 24px #0005}
.launch{width:60px;height:60px;padding:16px}
i{display:block;width:28px;height:28px;background:currentColor;clip-path:path(evenodd,"M6 3h16q4 0 4 4v10q0 4-4 4h-8l-7 5v-5q-5 0-5-4V7q0-4 4-4M8 9v2h12V9M8 14v2h8v-2")}
.open i{clip-path:path("M4 10l10 10 10-10-2-2-8 8-8-8")}
span{position:absolute;top:0;right:0;min-width:24px;border-radius:30px;background:#b22;color:#fff}
.panel{margin-bottom:72px;width:400px;height:min(640px,100vh - 112px);border-radius:18px;overflow:hidden;text-align:center;background:#f3eee6;color:#222;visibility:hidden}
.open .panel,.open.ready iframe{visibility:visible}
iframe{position:absolute;inset:0;width:100%;height:100%;border:0;visibility:hidden}
p{margin:40% 0 20px}
@media(prefers-color-scheme:dark){.panel{background:#0e1514;color:#eee}}
@media ${phone}{.panel{inset:0;margin:0;width:auto;height:100%;border-radius:0}.open.ready .launch{display:none}}`;

  const set = (el, attributes) => { for (const name in attributes) el.setAttribute(name, attributes[name]); };
  const make = (tag, attributes, ...children) => {
    const el = doc.createElement(tag);
    set(el, attributes);
    el.append(...children);
    return el;
  };
  const memory = (value) => { try { return value ? (sessionStorage.kalamna = value) : sessionStorage.kalamna; } catch { return ''; } };
  const listeners = {};
  const emit = (event, value) => listeners[event]?.forEach((listener) => queueMicrotask(() => listener(value)));

  let host, box, launch, badge, panel, note, retry, frame, timer, open = false, ready = false, queue = [];

  function mount() {
    if (host) return;
    badge = make('span');
    launch = make('button', { class: 'launch' }, make('i'), badge);
    launch.onclick = () => toggle(!open);
    launch.onpointerenter = () => frame || load();
    note = make('p', { role: 'status' });
    retry = make('button', {}, again);
    retry.onclick = load;
    panel = make('div', { class: 'panel' }, note, retry);
    box = make('div', {}, launch, panel);
    host = make('kalamna-chat');
    host.style.cssText = 'all:initial;position:fixed;z-index:2147483000';
    const shadow = host.attachShadow({ mode: 'open' });
    shadow.append(box);
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      shadow.adoptedStyleSheets = [sheet];
    } catch {
      box.append(make('style', {}, css));
    }
    place();
    count(0);
    show();
  }

  // Beside the body, so that a page that replaces its body keeps the chat as it is.
  const place = () => host && !host.isConnected && root.append(host);

  function show() {
    set(box, { class: `${open ? 'open' : ''} ${ready ? 'ready' : ''}` });
    set(launch, { 'aria-expanded': open });
    note.textContent = frame ? '…' : away;
    retry.hidden = frame;
    // The phone's keyboard makes the visible part smaller, which the frame can't see.
    const view = window.visualViewport;
    panel.style.height = narrow.matches && view ? `${view.height}px` : '';
  }

  function count(unread) {
    badge.textContent = unread || '';
    set(launch, { 'aria-label': (label || title) + (unread ? ` (${unread})` : '') });
  }

  function load() {
    frame?.remove();
    ready = false;
    const query = new URLSearchParams({ key, lang, color: brand.slice(1), embed: 1 });
    frame = make('iframe', { title, referrerpolicy: 'origin', src: `${home}/chat?${query}#n=${nonce}&o=${origin}` });
    const limit = (ms) => {
      clearTimeout(timer);
      timer = setTimeout(() => { frame?.remove(); frame = null; show(); }, ms);
    };
    // An error page loads too, but never says that it is ready.
    frame.onload = () => ready || limit(2000);
    limit(15_000);
    panel.prepend(frame);
    show();
  }

  // What the page asks for before the frame listens is kept.
  const post = (what, value) => {
    if (ready) frame.contentWindow.postMessage({ kalamna: nonce, do: what, value }, home);
    else queue.push([what, value]);
  };

  function toggle(to, quiet) {
    if (to === open) return;
    mount();
    open = to;
    memory(open ? 'open' : 'used');
    if (open) count(0);
    if (open && !frame) load();
    show();
    if (!quiet) {
      post(open ? 'open' : 'close');
      (open ? frame : launch).focus();
    }
    emit(open ? 'open' : 'close');
  }

  addEventListener('message', ({ source, origin: from, data }) => {
    if (source !== frame?.contentWindow || from !== home || data?.kalamna !== nonce) return;
    const { do: what, value } = data;
    if (what === 'ready') {
      clearTimeout(timer);
      ready = true;
      show();
      post('hello', open);
      for (const kept of queue.splice(0)) post(...kept);
    } else if (what === 'close') toggle(false);
    else if (what === 'unread') count(value);
    emit(what, value);
  });

  const commands = {
    open: () => toggle(true),
    close: () => toggle(false),
    toggle: () => toggle(!open),
    ask: (text) => { toggle(true); post('ask', text); },
    identify: (who) => post('identify', who),
    on: (event, listener) => (listeners[event] ??= []).push(listener),
    // The customer leaves: this browser forgets the conversation, and the launcher goes.
    shutdown() {
      post('forget');
      memory('gone');
      host?.style.setProperty('display', 'none', 'important');
      setTimeout((old) => old?.remove(), 500, host);
      host = frame = null;
      open = ready = false;
    },
  };

  window.Kalamna = (command, ...values) => commands[command]?.(...values);
  window.Kalamna.ready = true;

  function start() {
    mount();
    doc.addEventListener('keydown', (event) => event.key === 'Escape' && toggle(false));
    window.visualViewport?.addEventListener('resize', show);
    new MutationObserver(place).observe(root, { childList: true });
    // What was open on the last page is open on this one; what was used is loaded in quiet, to hear of new messages.
    const before = memory();
    if (before === 'open' && !narrow.matches) toggle(true, true);
    else if (/open|used/.test(before)) setTimeout(() => frame || load(), 2000);
    for (const call of early?.q ?? []) window.Kalamna(...call);
  }
  start();
})();
