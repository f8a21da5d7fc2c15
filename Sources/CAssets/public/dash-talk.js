// One conversation in the inbox: its messages as they come, and what an agent can do.
import { api, newId, tab } from './dash-api.js';
import { bdi, el, icon, put } from './dash-dom.js';
import { nameOf } from './dash-inbox-source.js';
import { customerDetails } from './dash-customer.js';
import { TalkLog } from './dash-talk-log.js';
import { cannedReplies, cannedReply, suggestReplies, teamNotes } from './dash-suggest.js';
import { t } from './dash-text.js';
import { busy, button, confirm, dialog, fail, iconButton, note, skeleton, toast, trouble } from './dash-ui.js';

export function openTalk(id, ctx, hooks) {
  const me = ctx.me;
  const at = `/v1/sessions/${encodeURIComponent(id)}`;
  const stop = new AbortController();
  let session = null,
    user = null,
    stream = null,
    more = false,
    replying = false,
    acting = false,
    toldTyping = 0,
    learning = 0;

  const head = el('header.talk-head', null, skeleton(1));
  const banner = el('div.talk-banner', { 'aria-live': 'polite' });
  const log = new TalkLog({ older: loadOlder, retry: transmit });
  const foot = el('footer.talk-foot');
  const side = el('aside.talk-side', { 'aria-label': t('details') });
  const node = el('div.talk', null, el('div.talk-main', null, head, banner, log.node, log.jump, foot), side);

  const text = el('textarea', {
    rows: 2,
    maxlength: 4000,
    dir: 'auto',
    'aria-label': t('reply'),
    placeholder: t('reply'),
    value: tab.get(`kalamna:draft:${id}`) ?? '',
  });
  text.addEventListener('input', () => {
    fit();
    tab.set(`kalamna:draft:${id}`, text.value);
    if (!text.value.trim() || Date.now() - toldTyping < 4000) return;
    toldTyping = Date.now();
    api.post(`${at}/typing`).catch(() => {}); // only a courtesy
  });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Tab' && /^\/\S+$/.test(text.value)) {
      event.preventDefault();
      cannedReply(text.value, names()).then((words) => words && fill(words), fail);
      return;
    }
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  const fit = () => {
    text.style.blockSize = 'auto';
    text.style.blockSize = `${Math.min(text.scrollHeight + 2, 200)}px`;
  };
  const names = () => ({ customer: user.name ?? '', agent: me.name });
  function fill(words) {
    text.value = words;
    tab.set(`kalamna:draft:${id}`, words);
    fit();
    text.focus();
  }
  const append = (words) => fill(text.value.trim() ? `${text.value.trim()}\n${words}` : words);
  const suggestions = el('div.suggestions');
  const suggestButton = button('quiet', 'suggest', () => busy(suggestButton, suggest), 'bulb', { title: t('suggest') });
  const cannedButton = button('quiet', 'canned', () => cannedReplies(text.value, names(), append), 'copy', { title: t('cannedHint') });
  const composer = el(
    'form.composer',
    {
      onsubmit: (event) => {
        event.preventDefault();
        send(text.value);
      },
    },
    text,
    el(
      'div.acts.between',
      null,
      el('div.acts', null, suggestButton, cannedButton),
      el('span.soft.small.send-key', null, t('sendKey')),
      el('button.button.main', { type: 'submit' }, icon('send'), el('span', null, t('send'))),
    ),
  );

  // ── what is there ───────────────────────────────────────────────────────────────────────────────────────────────

  async function load() {
    try {
      const [found, page] = await Promise.all([api.get(at), api.get(`${at}/messages?limit=50`)]);
      const customer = await api.get(`/v1/end-users/${found.end_user_id}`);
      if (stop.signal.aborted) return;
      session = found;
      user = customer;
      log.take(page.messages);
      more = page.has_more;
      draw();
      log.toEnd();
      log.list.setAttribute('aria-busy', 'false');
      listen();
      fillSide();
    } catch (error) {
      if (!stop.signal.aborted)
        put(
          node,
          trouble(error, () => {
            put(node, el('div.talk-main', null, head, banner, log.node, log.jump, foot), side);
            load();
          }),
          el('p.center', null, el('a', { href: '/app/inbox' }, t('inbox'))),
        );
    }
  }

  async function loadOlder() {
    const page = await api.get(`${at}/messages?limit=50&before=${log.firstSeq}`);
    log.take(page.messages);
    more = page.has_more;
    log.older.hidden = !more;
    log.drawAbove();
  }

  // ── what comes ──────────────────────────────────────────────────────────────────────────────────────────────────

  function listen() {
    if (stop.signal.aborted) return;
    stream = new EventSource(`${at}/events?after=${log.lastSeq}`);
    stream.addEventListener('open', () => {
      if (banner.dataset.kind === 'line') setBanner();
    });
    stream.addEventListener('message', (event) => {
      const message = JSON.parse(event.data);
      if (message.sender !== 'user') log.showTyping(false);
      log.take([message]);
      log.draw();
      log.follow(true);
      clearTimeout(learning);
      learning = setTimeout(() => learn().catch(() => {}), 800); // comes with the next message otherwise
    });
    stream.addEventListener('conversation', (event) => become(JSON.parse(event.data)));
    stream.addEventListener('typing', (event) => log.showTyping(JSON.parse(event.data).who === 'bot'));
    stream.addEventListener('error', () => {
      if (stop.signal.aborted) return;
      if (!banner.dataset.kind) setBanner(note('warn', t('lineLost')), 'line');
      if (stream.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      stream.close();
      setTimeout(listen, 4000);
    });
  }

  /** What was found out about a message after it was told. */
  async function learn() {
    const first = log.halfKnown;
    if (!first || stop.signal.aborted) return;
    log.take((await api.get(`${at}/messages?limit=50&after=${first.seq - 1}`)).messages);
    log.draw();
  }

  function become(next) {
    const before = session;
    session = { ...session, assigned_admin_id: null, ...next };
    const held = (one) => one.handling === 'agent' && one.assigned_admin_id === me.id && one.status === 'active';
    if (!acting && held(before) && !held(session) && session.status === 'active') toast(t('lostNow'), 'bad');
    if (!next.assigned_admin_name && session.assigned_admin_id !== (before.assigned_admin_id ?? null)) {
      session.assigned_admin_name = null;
      if (session.assigned_admin_id && !isMine()) refresh(); // the stream does not say a colleague's name
    }
    if (
      before.handling !== session.handling ||
      before.status !== session.status ||
      before.assigned_admin_id !== session.assigned_admin_id ||
      before.assigned_admin_name !== session.assigned_admin_name
    ) {
      draw();
    }
  }

  // ── drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────

  const holder = () => session.assigned_admin_name ?? t('colleague');
  const isMine = () => session.handling === 'agent' && session.assigned_admin_id === me.id;
  const isOpen = () => session.status === 'active';

  function setBanner(what = null, kind = '') {
    banner.dataset.kind = what ? kind : '';
    put(banner, what);
  }

  function draw() {
    const state = !isOpen()
      ? ['', t(`is_${session.status}`)]
      : session.handling === 'waiting'
        ? ['warn', t('with_waiting')]
        : session.handling === 'bot'
          ? ['', t('with_bot')]
          : ['brand', isMine() ? t('with_me') : t('with_agent', { name: holder() })];
    put(
      head,
      el('a.icon-button.talk-back', { href: `/app/inbox?f=${hooks.filter()}`, 'aria-label': t('back') }, icon('back')),
      el(
        'div.talk-who',
        null,
        el('h2', null, bdi(nameOf(session, user))),
        el(
          'div.chips',
          null,
          el(`span.chip${state[0] && `.${state[0]}`}`, null, state[1]),
          user.status === 'blocked' && el('span.chip.bad', null, t('blocked')),
        ),
      ),
      el(
        'div.acts',
        null,
        isOpen() && session.handling === 'agent' && (isMine() || ctx.isOwner) && actButton('plain', 'handBack', 'handBack', 'bot'),
        isOpen() && actButton('plain', 'closeTalk', 'close', 'check'),
        iconButton('info', 'details', () => act('details'), { class: 'icon-button details-button' }),
      ),
    );
    if (isOpen() && session.handling === 'agent' && !isMine()) {
      const name = holder();
      setBanner(note('warn', el('strong', null, t('taken', { name })), el('p.small', null, t('takenText', { name }))), 'taken');
    } else if (banner.dataset.kind !== 'line') setBanner();
    drawFoot();
    log.draw();
    log.older.hidden = !more;
  }

  const actButton = (style, key, name, sign) => {
    const made = button(style, key, () => busy(made, () => act(name)), sign, { title: t(key) });
    return made;
  };

  let footKind = '';
  function drawFoot() {
    const kind = !isOpen() ? `over:${session.end_reason}` : isMine() ? 'mine' : session.handling === 'agent' ? 'taken' : 'free';
    if (kind === footKind) return;
    footKind = kind;
    if (kind === 'mine') {
      put(foot, suggestions, composer);
      fit();
      if (replying) text.focus();
      replying = false;
    } else if (kind === 'free')
      put(foot, el('div.take', null, el('p.soft.small', null, t('takeOverHint')), actButton('main', 'takeOver', 'takeOver', 'person')));
    else if (kind === 'taken') put(foot);
    else put(foot, el('p.soft.talk-over', null, t(`is_${session.status}`), session.end_reason ? ` · ${t(`r_${session.end_reason}`)}` : ''));
  }

  /** The customer's details; blocking draws all of it anew. */
  const details = async () => [await customer(), await teamNotes(at)];
  const customer = () =>
    customerDetails(session, user, {
      blocked: (next) => {
        user = next;
        draw();
        fillSide();
      },
    });

  function fillSide() {
    details().then((made) => {
      if (!stop.signal.aborted) put(side, made);
    }, fail);
  }

  // ── what the agent does ─────────────────────────────────────────────────────────────────────────────────────────

  async function send(words) {
    const trimmed = words.trim();
    if (!trimmed || !isMine()) return;
    text.value = '';
    tab.remove(`kalamna:draft:${id}`);
    put(suggestions);
    fit();
    const message = {
      client_message_id: newId(),
      sender: 'admin',
      text: trimmed,
      created_at: new Date().toISOString(),
      citations: [],
      state: 'sending',
    };
    log.pending.push(message);
    await transmit(message);
  }

  async function transmit(message) {
    message.state = 'sending';
    log.draw();
    log.toEnd();
    try {
      log.take([await api.post(`${at}/messages`, { sender: 'admin', client_message_id: message.client_message_id, text: message.text })]);
    } catch (error) {
      message.state = 'failed';
      fail(error);
      if (error.status === 409 || error.status === 410) refresh();
    }
    log.draw();
    log.toEnd();
  }

  const refresh = async () => {
    try {
      become(await api.get(at));
    } catch (error) {
      fail(error);
    }
  };

  async function suggest() {
    const { asked } = log;
    if (!asked) throw new Error(t('suggestNoQuestion'));
    put(
      suggestions,
      await suggestReplies(
        at,
        asked.text,
        (words) => {
          put(suggestions);
          append(words);
        },
        () => put(suggestions),
      ),
    );
    suggestions.querySelector('button')?.focus();
  }

  async function post(path) {
    acting = true;
    try {
      become(await api.post(`${at}/${path}`));
    } catch (error) {
      if (error.status !== 409) {
        fail(error);
        return;
      }
      await refresh();
      if (error.code === 'already_taken') toast(t('takenNow', { name: holder() }), 'bad');
      else fail(error);
    } finally {
      acting = false;
    }
  }

  async function act(name) {
    if (!session) return;
    if (name === 'details') {
      dialog(t('details'), () => {
        const box = el('div', null, skeleton(3));
        details().then((made) => put(box, made), fail);
        return box;
      });
      return;
    }
    if (!isOpen()) return;
    if (name === 'takeOver' && session.handling !== 'agent') {
      replying = true;
      await post('take-over');
    }
    if (name === 'reply') {
      if (isMine()) text.focus();
      else if (session.handling !== 'agent') {
        replying = true;
        await post('take-over');
      }
    }
    if (name === 'suggest' && isMine()) await busy(suggestButton, suggest);
    if (name === 'handBack' && session.handling === 'agent') await post('hand-back');
    if (name === 'close' && (await confirm(t('closeAsk'), t('closeAskText'), 'closeTalk', 'main'))) await post('close');
  }

  load();
  return {
    node,
    act,
    leave() {
      stop.abort();
      clearTimeout(learning);
      stream?.close();
      log.leave();
    },
  };
}
