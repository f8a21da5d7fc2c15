// Messages on their way out: shown at once, sent one after another in order, kept over reloads, never sent twice
// (the server knows each by its client_message_id).
import { newId, storage } from './api.js';

const MAX_TRIES = 6;
const store = storage('sessionStorage');

export class Outbox {
  /** `connect` answers the session's API, and begins a session when there is none.
      `on`: { state(item), sent(message), gone() }; item: { id, text, at, state: 'sending'|'queued'|'failed', error } */
  constructor(name, connect, on) {
    Object.assign(this, { name, connect, on, busy: false, endNap() {} });
    this.items = JSON.parse(store.get(name) ?? '[]');
    window.addEventListener('online', () => { this.endNap(); this.flush(); });
  }

  /** Shows and sends what an earlier page left. */
  resume() {
    for (const item of this.items) this.change(item, item.state === 'failed' ? 'failed' : 'queued');
    this.flush();
  }

  clear() {
    this.items = [];
    this.save();
  }

  add(text) {
    const item = { id: newId(), text, at: new Date().toISOString() };
    this.items.push(item);
    this.change(item, navigator.onLine ? 'sending' : 'queued');
    this.flush();
  }

  retry(id) {
    const item = this.items.find((i) => i.id === id && i.state === 'failed');
    if (!item) return;
    item.tries = 0;
    this.change(item, 'queued');
    this.endNap();
    this.flush();
  }

  /** The message came back over the stream, so it arrived even if our POST never heard so. */
  arrived(id) {
    this.items = this.items.filter((i) => i.id !== id);
    this.save();
  }

  change(item, state, error = null) {
    Object.assign(item, { state, error });
    this.save();
    this.on.state(item);
  }

  save() {
    if (this.items.length) store.set(this.name, JSON.stringify(this.items, ['id', 'text', 'at', 'state']));
    else store.remove(this.name);
  }

  async flush() {
    if (this.busy) return;
    this.busy = true;
    for (let item; (item = this.items.find((i) => i.state !== 'failed')); ) await this.sendOne(item);
    this.busy = false;
  }

  async sendOne(item) {
    this.change(item, navigator.onLine ? 'sending' : 'queued');
    if (!navigator.onLine) return this.nap(15_000);   // "offline" can be wrong, so look again now and then; `online` wakes us sooner
    try {
      const message = await (await this.connect()).send(item.id, item.text);
      this.arrived(item.id);
      this.on.sent(message);
    } catch (error) {
      if (!this.items.includes(item)) return undefined;
      item.tries = (item.tries ?? 0) + 1;
      const again = !error.status || error.status === 429 || error.status >= 500;
      if (again && item.tries < MAX_TRIES) {
        this.change(item, 'queued');
        return this.nap(Math.max(error.retryAfter ?? 0, Math.min(20_000, 700 * 2 ** item.tries) * (0.5 + Math.random() / 2)));
      }
      this.change(item, 'failed', error);
      if (error.gone || error.status === 409) this.on.gone();
    }
    return undefined;
  }

  nap(ms) {
    return new Promise((done) => { this.endNap = done; setTimeout(done, ms); });
  }
}
