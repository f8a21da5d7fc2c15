// The widget API (/v1/widget): one function per endpoint. Errors are ApiError; status 0 means "could not reach the server".
import { lang } from './texts.js';

const BASE = '/v1/widget';

export class ApiError extends Error {
  constructor(status, problem = null, retryAfter = 0) {
    super(problem?.detail ?? problem?.title ?? `HTTP ${status}`);
    Object.assign(this, { status, problem, retryAfter });
  }
  /** The token no longer opens this session. */
  get gone() { return [401, 403, 404, 410].includes(this.status); }
}

/** A fetch that answers only with a good response; network trouble and time-outs become ApiError(0). */
export async function request(method, path, { token, body, headers = {}, timeout = 20_000, signal } = {}) {
  const stop = new AbortController();
  const timer = timeout ? setTimeout(() => stop.abort(), timeout) : 0;
  const abort = () => stop.abort();
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) stop.abort();
  try {
    const response = await fetch(BASE + path, {
      method,
      headers: {
        Authorization: `Bearer ${token}`, 'Accept-Language': lang(), Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: stop.signal, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer',
    });
    if (response.ok) return await (timeout ? response.json() : response);
    const problem = await response.json().catch(() => null);
    throw new ApiError(response.status, problem, retryAfter(response));
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(0);
  } finally {
    clearTimeout(timer);
    if (timeout) signal?.removeEventListener('abort', abort);
  }
}

function retryAfter(response) {
  const value = response.headers.get('Retry-After');
  if (!value) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Math.min(Math.max(ms || 0, 0), 120_000);
}

export const createSession = (key, locale) =>
  request('POST', '/sessions', { token: key, body: locale ? { locale } : {} });

/** The endpoints of one session, called with its own token. */
export function sessionApi(token) {
  const call = (method, path, body, more) => request(method, `/session${path}`, { token, body, ...more });
  return {
    get: () => call('GET', ''),
    before: (seq) => call('GET', `/messages?before=${seq}&limit=50`),
    send: (id, text) => call('POST', '/messages', { client_message_id: id, text }),
    feedback: (rating, comment) => call('PUT', '/feedback', comment ? { rating, comment } : { rating }),
    thumb: (id, value) => call('PUT', `/messages/${encodeURIComponent(id)}/thumb`, { value }),
    human: () => call('POST', '/human', {}),
    close: () => call('POST', '/close', {}),
    poll: (after, signal) => call('GET', `/events?after=${after}&wait=25`, undefined, { timeout: 40_000, signal }),
    stream: (after, signal) => call('GET', `/events?after=${after}`, undefined,
      { timeout: 0, signal, headers: { Accept: 'text/event-stream' } }),
  };
}

/** localStorage or sessionStorage that may be forbidden or full: then it just forgets. */
export function storage(kind) {
  const attempt = (work) => { try { return work(window[kind]); } catch { return null; } };
  return {
    get: (name) => attempt((s) => s.getItem(name)),
    set: (name, value) => attempt((s) => s.setItem(name, value)),
    remove: (name) => attempt((s) => s.removeItem(name)),
  };
}

/** A random id that also works on plain http, where crypto.randomUUID is missing. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}
