// Calls to the server with the login's cookie. Every refusal is a `Problem` with the server's own sentence in the UI's language.
import { lang, t } from './dash-text.js';

export class Problem extends Error {
  constructor(status, body = null, retryAfter = 0) {
    super(words(status, body));
    Object.assign(this, { status, code: body?.code ?? '', fields: body?.errors ?? [], retryAfter });
  }
}

function words(status, body) {
  if (body?.detail) return body.detail;
  if (status === 0) return t('errNetwork');
  return t(status >= 500 ? 'errServer' : 'errOther');
}

let whenLoggedOut = () => {};
/** What happens when the server no longer knows us. */
export const onLoggedOut = (act) => {
  whenLoggedOut = act;
};

async function call(method, path, body, { timeout = 30_000, signal, quiet = false, headers = {} } = {}) {
  const signals = [AbortSignal.timeout(timeout), signal].filter(Boolean);
  let response;
  try {
    response = await fetch(path, {
      method,
      cache: 'no-store',
      credentials: 'same-origin',
      signal: AbortSignal.any ? AbortSignal.any(signals) : signals.at(-1),
      headers: {
        Accept: 'application/json',
        'Accept-Language': lang(),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0);
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  if (response.status === 401 && !quiet) whenLoggedOut();
  throw new Problem(response.status, answer, Number(response.headers.get('Retry-After')) || 0);
}

export const api = {
  get: (path, more) => call('GET', path, undefined, more),
  post: (path, body, more) => call('POST', path, body, more),
  put: (path, body, more) => call('PUT', path, body, more),
  patch: (path, body, more) => call('PATCH', path, body, more),
  delete: (path, more) => call('DELETE', path, undefined, more),
};

/** `{ a: 1, b: null }` as a query string; what is empty is left out. */
export function query(values) {
  const pairs = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return pairs.length ? `?${new URLSearchParams(pairs)}` : '';
}

/** Posts a large JSON body and tells how much of it has left (0 to 1). fetch can't. */
export function upload(path, body, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.responseType = 'json';
    request.timeout = 300_000;
    request.setRequestHeader('Content-Type', 'application/json');
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Accept-Language', lang());
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response);
      else reject(new Problem(request.status, request.response));
    };
    request.onerror = request.ontimeout = () => reject(new Problem(0));
    request.send(JSON.stringify(body));
  });
}

/** localStorage or sessionStorage that may be forbidden or full: then it just forgets. */
function storage(kind) {
  const attempt = (work) => {
    try {
      return work(window[kind]);
    } catch {
      return null;
    }
  };
  return {
    get: (name) => attempt((s) => s.getItem(name)),
    set: (name, value) => attempt((s) => s.setItem(name, value)),
    remove: (name) => attempt((s) => s.removeItem(name)),
  };
}
export const local = storage('localStorage');
export const tab = storage('sessionStorage');

/** A random id that also works on plain http, where crypto.randomUUID is missing. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}
