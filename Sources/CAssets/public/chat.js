// The chat page: starts or resumes a session, and joins the log (view.js), the outbox, the news of the session
// (stream.js), the end (ended.js) and the page around them (page.js).
import { createSession, sessionApi, storage } from './api.js';
import { Ended } from './ended.js';
import { Outbox } from './outbox.js';
import { $, atBottom, countUnread, keepPlace, say, showLine, title, toBottom, wireComposer } from './page.js';
import { Live } from './stream.js';
import { explain, setLang, t } from './texts.js';
import { Log } from './view.js';

const query = new URLSearchParams(location.search);
const key = query.get('key') ?? '';
const askedLang = ['ar', 'en'].find((l) => l === query.get('lang')) ?? null;
const tokenName = `kalamna:${key.slice(-8)}`;
const local = storage('localStorage');

let api = null, session = null, live = null, outbox = null, typingTimer = 0;

const log = new Log($('log'), {
  retry: (clientId) => outbox?.retry(clientId),
  thumb: (message, value) => api.thumb(message.id, value).catch((error) => { say(explain(error)); throw error; }),
});
const ended = new Ended({ rate: (rating, comment) => api.feedback(rating, comment), again: startAnew });

// ── start and resume ────────────────────────────────────────────────────────────────────────────────────────────────

async function start() {
  $('trouble').hidden = true;
  $('app').dataset.phase = 'loading';
  $('status').textContent = t('statusStart');
  try {
    if (!key) throw new Error('no key');
    const token = local.get(tokenName);
    if (!(token && await resume(token))) await create();
    begin();
  } catch (error) {
    $('app').dataset.phase = 'trouble';
    $('status').textContent = '';
    if (!log.botName) $('name').textContent = t('log');
    $('trouble-text').textContent = key ? explain(error) : t('noKey');
    $('trouble-retry').hidden = !key;
    $('trouble').hidden = false;
  }
}

async function create() {
  const made = await createSession(key, askedLang);
  local.set(tokenName, made.token);
  api = sessionApi(made.token);
  session = made.session;
  log.clear();
  for (const message of made.messages ?? []) log.put(message);
  const mine = api;
  mine.get().then((state) => { if (api === mine) meet(state.business); }, () => {});
}

/** Answers false when the token opens nothing any more. */
async function resume(token) {
  api = sessionApi(token);
  try {
    const state = await api.get();
    session = state.session;
    meet(state.business);
    await loadBefore((session.last_seq ?? 0) + 1);
    return true;
  } catch (error) {
    if (!error.gone) throw error;
    local.remove(tokenName);
    return false;
  }
}

const loadBefore = (seq) => keepPlace(async () => {
  const page = await api.before(seq);
  $('log').setAttribute('aria-busy', 'true');           // old messages are not read out as news
  for (const message of page.messages) log.put(message);
  $('older').hidden = !page.has_more;
});

/** Introduces the business: its name, its bot and, unless the link chose one, its language. */
function meet(business) {
  if (!askedLang) setLang(session.locale ?? business.locale);
  log.botName = business.bot_name || t('bot');
  $('name').textContent = business.name;
  $('avatar').textContent = [...(business.bot_name || business.name || 'ك')][0].toUpperCase();
  title(business.name);
  log.refresh();
  if ($('app').dataset.phase === 'ready') showSession();
}

function begin() {
  $('log').setAttribute('aria-busy', 'false');
  showSession();
  $('app').dataset.phase = 'ready';
  toBottom(true);
  if (session.status !== 'active') return;
  outbox = new Outbox(api, `${tokenName}:${session.id}`, {
    state: (item) => { log.putPending(item); hint(); },
    sent: (item, message) => { log.put(message); expectReply(); },
    gone: recheck,
  });
  live = new Live(api, log.lastSeq, {
    message: receive,
    session: (state) => { session = { ...session, ...state }; showSession(); },
    typing: showTyping, line: showLine, gone: recheck,
  });
  hint();
  expectReply();
  if (matchMedia('(hover: hover)').matches) $('text').focus({ preventScroll: true });
}

async function startAnew() {
  leave();
  local.remove(tokenName);
  log.clear();
  ended.hide();
  $('older').hidden = true;
  await start();
  $('text').focus({ preventScroll: true });
}

function leave() {
  live?.stop();
  outbox?.stop();
  live = outbox = null;
  showTyping(null);
  showLine('live');
}

/** The server refused our token or our message: ask how the session is; when it can't be opened, it is over. */
async function recheck() {
  try {
    session = (await api.get()).session;
  } catch (error) {
    if (!error.gone) return;
    session = { ...session, status: 'expired' };
  }
  showSession();
}

// ── what arrives ────────────────────────────────────────────────────────────────────────────────────────────────────

function receive(message) {
  const stick = atBottom();
  if (message.client_message_id) outbox?.arrived(message.client_message_id);
  const isNew = log.put(message);
  if (!isNew) return;
  if (message.sender !== 'user') { showTyping(null); countUnread(); }
  hint();
  if (stick || message.sender === 'user') toBottom();
  else $('jump').hidden = false;
}

function showSession() {
  const over = session.status !== 'active';
  const handling = over ? 'over' : session.handling;
  $('app').dataset.handling = handling;
  $('human').disabled = handling !== 'bot';
  $('human').lastElementChild.textContent = t({ waiting: 'humanWaiting', agent: 'humanHere' }[handling] ?? 'human');
  $('end').hidden = over;
  $('text').disabled = $('send').disabled = over;
  status();
  if (!over || !$('ended').hidden) return;
  $('chips').hidden = true;
  ended.show(session.status === 'expired', $('app').dataset.phase === 'ready');
  showTyping(null);
  outbox?.stop();
  const old = live;
  setTimeout(() => old?.stop(), 3_000);                  // the last words may still be on their way
}

function status() {
  const { handling } = $('app').dataset;
  $('status').textContent = !$('typing').hidden ? t('statusTyping')
    : t({ waiting: 'statusWaiting', agent: 'statusAgent', over: 'statusEnded' }[handling] ?? 'statusBot');
}

function showTyping(who, limit = 20_000) {
  clearTimeout(typingTimer);
  if (who) typingTimer = setTimeout(() => showTyping(null), limit);
  if ($('typing').hidden !== Boolean(who)) return;
  const stick = atBottom();
  $('typing').hidden = !who;
  if (session) status();
  if (who && stick) toBottom();
}

/** The bot starts on a message at once; show it even when the line carries no typing events. */
function expectReply() {
  if (session.status === 'active' && session.handling === 'bot' && log.awaitsReply) showTyping('bot', 12_000);
}

function hint() {
  $('chips').hidden = log.hasUser || session.status !== 'active';
}

// ── what the customer does ──────────────────────────────────────────────────────────────────────────────────────────

wireComposer((text) => {
  if (!text || !outbox) return false;
  say('');
  outbox.add(text);
  toBottom();
  return true;
});

async function act(work) {
  if (!session) return;
  say('');
  try {
    const answer = await work();
    if (answer?.session) { session = { ...session, ...answer.session }; showSession(); }
  } catch (error) {
    say(explain(error));
    if (error.status === 409 || error.gone) recheck();
  }
  $('log').setAttribute('aria-busy', 'false');
}

$('human').addEventListener('click', () => act(() => api.human()));
$('end').addEventListener('click', () => ($('ask').showModal ? $('ask').showModal() : act(() => api.close())));
$('ask').addEventListener('close', () => {
  if ($('ask').returnValue === 'yes') act(() => api.close());
  $('ask').returnValue = '';
});
$('older').addEventListener('click', () => act(() => loadBefore(log.firstSeq)));
$('trouble-retry').addEventListener('click', start);
window.addEventListener('storage', (event) => {          // another tab began a new conversation: follow it
  if (event.key === tokenName && event.newValue) location.reload();
});

setLang(askedLang);
start();
