// News of a session: a fetch-streamed SSE that resumes after the last seq, and a long poll where streams don't get through.

const FIRST_BYTE = 8_000;      // the server greets at once; silence this long means something on the way buffers
const SILENCE = 40_000;        // it pings every 15 s; silence this long means a dead line
const SHORT_LIFE = 4_000;      // a stream that ends this soon "died at once"
const POLL_SPELL = 300_000;    // how long we poll before trying a stream again

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** Feeds text in pieces of any size; calls `onEvent({event, data, id})` for each complete event. */
export function sseParser(onEvent, onRetry = () => {}) {
  let buffer = '', event = '', data = [], id = null;
  const line = (text) => {
    if (text === '') {
      if (data.length) onEvent({ event: event || 'message', data: data.join('\n'), id });
      event = ''; data = []; id = null;
      return;
    }
    const colon = text.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) onRetry(Number(value));
  };
  return (piece) => {
    buffer += piece;
    for (let end; (end = /\r\n|\n|\r/.exec(buffer)); ) {
      if (end[0] === '\r' && end.index === buffer.length - 1) return;   // may be half of \r\n
      const text = buffer.slice(0, end.index);
      buffer = buffer.slice(end.index + end[0].length);
      line(text);
    }
  };
}

export class Live {
  /** `api`: sessionApi; `on`: { message, session, typing, line('live'|'retrying'|'offline'), gone }. */
  constructor(api, after, on) {
    Object.assign(this, { api, after, on, stopped: false, mode: 'stream', failures: 0, earlyDeaths: 0, base: 1_000 });
    this.onWake = (event) => this.wake(event.type);
    for (const name of ['online', 'offline', 'pageshow']) window.addEventListener(name, this.onWake);
    document.addEventListener('visibilitychange', this.onWake);
    this.run();
  }

  stop() {
    this.stopped = true;
    for (const name of ['online', 'offline', 'pageshow']) window.removeEventListener(name, this.onWake);
    document.removeEventListener('visibilitychange', this.onWake);
    this.abort?.abort();
    this.endNap?.();
  }

  /** The network or the page came back: try now instead of later, and drop a line that is old or silent. */
  wake(why) {
    if (why === 'offline') this.on.line('offline');
    if (document.hidden || !navigator.onLine) return;
    const silent = this.heard && performance.now() - this.heard > SILENCE;
    if (why === 'online' || (this.mode === 'stream' && silent)) { this.renewed = true; this.abort?.abort(); }
    this.endNap?.();
  }

  async run() {
    while (!this.stopped) {
      if (!navigator.onLine) this.on.line('offline');
      let delay;
      try {
        delay = this.mode === 'stream' ? await this.streamOnce() : await this.pollOnce();
      } catch (error) {
        if (this.stopped) return;
        if (error.gone) { this.stop(); this.on.gone(error); return; }
        this.failures += 1;
        if (this.failures > 1 || !navigator.onLine) this.on.line(navigator.onLine ? 'retrying' : 'offline');
        delay = Math.max(error.retryAfter ?? 0, this.backOff());
      }
      if (delay && !this.stopped) await this.nap(delay);
    }
  }

  backOff() {
    return Math.min(30_000, this.base * 2 ** Math.min(this.failures, 6)) * (0.5 + Math.random() / 2);
  }

  nap(ms) {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.endNap = () => { clearTimeout(timer); done(); };
    }).finally(() => { this.endNap = null; });
  }

  /** Reads one stream to its end. Answers how long to wait before the next; throws when the connection failed. */
  async streamOnce() {
    const started = performance.now();
    this.abort = new AbortController();
    this.heard = 0;
    this.renewed = false;
    let silent = false, goodbye = false;
    const watch = setInterval(() => {
      const quiet = performance.now() - (this.heard || started);
      if (quiet > (this.heard ? SILENCE : FIRST_BYTE)) { silent = true; this.abort.abort(); }
    }, 1_000);
    try {
      const response = await this.api.stream(this.after, this.abort.signal);
      if (!/^text\/event-stream/i.test(response.headers.get('Content-Type') ?? '')) return this.startPolling();
      const parse = sseParser((e) => { goodbye ||= e.event === 'server_shutdown'; this.take(e); }, (ms) => {
        this.base = Math.min(Math.max(ms, 500), 10_000);
      });
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        if (!this.heard) this.on.line('live');
        this.heard = performance.now();
        parse(decoder.decode(value, { stream: true }));
      }
    } catch (error) {
      if (this.stopped) throw error;
      if (!this.heard) {
        if (silent && navigator.onLine) return this.startPolling();
        throw error;
      }
    } finally {
      clearInterval(watch);
      this.abort.abort();
    }
    this.on.typing(null);
    if (this.renewed) return 0;
    if (goodbye) return 1_000 + Math.random() * 3_000;
    const life = performance.now() - started;
    if (life > SHORT_LIFE) { this.failures = 0; this.earlyDeaths = 0; return 200 + Math.random() * 800; }
    this.earlyDeaths += 1;
    this.failures += 1;
    return this.earlyDeaths > 1 ? this.startPolling() : this.backOff();
  }

  startPolling() {
    this.mode = 'poll';
    this.pollUntil = performance.now() + POLL_SPELL;
    this.failures = 0;
    return 0;
  }

  async pollOnce() {
    if (performance.now() > this.pollUntil) { this.mode = 'stream'; this.earlyDeaths = 1; return 0; }
    const started = performance.now();
    this.abort = new AbortController();
    const answer = await this.api.poll(this.after, this.abort.signal);
    this.failures = 0;
    this.on.line('live');
    if (answer.session) this.on.session(answer.session);
    for (const message of answer.messages ?? []) this.message(message);
    if (!answer.messages?.length && performance.now() - started < 1_000) await pause(2_000);
    return 0;
  }

  take({ event, data }) {
    let value;
    try { value = JSON.parse(data); } catch { return; }
    if (event === 'message') { this.failures = 0; this.message(value); }
    else if (event === 'conversation') this.on.session(value.session ?? value);
    else if (event === 'typing') this.on.typing(value.who ?? 'bot');
  }

  message(value) {
    if (value.seq > this.after) this.after = value.seq;
    this.on.message(value);
  }
}
