// The widget API (/v1/widget): one function per endpoint. Errors are ApiError; status 0 means "could not reach the server".
import { lang } from './texts.js';

export class ApiError extends Error {
  constructor(status, problem, retryAfter = 0) {
    super(problem?.detail ?? `HTTP ${status}`);
    Object.assign(this, { status, problem, retryAfter });
  }
  /** The token no longer opens this session. */
  get gone() { return [401, 403, 404, 410].includes(this.status); }
}

/** A fetch that answers only with a good response; network trouble and time-outs become ApiError(0). */
async function request(token, method, path, { body, timeout = 20_000, line = new AbortController() } = {}) {
  const timer = timeout && setTimeout(() => line.abort(), timeout);
  try {
    const response = await fetch(`/v1/widget${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Accept-Language': lang(), ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
      signal: line.signal, cache: 'no-store', credentials: 'omit',
    });
    if (response.ok) return await (timeout ? response.json() : response);
    const seconds = Number(response.headers.get('Retry-After')) || 0;
    throw new ApiError(response.status, await response.json().catch(() => null), Math.min(seconds, 120) * 1000);
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(0);
  } finally {
    clearTimeout(timer);
  }
}

export const getConfig = (key, locale) => request(key, 'GET', `/config${locale ? `?locale=${locale}` : ''}`);
export const createSession = (key, body) => request(key, 'POST', '/sessions', { body });

/** The endpoints of one session, called with its own token. */
export function sessionApi(token) {
  const call = (method, path, body, more) => request(token, method, `/session${path}`, { body, ...more });
  return {
    get: () => call('GET', ''),
    before: (seq) => call('GET', `/messages?before=${seq}&limit=50`),
    after: (seq) => call('GET', `/messages?after=${seq}&limit=100`),
    send: (id, text) => call('POST', '/messages', { client_message_id: id, text }),
    feedback: (rating, comment) => call('PUT', '/feedback', { rating, comment }),
    thumb: (id, value) => call('PUT', `/messages/${id}/thumb`, { value }),
    human: () => call('POST', '/human'),
    close: () => call('POST', '/close'),
    poll: (after, line) => call('GET', `/events?after=${after}&wait=25`, undefined, { timeout: 40_000, line }),
    stream: (after, line) => call('GET', `/events?after=${after}`, undefined, { timeout: 0, line }),
  };
}

/** localStorage or sessionStorage. In another site's frame it may be forbidden or full: then it remembers until the page ends. */
export function storage(kind) {
  const memory = {};
  const attempt = (work) => { try { return work(window[kind]); } catch { return null; } };
  return {
    get: (name) => attempt((s) => s.getItem(name)) ?? memory[name] ?? null,
    set: (name, value) => { memory[name] = value; attempt((s) => s.setItem(name, value)); },
    remove: (name) => { delete memory[name]; attempt((s) => s.removeItem(name)); },
  };
}

/** A random id that also works on plain http, where crypto.randomUUID is missing. */
export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
