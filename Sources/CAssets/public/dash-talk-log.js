// The messages of one conversation in the inbox: what is there, what is on its way, and where one looks.
import { el, put } from './dash-dom.js';
import { messageRow } from './dash-message.js';
import { day, t } from './dash-text.js';
import { busy, button } from './dash-ui.js';

export class TalkLog {
  /** `on`: { older() → promise, retry(message) } */
  constructor(on) {
    this.on = on;
    this.bySeq = new Map();
    this.pending = [];
    this.drawn = new Map();
    this.stuck = true; // the end is in view, so new messages may move it
    this.older = button('plain.center', 'older', () => busy(this.older, on.older));
    this.older.hidden = true;
    this.list = el('div.talk-log', { role: 'log', 'aria-label': t('log'), 'aria-busy': 'true' });
    this.typing = el('p.talk-typing.soft', { hidden: true }, t('isTyping'));
    this.node = el('div.talk-scroll', { tabindex: '0', 'aria-label': t('log') }, this.older, this.list, this.typing);
    this.jump = button('main.jump', 'newBelow', () => this.toEnd(true));
    this.jump.hidden = true;
    this.node.addEventListener('scroll', () => this.scrolled(), { passive: true });
    this.sized = new ResizeObserver(() => this.follow());
    this.sized.observe(this.node);
  }

  take(messages) {
    for (const message of messages) {
      this.bySeq.set(message.seq, message);
      if (message.client_message_id) this.pending = this.pending.filter((one) => one.client_message_id !== message.client_message_id);
    }
  }

  get firstSeq() {
    return Math.min(...this.bySeq.keys());
  }

  get lastSeq() {
    return Math.max(0, ...this.bySeq.keys());
  }

  get ordered() {
    return [...this.bySeq.values()].sort((a, b) => a.seq - b.seq);
  }

  /** The customer's last words. */
  get asked() {
    return this.ordered.findLast((one) => one.sender === 'user') ?? null;
  }

  /** The first of the last messages of which the server knows more by now: what a question is about, who of the team answered. */
  get halfKnown() {
    return this.ordered
      .slice(-20)
      .find((one) => (one.sender === 'user' && !one.understanding) || (one.sender === 'admin' && !one.admin_name));
  }

  showTyping(on) {
    clearTimeout(this.typingTimer);
    this.typing.hidden = !on;
    if (on) this.typingTimer = setTimeout(() => this.showTyping(false), 20_000);
    this.follow();
  }

  /** Draws what has changed; the rest keeps its elements, and so focus and selection. */
  draw() {
    const { ordered } = this;
    const wanted = [];
    let before = null;
    for (const message of [...ordered, ...this.pending]) {
      const date = new Date(message.created_at).toDateString();
      if (date !== before?.date) {
        wanted.push(this.keep(`day:${date}`, date, () => el('p.talk-day', null, el('span', null, day(message.created_at)))));
      }
      const goesOn = before?.date === date && before.sender === message.sender;
      const state = [message.seq, message.thumb, message.state, goesOn, message.admin_name, message.understanding?.intent].join('|');
      const asked = () => ordered.find((one) => one.id === message.reply_to)?.text ?? '';
      const retry = () => this.on.retry(message);
      wanted.push(
        this.keep(message.client_message_id ?? message.id, state, () =>
          messageRow(message, { goesOn, teamName: message.admin_name ?? t('team_'), retry, asked: asked() }),
        ),
      );
      before = { date, sender: message.sender };
    }
    const { children } = this.list;
    if (wanted.length === children.length && wanted.every((one, index) => children[index] === one)) return;
    put(this.list, wanted);
  }

  keep(key, state, make) {
    const old = this.drawn.get(key);
    if (old?.state === state) return old.node;
    const node = make();
    this.drawn.set(key, { state, node });
    return node;
  }

  /** Puts older messages above what is in view without moving it. */
  drawAbove() {
    const below = this.node.scrollHeight - this.node.scrollTop;
    this.draw();
    this.node.scrollTop = this.node.scrollHeight - below;
  }

  toEnd(smooth = false) {
    this.jump.hidden = true;
    this.stuck = true;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.node.scrollTo({ top: this.node.scrollHeight, behavior: smooth && !calm ? 'smooth' : 'auto' });
  }

  /** After something came: to the end when it was in view, else the way there is offered. */
  follow(isNews = false) {
    if (this.stuck) this.toEnd();
    else if (isNews) this.jump.hidden = false;
  }

  scrolled() {
    this.stuck = this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < 60;
    if (this.stuck) this.jump.hidden = true;
  }

  leave() {
    clearTimeout(this.typingTimer);
    this.sized.disconnect();
  }
}
