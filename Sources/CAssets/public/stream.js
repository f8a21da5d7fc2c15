// News of a session: a fetch-streamed SSE that resumes after the last seq, and a long poll where streams don't get through.
// Tabs of one conversation share a line: one of them reads and tells the others.

const FIRST_BYTE = 8_000;      // the server greets at once; silence this long means something on the way buffers
const SILENCE = 40_000;        // it pings every 15 s; silence this long means a dead line
const SHORT_LIFE = 4_000;      // a stream that ends this soon "died at once"
const POLL_SPELL = 300_000;    // how long we poll before trying a stream again

const now = () => performance.now();

export class Live {
  /** `on`: { message, session, typing, delta, line('live'|'retrying'|'offline'), fresh (a stream begins), gone }. */
  constructor(api, after, on) {
    Object.assign(this, { api, after, on, end: new AbortController(), pollUntil: 0, failures: 0, wakeUp() {} });
    for (const name of ['online', 'pageshow', 'visibilitychange']) {
      const target = name === 'visibilitychange' ? document : window;
      target.addEventListener(name, () => this.wake(name), { signal: this.end.signal });
    }
    this.run();
  }

  stop() {
    this.end.abort();
    this.line?.abort();
    this.wakeUp();
  }

  /** The network or the page came back: try now instead of later, and drop a line that is old or silent. */
  wake(why) {
    if (document.hidden || !navigator.onLine) return;
    if (why === 'online' || (this.heard && now() - this.heard > SILENCE)) {
      this.failures = -1;
      this.line?.abort();
    }
    this.wakeUp();
  }

  async run() {
    while (!this.end.signal.aborted) {
      Object.assign(this, { line: new AbortController(), began: now(), heard: 0 });
      let pause;
      try {
        pause = await (now() < this.pollUntil ? this.poll() : this.stream());
      } catch (error) {
        if (this.end.signal.aborted) return;
        if (error.gone) { this.stop(); this.on.gone(); return; }
        this.failures += 1;
        if (!navigator.onLine) this.on.line('offline');
        else if (this.failures > 1) this.on.line('retrying');
        if (navigator.onLine && !this.heard && now() - this.began > FIRST_BYTE) this.pollUntil = now() + POLL_SPELL;
        pause = Math.max(error.retryAfter ?? 0, Math.min(30_000, 1_000 * 2 ** this.failures) * (0.5 + Math.random() / 2));
      }
      if (this.failures < 0) this.failures = pause = 0;
      await new Promise((done) => { this.wakeUp = done; setTimeout(done, pause); });
    }
  }

  /** Reads one stream to its end. Answers how long to wait before the next. */
  async stream() {
    const watch = setInterval(() => {
      if (now() - (this.heard || this.began) > (this.heard ? SILENCE : FIRST_BYTE)) this.line.abort();
    }, 1_000);
    this.goodbye = false;
    try {
      const { body } = await this.api.stream(this.after, this.line);
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = ''; ;) {
        const { value, done } = await reader.read();
        if (done) break;
        if (!this.heard) { this.on.line('live'); this.on.fresh(); }
        this.heard = now();
        const events = (rest + value).split('\n\n');
        rest = events.pop();
        for (const event of events) this.take(event);
      }
    } finally {
      clearInterval(watch);
      this.line.abort();
      this.on.typing(false);
    }
    if (this.goodbye) return 1_000 + Math.random() * 2_000;
    if (now() - this.began > SHORT_LIFE) this.failures = 0;
    else if (++this.failures > 2) this.pollUntil = now() + POLL_SPELL;
    return 500 + Math.random() * 1_000;
  }

  async poll() {
    const { session, messages } = await this.api.poll(this.after, this.line);
    this.failures = 0;
    this.on.line('live');
    this.on.session(session);
    for (const message of messages) this.message(message);
    return messages.length || now() - this.began > 1_000 ? 0 : 2_000;
  }

  /** One event: lines of `field: value`, of which the server sends each once. */
  take(text) {
    const { event, data } = Object.fromEntries(text.split('\n').map((line) => [line.split(':', 1)[0], line.replace(/^\w*: ?/, '')]));
    const value = data ? JSON.parse(data) : {};
    if (event === 'message') this.message(value);
    else if (event === 'conversation') this.on.session(value);
    else if (event === 'typing') this.on.typing(true);
    else if (event === 'delta' || event === 'restart') this.on.delta([value.turn_id, event === 'delta' ? value.text : null]);
    else if (event === 'server_shutdown') this.goodbye = true;
  }

  message(value) {
    this.failures = 0;
    this.after = Math.max(this.after, value.seq);
    this.on.message(value);
  }
}

/** Joins the line of this conversation's tabs, or opens it. `lastSeq()` is asked when it opens. Answers how to leave. */
export function share(name, api, lastSeq, on) {
  const left = new AbortController();
  let live = null, channel = null;
  const both = (kind) => (value) => { on[kind](value); channel?.postMessage([kind, value]); };
  const lead = () => { live = new Live(api, lastSeq(), Object.fromEntries(Object.keys(on).map((kind) => [kind, both(kind)]))); };
  try {
    const holding = navigator.locks.request(name, { signal: left.signal }, () => {
      lead();
      return new Promise((done) => { left.signal.addEventListener('abort', done); });
    });
    channel = new BroadcastChannel(name);
    channel.onmessage = ({ data: [kind, value] }) => on[kind](value);
    holding.catch(() => left.signal.aborted || lead());
  } catch {
    lead();                            // no locks on plain http, no channel where storage is forbidden: a line of our own
  }
  return () => { left.abort(); live?.stop(); channel?.close(); };
}
