// The log: one article per message, in order of seq, none twice. Text only, never HTML.
import { clock, day, explain, name, t } from './texts.js';

const GROUP_GAP = 300_000;
const LINKS = /(https?:\/\/[^\s<>"'«»،؛]+)|(\+?\d[\d ().\-\u2011]{5,}\d)/g;

/** Fills `el` with text; web addresses and phone numbers become links, and keep left-to-right inside Arabic. */
function writeText(el, text) {
  el.textContent = '';
  let from = 0;
  for (const { 0: all, 1: url, index } of text.matchAll(LINKS)) {
    const word = url ? url.replace(/[.,!?؟:;)\]]+$/, '') : all;
    const digits = word.replace(/[^\d+]/g, '');
    if (!url && digits.length < 8) continue;
    const phone = !url && /^[+0]/.test(digits) && digits.length < 17;
    const part = document.createElement(url || phone ? 'a' : 'bdi');
    Object.assign(part, { dir: 'ltr', textContent: word });
    if (url) Object.assign(part, { href: word, target: '_blank', rel: 'noopener noreferrer nofollow ugc' });
    else if (phone) part.href = `tel:${digits}`;
    el.append(text.slice(from, index), part);
    from = index + word.length;
  }
  el.append(text.slice(from));
}

export class Log {
  /** `on`: { retry(clientId), thumb(message, value) → promise of the new message } */
  constructor(el, on) {
    Object.assign(this, { el, on, botName: '' });
    this.clear();
  }

  clear() {
    this.el.replaceChildren();
    Object.assign(this, { known: new Map(), entries: [], late: null });
  }

  get firstSeq() { return this.entries.find((e) => e.message.seq)?.message.seq; }
  get lastSeq() { return Math.max(0, ...this.entries.map((e) => e.message.seq ?? 0)); }
  get hasUser() { return this.entries.some((e) => e.message.sender === 'user'); }

  /** The id of the last thing that the customer said, while nothing has been answered to it. */
  get unanswered() {
    const last = this.entries.filter((e) => e.message.seq && (e.message.sender !== 'system' || e.message.reply_to)).pop()?.message;
    return last?.sender === 'user' ? last.id : null;
  }

  /** Adds a stored message or renews what we have of it: an own one on its way, the draft of an answer, the greeting.
      Answers whether it was not stored yet when last seen. */
  put(message) {
    const keys = [message.id, message.client_message_id, message.reply_to && `to:${message.reply_to}`, message.seq === 1 && 'greeting'];
    const isNew = !keys.some((key) => this.known.get(key)?.message.seq);
    const entry = this.entry(keys.filter(Boolean), message);
    Object.assign(entry, { message, pending: null, draft: false });
    this.show(entry);
    return isNew;
  }

  /** Shows an own message on its way (see outbox.js) under the stored ones. */
  putPending(item) {
    const message = { sender: 'user', text: item.text, created_at: item.at, client_message_id: item.id };
    const entry = this.entry([item.id], message);
    if (entry.message.seq) return;
    entry.pending = item;
    this.show(entry);
  }

  /** What a session will begin with, before there is one. */
  greet(text) {
    const entry = this.entry(['greeting'], { sender: 'bot', created_at: new Date().toISOString(), seq: 0 });
    if (entry.message.seq) return;
    entry.message.text = text;
    this.show(entry);
  }

  /** A piece of the answer to message `turn`; null: it is written anew. The whole comes as a message later. */
  write(turn, piece) {
    if (turn === this.late) return false;
    const entry = this.entry([`to:${turn}`], { sender: 'bot', text: '', created_at: new Date().toISOString() });
    if (entry.message.seq) return false;
    entry.draft = true;
    entry.message.text = piece === null ? '' : entry.message.text + piece;
    this.show(entry);
    return true;
  }

  /** Withdraws drafts: the line broke or somebody else speaks now. What else comes of them would lack its beginning. */
  dropDrafts() {
    this.late = this.unanswered;
    for (const entry of this.entries.filter((e) => e.draft)) {
      entry.node.remove();
      this.entries.splice(this.entries.indexOf(entry), 1);
      for (const key of entry.keys) this.known.delete(key);
    }
  }

  /** The entry that has one of the keys, or a new one; it has them all from now on. */
  entry(keys, message) {
    let entry = keys.map((key) => this.known.get(key)).find(Boolean);
    if (!entry) {
      const node = document.getElementById('t-message').content.firstElementChild.cloneNode(true);
      entry = { node, message, keys: [], parts: Object.fromEntries([...node.querySelectorAll('[data-p]')].map((el) => [el.dataset.p, el])) };
      entry.parts.retry.addEventListener('click', () => this.on.retry(entry.message.client_message_id));
      for (const button of entry.parts.thumbs.children) button.addEventListener('click', () => this.thumb(entry, button.value));
    }
    for (const key of keys) this.known.set(key, entry);
    entry.keys.push(...keys);
    return entry;
  }

  show(entry) {
    this.fill(entry);
    const rank = ({ message, draft }) => message.seq ?? (draft ? Infinity : 1e15);
    this.entries = this.entries.filter((e) => e !== entry);
    let at = this.entries.length;
    while (at > 0 && rank(this.entries[at - 1]) > rank(entry)) at -= 1;
    this.entries.splice(at, 0, entry);
    const next = this.entries[at + 1]?.node ?? null;
    if (!entry.node.parentNode || entry.node.nextElementSibling !== next) this.el.insertBefore(entry.node, next);
    this.group();
  }

  fill(entry) {
    const { message, pending, node, parts, draft } = entry;
    node.className = `msg ${message.sender} ${pending?.state ?? ''}`;
    node.ariaBusy = String(Boolean(draft));          // a screen reader waits for the whole
    if (entry.shown !== message.text) writeText(parts.text, entry.shown = message.text);
    parts.from.textContent = { user: t('you'), admin: t('agent'), bot: this.botName || t('bot') }[message.sender] ?? '';
    parts.time.dateTime = message.created_at;
    parts.time.textContent = clock(new Date(message.created_at));
    parts.state.textContent = message.sender !== 'user' ? '' : t(pending?.state ?? 'sent') + (pending?.error ? `: ${explain(pending.error)}` : '');
    parts.retry.hidden = pending?.state !== 'failed';
    parts.retry.textContent = t('again');
    const titles = [...new Set((message.citations ?? []).map((c) => c.title))];
    parts.sources.hidden = !titles.length;
    parts.sources.firstElementChild.textContent = `${t('sources')} (${titles.length})`;
    parts.sources.lastElementChild.replaceChildren(...titles.map((title) => Object.assign(document.createElement('li'), { dir: 'auto', textContent: title })));
    parts.thumbs.hidden = message.sender !== 'bot' || !message.reply_to;
    for (const button of parts.thumbs.children) {
      name(button, t(button.value));
      button.setAttribute('aria-pressed', String(message.thumb === button.value));
    }
  }

  /** Marks the first message of each day, and those that go on from the one before. */
  group() {
    this.entries.reduce((before, { node, message }) => {
      const at = new Date(message.created_at);
      const newDay = !before || new Date(before.message.created_at).toDateString() !== at.toDateString();
      const goesOn = !newDay && before.message.sender === message.sender && at - new Date(before.message.created_at) < GROUP_GAP;
      if (newDay) node.dataset.day = day(at);
      else delete node.dataset.day;
      node.classList.toggle('goes-on', goesOn);
      node.classList.add('last');
      before?.node.classList.toggle('last', !goesOn);
      return { node, message };
    }, null);
  }

  async thumb(entry, pressed) {
    const before = entry.message;
    entry.message = { ...before, thumb: before.thumb === pressed ? null : pressed };
    this.fill(entry);
    entry.message = await this.on.thumb(before, entry.message.thumb ?? 'none').catch(() => before);
    this.show(entry);
  }

  /** Writes all texts again, after the language or the bot's name became known. */
  refresh() {
    for (const entry of this.entries) this.fill(entry);
    this.group();
  }
}
