// Messages on their way out: shown at once, sent one after another in order, kept over reloads, never sent twice
// (the server knows each by its client_message_id).
import { newId, storage } from './api.js';

const MAX_TRIES = 6;
const store = storage('sessionStorage');

export class Outbox {
  /** `on`: { state(item), sent(item, message), gone(error) }; item: { id, text, at, state: 'sending'|'queued'|'failed', error } */
  constructor(api, name, on) {
    Object.assign(this, { api, name, on, items: [], busy: false, stopped: false });
    try { this.items = JSON.parse(store.get(name) ?? '[]'); } catch { this.items = []; }
    this.onOnline = () => { this.endNap?.(); this.flush(); };
    window.addEventListener('online', this.onOnline);
    for (const item of this.items) {
      if (item.state !== 'failed') item.state = 'queued';
      on.state(item);
    }
    this.flush();
  }

  stop() {
    this.stopped = true;
    window.removeEventListener('online', this.onOnline);
    this.endNap?.();
  }

  add(text) {
    const item = { id: newId(), text, at: new Date().toISOString(), state: 'queued' };
    this.items.push(item);
    this.change(item, navigator.onLine ? 'sending' : 'queued');
    this.flush();
  }

  retry(id) {
    const item = this.items.find((i) => i.id === id && i.state === 'failed');
    if (!item) return;
    item.tries = 0;
    this.change(item, 'queued');
    this.endNap?.();
    this.flush();
  }

  /** The message came back over the stream, so it arrived even if our POST never heard so. */
  arrived(id) {
    const before = this.items.length;
    this.items = this.items.filter((i) => i.id !== id);
    if (this.items.length !== before) this.save();
  }

  change(item, state, error = null) {
    item.state = state;
    item.error = error;
    this.save();
    this.on.state(item);
  }

  save() {
    const plain = this.items.map(({ id, text, at, state }) => ({ id, text, at, state }));
    if (plain.length) store.set(this.name, JSON.stringify(plain));
    else store.remove(this.name);
  }

  async flush() {
    if (this.busy) return;
    this.busy = true;
    try {
      for (let item; !this.stopped && (item = this.items.find((i) => i.state !== 'failed')); ) await this.sendOne(item);
    } finally {
      this.busy = false;
    }
  }

  async sendOne(item) {
    if (!navigator.onLine) {
      this.change(item, 'queued');
      return this.nap(15_000);         // "offline" can be wrong, so look again now and then; `online` wakes us sooner
    }
    if (item.state !== 'sending') this.change(item, 'sending');
    try {
      const message = await this.api.send(item.id, item.text);
      this.arrived(item.id);
      this.on.sent(item, message);
    } catch (error) {
      if (this.stopped || !this.items.includes(item)) return undefined;
      item.tries = (item.tries ?? 0) + 1;
      const again = error.status === 0 || error.status === 429 || error.status >= 500;
      if (again && item.tries < MAX_TRIES) {
        this.change(item, 'queued');
        const backOff = Math.min(20_000, 700 * 2 ** item.tries) * (0.5 + Math.random() / 2);
        return this.nap(Math.max(error.retryAfter, backOff));
      }
      this.change(item, 'failed', error);
      if (error.gone || error.status === 409) this.on.gone(error);
    }
    return undefined;
  }

  nap(ms) {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.endNap = () => { clearTimeout(timer); done(); };
    }).finally(() => { this.endNap = null; });
  }
}
