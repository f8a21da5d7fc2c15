// The chat: greets at once, begins a session with the first message or resumes the one there is, and joins the log (view.js),
// the outbox, the news of the session (stream.js), the end (ended.js), the page (page.js) and the site around it (chat-frame.js).
// The server joins these files into one (ModuleBundle.swift).
import { createSession, getConfig, sessionApi, storage } from './api.js';
import { embedded, listenToSite, paint, tell } from './chat-frame.js';
import { Ended } from './ended.js';
import { Outbox } from './outbox.js';
import { $, atBottom, keepPlace, say, setTitle, showChips, showLine, toBottom, wireComposer } from './page.js';
import { share } from './stream.js';
import { explain, format, name, setLang, t } from './texts.js';
import { Log } from './view.js';

const query = new URLSearchParams(location.search);
const key = query.get('key') ?? '';
const askedLang = ['ar', 'en'].find((l) => l === query.get('lang'));
const place = `kalamna:${key.slice(-8)}`;
const local = storage('localStorage');
const hasKeyboard = matchMedia('(hover: hover)').matches;

let api = null, session = null, config = null, leave = null, beginning = null;
let typingTimer = 0, unread = 0, customer, shown = !embedded;

const log = new Log($('log'), {
  retry: (id) => outbox.retry(id),
  thumb: (message, value) => api.thumb(message.id, value).catch((error) => { say(explain(error)); throw error; }),
});
const ended = new Ended({ rate: (rating, comment) => api.feedback(rating, comment), again: startAnew });
const outbox = new Outbox(`${place}:out`, () => api ?? (beginning ??= begin().finally(() => { beginning = null; })), {
  state: (item) => { log.putPending(item); hint(); },
  sent: (message) => { log.put(message); expectAnswer(); },
  gone: recheck,
});

// ── start and resume ────────────────────────────────────────────────────────────────────────────────────────────────

async function start() {
  $('trouble').hidden = true;
  phase('loading');
  $('status').textContent = t('wait');
  try {
    if (!key) throw new Error('no key');
    const known = local.get(`${place}:config`);         // of the last visit: shown until the new one is here
    if (known) meet(JSON.parse(known));
    const asked = getConfig(key, askedLang).then(meet);
    asked.catch(() => {});                              // told below, after the session
    const token = local.get(place);
    if (token) await resume(sessionApi(token));
    if (!api) {
      await asked;
      log.greet(config.greeting);
    }
    $('log').setAttribute('aria-busy', 'false');
    phase('ready');
    showSession();
    toBottom();
    outbox.resume();
    expectAnswer();
    if (!embedded && hasKeyboard) focusText();
  } catch (error) {
    phase('trouble');
    $('status').textContent = '';
    if (!config) $('name').textContent = t('log');
    $('trouble-text').textContent = key ? explain(error) : t('noKey');
    $('trouble-again').hidden = !key;
    $('trouble').hidden = false;
  }
}

const phase = (now) => { $('app').dataset.phase = now; };
const focusText = () => $('text').focus({ preventScroll: true });

/** Introduces the business: its name, its bot and, unless the link chose one, its language. */
function meet(found) {
  config = found;
  local.set(`${place}:config`, JSON.stringify(found));
  setLang(askedLang ?? session?.locale ?? found.locale);
  log.botName = found.bot_name || t('bot');
  $('name').textContent = found.business_name;
  $('avatar').textContent = [...log.botName][0].toUpperCase();
  setTitle(found.business_name, unread);
  showChips(found.suggested_questions, send);
  if (!session) log.greet(found.greeting);
  log.refresh();
  showSession();
}

async function begin() {
  const held = local.get(place);                        // another tab of ours may have begun meanwhile
  if (held && await resume(sessionApi(held))) return api;
  const made = await createSession(key, { locale: askedLang, name: customer });
  for (const message of made.messages) log.put(message);
  join(sessionApi(made.token), made.session);
  local.set(place, made.token);
  return api;
}

/** Answers false when the token opens nothing any more. */
async function resume(old) {
  try {
    const state = await old.get();
    api = old;
    await loadBefore(state.session.last_seq + 1);
    join(old, state.session);
    if (!askedLang) setLang(session.locale);
    return true;
  } catch (error) {
    api = null;
    if (!error.gone) throw error;
    local.remove(place);
    return false;
  }
}

function join(newApi, state) {
  api = newApi;
  session = state;
  log.dropDrafts();
  if (state.status === 'active') {
    leave = share(`${place}:${state.id}`, api, () => log.lastSeq, {
      message: receive,
      session: (news) => { if (session) { session = { ...session, ...news }; showSession(); } },
      typing: showTyping,
      delta: ([turn, piece]) => { if (log.write(turn, piece)) showTyping(false); },
      line: showLine,
      fresh: () => log.dropDrafts(),
      gone: recheck,
    });
  }
  showSession();
}

const loadBefore = (seq) => keepPlace(async () => {
  const page = await api.before(seq);
  $('log').setAttribute('aria-busy', 'true');           // old messages are not read out as news
  for (const message of page.messages) log.put(message);
  $('older').hidden = !page.has_more;
});

/** Puts the session down; the page is as on the first visit. */
function forget() {
  leave?.();
  api = session = leave = null;
  local.remove(place);
  outbox.clear();
  log.clear();
  ended.hide();
  showTyping(false);
  showLine('live');
  $('older').hidden = true;
}

async function startAnew() {
  forget();
  await start();
  focusText();
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
  if (message.client_message_id) outbox.arrived(message.client_message_id);
  if (!log.put(message)) return;
  hint();
  if (message.sender !== 'user') {
    showTyping(false);
    if (document.hidden || !shown) notice(unread + 1);
    tell('message', { sender: message.sender });
  }
  if (stick || message.sender === 'user') toBottom();
  else $('jump').hidden = false;
}

function notice(count) {
  unread = count;
  setTitle(null, count);
  tell('unread', count);
}

function showSession() {
  if ($('app').dataset.phase !== 'ready' && !session) return;
  const over = session && session.status !== 'active';
  const handling = over ? 'over' : session?.handling ?? 'bot';
  $('app').dataset.handling = handling;
  $('human').disabled = handling !== 'bot';
  $('human').lastElementChild.textContent = t({ waiting: 'humanWaiting', agent: 'humanHere' }[handling] ?? 'human');
  $('text').disabled = $('send').disabled = over;
  if (handling !== 'bot') log.dropDrafts();
  hint();
  status();
  if (!over || !$('ended').hidden) return;
  ended.show();
  showTyping(false);
  setTimeout(leave ?? (() => {}), 3_000);               // the last words may still be on their way
  leave = null;
}

/** Under the name: who speaks, or when people are back. */
function status() {
  const { handling } = $('app').dataset;
  const away = config && !config.is_open && handling !== 'agent' && handling !== 'over';
  const words = t({ waiting: 'humanWaiting', agent: 'humanHere', over: 'ended' }[handling] ?? 'statusBot');
  $('status').textContent = !$('typing').hidden ? t('statusTyping') : away ? hours() : words;
}

function hours() {
  if (!config.opens_at) return t('closed');
  const at = new Date(config.opens_at);
  return t('opens') + format(at, { weekday: 'long', hour: 'numeric', minute: '2-digit', timeZone: config.timezone });
}

function showTyping(on, limit = 20_000) {
  clearTimeout(typingTimer);
  if (on) typingTimer = setTimeout(showTyping, limit, false);
  $('typing').hidden = !on;
  status();
}

/** The bot starts on a message at once; show it even when the line carries no typing events. */
function expectAnswer() {
  if (session?.status === 'active' && session.handling === 'bot' && log.unanswered) showTyping(true, 12_000);
}

/** What can be done only before something was said, or only after. */
function hint() {
  $('chips').hidden = log.hasUser || (session && session.status !== 'active');
  $('end').hidden = !log.hasUser || session?.status !== 'active';
}

// ── what the customer does ──────────────────────────────────────────────────────────────────────────────────────────

function send(text) {
  if ($('text').disabled) return false;
  say('');
  outbox.add(text);
  toBottom();
  return true;
}

async function act(work) {
  say('');
  try {
    const answer = await work(api ?? await outbox.connect());
    if (answer?.session) session = answer.session;
    showSession();
  } catch (error) {
    say(explain(error));
    if (error.status === 409 || error.gone) recheck();
  }
  $('log').setAttribute('aria-busy', 'false');
}

function look(open) {
  shown = open;
  if (open && !document.hidden && unread) notice(0);
}

wireComposer(send);
$('human').addEventListener('click', () => act((it) => it.human()));
$('end').addEventListener('click', () => {
  const sure = $('end').dataset.sure;
  $('end').dataset.sure = sure ? '' : 'yes';
  $('end').textContent = t(sure ? 'end' : 'endSure');
  if (sure) act((it) => it.close());
});
$('older').addEventListener('click', () => act(() => loadBefore(log.firstSeq)));
$('trouble-again').addEventListener('click', start);
document.addEventListener('visibilitychange', () => {
  look(shown);
  // What a tab that was asleep may have missed of what another one reads for it.
  if (!document.hidden && session?.status === 'active') api.after(log.lastSeq).then((page) => page.messages.forEach(receive), () => {});
});
window.addEventListener('offline', () => showLine('offline'));
window.addEventListener('online', () => { if (!leave) showLine('live'); });
window.addEventListener('storage', (event) => {          // another tab began a conversation: follow it
  if (event.key === place && event.newValue && !beginning) { leave?.(); api = session = leave = null; log.clear(); ended.hide(); start(); }
});
$('close').hidden = !embedded;
$('close').addEventListener('click', () => tell('close'));
window.addEventListener('keydown', (event) => { if (event.key === 'Escape' && !event.isComposing) tell('close'); });
listenToSite({
  hello: look,
  open: () => { look(true); if (hasKeyboard) focusText(); },
  close: () => look(false),
  ask: (text) => send(String(text).slice(0, 4000)),
  identify: (who) => { customer = String(who?.name ?? '').slice(0, 80) || undefined; },
  forget,
});
paint(query.get('color'));
setLang(askedLang ?? 'ar');
start();
