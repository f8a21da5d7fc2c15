// What the frame must know at any moment: who waits for a human. The stream of the inbox tells each conversation that changes; at its
// heartbeat, and every few seconds without it, the list is read, which also finds what another process of the server has stored.
import { api } from './dash-api.js';
import { place } from './dash-inbox-source.js';
import { t } from './dash-text.js';
import { toast } from './dash-ui.js';

const BEAT = 10_000; // without the stream
const SLOW = 45_000; // with it: its heartbeat comes first
let timer = 0,
  running = false,
  stream = null,
  draw = () => {},
  known = null,
  audio = null,
  plain = '',
  failures = 0;
const listeners = new Set();

export const live = {
  waiting: [],
  sound: readSound(),

  start(drawCount) {
    draw = drawCount;
    draw(this.waiting.length);
    if (running) return;
    running = true;
    known = null;
    tick();
    listen();
  },

  stop() {
    running = false;
    clearTimeout(timer);
    hangUp();
    this.waiting = [];
    this.title();
  },

  /** Runs `act` with each conversation that has changed, and without one when the whole is to be read again. Answers how to end it. */
  watch(act) {
    listeners.add(act);
    schedule(0);
    return () => listeners.delete(act);
  },

  setSound(on) {
    this.sound = on;
    try {
      localStorage.setItem('kalamna:sound', on ? '1' : '0');
    } catch {
      /* only for now */
    }
    if (on) ring();
  },

  /** The number of those who wait, before the page's title. */
  title() {
    const bare = document.title.replace(/^\(\d+\) /, '');
    plain = bare;
    document.title = this.waiting.length ? `(${this.waiting.length}) ${plain}` : plain;
  },
};

function readSound() {
  try {
    return localStorage.getItem('kalamna:sound') !== '0';
  } catch {
    return true;
  }
}

function schedule(wait) {
  if (!running) return;
  clearTimeout(timer);
  timer = setTimeout(tick, wait);
}

/** A tab that nobody sees holds no connection: a browser has six of them for a server. */
function listen() {
  if (!running || stream || document.hidden) return;
  stream = new EventSource('/v1/inbox/events');
  stream.addEventListener('session', (event) => {
    const changed = JSON.parse(event.data);
    take(place(live.waiting, changed, 'waiting'));
    for (const act of listeners) Promise.resolve(act(changed)).catch(() => {});
  });
  stream.addEventListener('ping', () => schedule(0));
  stream.addEventListener('open', () => schedule(0)); // what came while it was cut
  stream.addEventListener('error', () => {
    schedule(BEAT);
    if (stream?.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    hangUp();
    setTimeout(listen, BEAT);
  });
}

function hangUp() {
  stream?.close();
  stream = null;
}

async function tick() {
  if (!running) return;
  try {
    const page = await api.get('/v1/sessions?status=active&handling=waiting&limit=100');
    if (!running) return;
    failures = 0;
    take(page.items);
    for (const act of listeners) await act();
  } catch {
    failures += 1; // each page says its own trouble; here it is only asked less often
  }
  const pace = stream?.readyState === EventSource.OPEN ? SLOW : BEAT;
  schedule(Math.min(pace * 2 ** Math.min(failures, 3), 60_000));
}

/** These wait now; whoever is new among them is told of. */
function take(waiting) {
  const isNew = known && waiting.some(({ id }) => !known.has(id));
  known = new Set(waiting.map(({ id }) => id));
  live.waiting = waiting;
  live.title();
  draw(waiting.length);
  if (!isNew) return;
  toast(t('newWaiting'));
  if (live.sound) ring();
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) hangUp();
  else listen();
  schedule(document.hidden ? BEAT : 0);
});

/** Two soft tones, made here: no file to load. Silent until the person has touched the page, as browsers want it. */
export function ring() {
  try {
    audio ??= new AudioContext();
    if (audio.state === 'suspended') audio.resume().catch(() => {});
    for (const [pitch, start] of [
      [660, 0],
      [880, 0.16],
    ]) {
      const [tone, gain] = [audio.createOscillator(), audio.createGain()];
      const at = audio.currentTime + start;
      tone.frequency.value = pitch;
      gain.gain.setValueAtTime(0.0001, at);
      gain.gain.exponentialRampToValueAtTime(0.16, at + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.4);
      tone.connect(gain).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.45);
    }
  } catch {
    /* no sound here: the badge and the notice remain */
  }
}
