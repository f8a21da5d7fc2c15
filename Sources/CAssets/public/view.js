// The log: one article per message, in order of seq, none twice. Text only, never HTML.
import { clock, day, explain, t } from './texts.js';

const GROUP_GAP = 5 * 60_000;
const LINKS = /(https?:\/\/[^\s<>"'«»،؛]+)|(\+?\d[\d ().\-\u2011]{5,}\d)/g;

/** Fills `el` with text; web addresses and phone numbers become links, and keep left-to-right inside Arabic. */
function writeText(el, text) {
  el.textContent = '';
  let from = 0;
  for (const match of text.matchAll(LINKS)) {
    const [all, url] = match;
    const word = url ? url.replace(/[.,!?؟:;)\]]+$/, '') : all;
    const digits = word.replace(/[^\d+]/g, '');
    if (!url && digits.length < 8) continue;
    el.append(text.slice(from, match.index));
    const phone = !url && /^(\+|0)/.test(digits) && digits.length <= 16;
    const part = document.createElement(url || phone ? 'a' : 'bdi');
    part.dir = 'ltr';
    part.textContent = word;
    if (url) Object.assign(part, { href: word, target: '_blank', rel: 'noopener noreferrer nofollow' });
    else if (phone) part.href = `tel:${digits}`;
    el.append(part);
    from = match.index + word.length;
  }
  el.append(text.slice(from));
}

export class Log {
  /** `on`: { retry(clientId), thumb(message, value) → promise of the new message } */
  constructor(el, on) {
    Object.assign(this, { el, on, byId: new Map(), byClient: new Map(), entries: [], botName: '' });
    this.template = document.getElementById('t-message').content.firstElementChild;
  }

  get firstSeq() { return this.entries.find((e) => e.message.seq)?.message.seq ?? Infinity; }
  get lastSeq() { return Math.max(0, ...this.entries.map((e) => e.message.seq ?? 0)); }
  get hasUser() { return this.entries.some((e) => e.message.sender === 'user'); }

  /** The last thing a user said has no answer yet. */
  get awaitsReply() {
    const spoken = this.entries.filter((e) => e.message.sender !== 'system' || e.message.reply_to);
    const last = spoken[spoken.length - 1]?.message;
    return Boolean(last?.seq) && last.sender === 'user';
  }

  /** Adds a stored message or renews the one we have. Answers true when it is new to the log. */
  put(message) {
    let entry = this.byId.get(message.id);
    if (!entry && message.client_message_id) entry = this.byClient.get(message.client_message_id);
    const isNew = !entry;
    entry ??= this.make();
    entry.message = message;
    entry.pending = null;
    this.byId.set(message.id, entry);
    if (message.client_message_id) this.byClient.set(message.client_message_id, entry);
    this.fill(entry);
    this.place(entry);
    return isNew;
  }

  /** Shows an own message on its way (see outbox.js) under the stored ones. */
  putPending(item) {
    let entry = this.byClient.get(item.id);
    if (entry && !entry.pending) return;
    const isNew = !entry;
    entry ??= this.make();
    entry.pending = item;
    entry.message = { sender: 'user', text: item.text, created_at: item.at, client_message_id: item.id };
    this.byClient.set(item.id, entry);
    this.fill(entry);
    if (isNew) this.place(entry);
  }

  make() {
    const node = this.template.cloneNode(true);
    const part = (selector) => node.querySelector(selector);
    const entry = {
      node, text: part('.text'), from: part('.from'), time: part('time'), state: part('.state'), retry: part('.retry'),
      sources: part('.sources'), thumbs: part('.thumbs'),
    };
    entry.retry.addEventListener('click', () => this.on.retry(entry.message.client_message_id));
    for (const button of entry.thumbs.children) {
      button.addEventListener('click', () => this.thumb(entry, button.dataset.value));
    }
    return entry;
  }

  fill(entry) {
    const { message, pending, node } = entry;
    node.className = `msg ${message.sender}`;
    if (pending) node.classList.add(pending.state);
    if (entry.shown !== message.text) { writeText(entry.text, message.text); entry.shown = message.text; }
    const names = { user: t('you'), admin: t('agent'), bot: this.botName || t('bot'), system: '' };
    entry.from.textContent = names[message.sender] ?? '';
    const at = new Date(message.created_at);
    entry.time.dateTime = message.created_at;
    entry.time.textContent = clock(at);
    const failed = pending?.state === 'failed';
    entry.state.textContent = message.sender !== 'user' ? ''
      : failed ? [t('failed'), pending.error && explain(pending.error)].filter(Boolean).join(': ')
        : t(pending ? pending.state : 'sent');
    entry.retry.hidden = !failed;
    entry.retry.textContent = t('retry');
    this.fillSources(entry);
    entry.thumbs.hidden = message.sender !== 'bot' || !message.reply_to;
    entry.thumbs.setAttribute('aria-label', t('thumbs'));
    for (const button of entry.thumbs.children) {
      button.title = t(button.dataset.value);
      button.setAttribute('aria-label', t(button.dataset.value));
      button.setAttribute('aria-pressed', String(message.thumb === button.dataset.value));
    }
  }

  fillSources({ sources, message }) {
    const titles = [...new Set((message.citations ?? []).map((c) => c.title).filter(Boolean))];
    sources.hidden = !titles.length;
    sources.firstElementChild.textContent = `${t('sources')} (${titles.length})`;
    sources.lastElementChild.replaceChildren(...titles.map((title) => {
      const line = document.createElement('li');
      line.dir = 'auto';
      line.textContent = title;
      return line;
    }));
  }

  /** Puts the entry where its seq belongs; messages on their way stay last, oldest first. */
  place(entry) {
    const rank = (e) => e.message.seq ?? Infinity;
    const old = this.entries.indexOf(entry);
    if (old >= 0) this.entries.splice(old, 1);
    let at = this.entries.length;
    while (at > 0 && rank(this.entries[at - 1]) > rank(entry)) at -= 1;
    this.entries.splice(at, 0, entry);
    const next = this.entries[at + 1]?.node ?? null;
    if (entry.node.parentNode !== this.el || entry.node.nextElementSibling !== next) this.el.insertBefore(entry.node, next);
    this.group();
  }

  /** Marks the first message of each day, and those that go on from the one before. */
  group() {
    let before = null;
    for (const { node, message } of this.entries) {
      const at = new Date(message.created_at);
      const newDay = !before || new Date(before.created_at).toDateString() !== at.toDateString();
      if (newDay) node.dataset.day = day(at);
      else delete node.dataset.day;
      node.classList.toggle('goes-on', !newDay && before.sender === message.sender && at - new Date(before.created_at) < GROUP_GAP);
      before = message;
    }
    this.entries.forEach(({ node }, i) => {
      const next = this.entries[i + 1]?.node;
      node.classList.toggle('last', !next?.classList.contains('goes-on'));
    });
  }

  async thumb(entry, pressed) {
    const before = entry.message;
    entry.message = { ...before, thumb: before.thumb === pressed ? null : pressed };
    this.fill(entry);
    try {
      entry.message = await this.on.thumb(before, entry.message.thumb ?? 'none');
    } catch {
      entry.message = before;
    }
    this.fill(entry);
    this.group();
  }

  /** Writes all texts again, after the language or the bot's name became known. */
  refresh() {
    for (const entry of this.entries) this.fill(entry);
    this.group();
  }

  clear() {
    this.el.replaceChildren();
    this.byId.clear();
    this.byClient.clear();
    this.entries = [];
  }
}
