// The dashboard: reads who is logged in, draws the frame, and loads each page's own module when it is first opened.
import { api, local, onLoggedOut } from './dash-api.js';
import { el, mark, put } from './dash-dom.js';
import { makeFrame } from './dash-frame.js';
import { live } from './dash-live.js';
import { lang, setLang, t } from './dash-text.js';
import { confirm, empty, fail, iconButton, linkButton, skeleton, toast, trouble } from './dash-ui.js';

const PAGES = {
  '': () => import('./dash-home.js'),
  inbox: () => import('./dash-inbox.js'),
  knowledge: () => import('./dash-knowledge.js'),
  gaps: () => import('./dash-gaps.js'),
  feedback: () => import('./dash-feedback.js'),
  models: () => import('./dash-models.js'),
  team: () => import('./dash-team.js'),
  keys: () => import('./dash-keys.js'),
  settings: () => import('./dash-settings.js'),
  start: () => import('./dash-start.js'),
  login: () => import('./dash-login.js'),
  register: () => import('./dash-login.js'),
};
const BARE = new Set(['login', 'register']);
const app = document.getElementById('app');
const state = { me: null, business: null };
let frame = null,
  opened = null,
  here = '',
  turn = 0;

// ── who is here ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Called after logging in or registering, and when the business or its owner changed. */
function meet({ admin, business }) {
  state.me = admin;
  state.business = business;
  frame = null;
}

function forget() {
  state.me = state.business = null;
  live.stop();
  frame = null;
}

onLoggedOut(() => {
  if (!state.me) return;
  forget();
  opened = null;
  toast(t('loggedOut'), 'bad');
  go(`/app/login?to=${encodeURIComponent(here)}`, { replace: true });
});

// ── where we are ────────────────────────────────────────────────────────────────────────────────────────────────────

function read() {
  const parts = location.pathname
    .replace(/^\/app\/?/, '')
    .split('/')
    .filter(Boolean)
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  return { name: parts[0] ?? '', parts: parts.slice(1), params: new URLSearchParams(location.search) };
}

/** Goes to an address of the dashboard; asks first when something is not saved. */
async function go(href, { replace = false, force = false } = {}) {
  if (!force && !(await mayLeave(href))) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', href);
  await open();
}

async function mayLeave(href) {
  const isDirty = opened?.isDirty?.(href) ?? false;
  return !isDirty || confirm(t('leaveTitle'), t('leaveText'), 'leave');
}

window.addEventListener('popstate', async () => {
  const target = location.pathname + location.search;
  if (opened?.isDirty?.(target)) {
    history.pushState(null, '', here); // stay until it is decided
    if (!(await confirm(t('leaveTitle'), t('leaveText'), 'leave'))) return;
    history.replaceState(null, '', target);
  }
  open();
});

window.addEventListener('beforeunload', (event) => {
  if (opened?.isDirty?.('')) event.preventDefault();
});

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target)
    return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !(url.pathname === '/app' || url.pathname.startsWith('/app/'))) return;
  if (url.hash) return;
  event.preventDefault();
  frame?.closeMenu();
  go(url.pathname + url.search);
});

async function open() {
  const mine = (turn += 1);
  const where = read();
  here = location.pathname + location.search;
  if (!state.me && !BARE.has(where.name)) {
    try {
      meet(await api.get('/v1/me', { quiet: true }));
    } catch (error) {
      if (error.status === 401) return go(`/app/login${where.name ? `?to=${encodeURIComponent(here)}` : ''}`, { replace: true });
      app.className = 'alone-page';
      return put(app, el('main.page', null, trouble(error, open)));
    }
  }
  if (mine !== turn) return;
  const ctx = { ...state, ...where, go, meet, state, isOwner: state.me?.role === 'owner', redraw };
  if (opened?.name === where.name && opened.update?.(ctx)) return frame?.choose(where.name);
  opened?.leave?.();
  opened = null;
  const load = PAGES[where.name];
  const bare = BARE.has(where.name) || where.name === 'start';
  const main = bare ? alone(where.name) : framed(where.name);
  app.removeAttribute('aria-busy');
  main.className = `page page-${where.name || 'home'}`;
  put(main, skeleton(5));
  document.title = `${t(where.name || 'home')} · ${state.business?.name ?? t('brand')}`;
  live.title();
  if (!load) return put(main, empty('info', t('notFound'), t('notFoundText'), linkButton('main', 'goHome', '/app')));
  try {
    const module = await load();
    const page = await module.page(ctx);
    if (mine !== turn) {
      page?.leave?.();
      return;
    }
    opened = page instanceof Node ? { name: where.name } : { name: where.name, ...page };
    put(main, page instanceof Node ? page : page.node);
    page.shown?.();
    (main.querySelector('[autofocus]') ?? main.querySelector('h1'))?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  } catch (error) {
    if (mine === turn) put(main, trouble(error, open));
  }
}

/** Draws everything anew, in another language perhaps. */
async function redraw() {
  if (!(await mayLeave(''))) return;
  frame = null;
  opened?.leave?.();
  opened = null;
  open();
}

// ── the frame ───────────────────────────────────────────────────────────────────────────────────────────────────────

const languageButton = () =>
  el(
    'button.button.quiet',
    {
      type: 'button',
      lang: lang() === 'ar' ? 'en' : 'ar',
      'aria-label': t('languageLabel'),
      onclick: () => {
        setLang(lang() === 'ar' ? 'en' : 'ar');
        redraw();
      },
    },
    t('language'),
  );

function alone(name) {
  frame = null;
  app.className = 'alone-page';
  const main = el('main', { id: 'main' });
  const out = name === 'start' && state.me && iconButton('close', 'home', () => go('/app'));
  put(
    app,
    el(
      'header.bare',
      null,
      el('a.brand', { href: BARE.has(name) ? '/' : '/app' }, mark(), el('span', null, t('brand'))),
      el('div.acts', null, languageButton(), out),
    ),
    main,
  );
  return main;
}

function framed(name) {
  frame ??= makeFrame(app, state.me, state.business, { logOut, languageButton: languageButton() });
  frame.choose(name);
  return frame.main;
}

async function logOut() {
  if (!(await mayLeave(''))) return;
  try {
    await api.post('/v1/auth/logout', undefined, { quiet: true });
  } catch (error) {
    if (error.status !== 401) return fail(error);
  }
  opened?.leave?.();
  opened = null;
  forget();
  local.remove('kalamna:in');
  go('/app/login', { force: true });
}

document.addEventListener('click', (event) => {
  // the skip link must not change the address that the router reads
  if (!event.target.closest?.('a.skip')) return;
  event.preventDefault();
  document.getElementById('main')?.querySelector('h1, a, button, input')?.focus();
});

open();
