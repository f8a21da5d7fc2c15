// The small parts that every page is made of: notices, buttons, dialogs, skeletons, empty states. Fields are in dash-forms.js.
import { el, icon, put, svg, uid } from './dash-dom.js';
import { t } from './dash-text.js';

// ── notices ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Says something at the edge of the screen for some seconds; read out by screen readers. */
export function toast(text, kind = 'good') {
  const note = el(`p.toast.${kind}`, null, icon(kind === 'bad' ? 'warn' : 'check'), el('span', null, text));
  const box = document.getElementById('toasts');
  while (box.children.length > 2) box.firstElementChild.remove();
  box.append(note);
  setTimeout(() => note.remove(), kind === 'bad' ? 9000 : 4500);
}

export const fail = (error) => toast(error.fields?.length ? error.fields.map((f) => f.message).join(' ') : error.message, 'bad');

/** A lasting note in the page. `kind`: 'info', 'warn', 'bad' or 'good'. */
export const note = (kind, ...kids) =>
  el(
    `div.note.${kind}`,
    kind === 'bad' ? { role: 'alert' } : null,
    icon(kind === 'good' ? 'check' : kind === 'info' ? 'info' : 'warn'),
    el('div', null, ...kids),
  );

/** Disables the button while the work runs and shows what went wrong. Answers whether it went well. */
export async function busy(button, work) {
  if (button?.getAttribute('aria-busy') === 'true') return false;
  button?.setAttribute('aria-busy', 'true');
  try {
    await work();
    return true;
  } catch (error) {
    fail(error);
    return false;
  } finally {
    button?.removeAttribute('aria-busy');
  }
}

// ── buttons and chips ───────────────────────────────────────────────────────────────────────────────────────────────

/** `button('main', 'save', act, 'check')`: the style, the key of its words, what it does, its icon. */
export const button = (style, key, act, sign, more) =>
  el(`button.button.${style}`, { type: 'button', onclick: act, ...more }, sign && icon(sign), el('span', null, t(key)));

export const iconButton = (sign, key, act, more) =>
  el('button.icon-button', { type: 'button', title: t(key), 'aria-label': t(key), onclick: act, ...more }, icon(sign));

export const linkButton = (style, key, href, sign) => el(`a.button.${style}`, { href }, sign && icon(sign), el('span', null, t(key)));

export const chip = (text, kind = '', sign) => el(`span.chip${kind ? `.${kind}` : ''}`, null, sign && icon(sign), text);

/** A button that copies and says so. */
export function copyButton(text, key = 'copy', style = 'plain') {
  const made = button(
    style,
    key,
    async () => {
      try {
        await navigator.clipboard.writeText(typeof text === 'function' ? text() : text);
        made.lastElementChild.textContent = t('copied');
        setTimeout(() => {
          made.lastElementChild.textContent = t(key);
        }, 2500);
        toast(t('copied'));
      } catch {
        toast(t('copyByHand'), 'bad');
      }
    },
    'copy',
  );
  return made;
}

/** A text to be copied, in its own box. */
export const codeBox = (text, label) =>
  el(
    'div.code',
    null,
    el('pre', { dir: 'ltr', tabindex: '0', role: 'textbox', 'aria-readonly': 'true', 'aria-label': label ?? t('code') }, text),
    copyButton(text),
  );

export const stars = (rating) =>
  el(
    'span.stars',
    { role: 'img', 'aria-label': t('starsOf', { n: rating }) },
    '★'.repeat(rating),
    el('span.off', null, '★'.repeat(5 - rating)),
  );

/** A bar from 0 to 1 with an optional line at `at`. */
export function meter(value, label, at) {
  const width = Math.round(Math.min(Math.max(value, 0), 1) * 100);
  const low = at !== undefined && value < at;
  return svg(
    'svg',
    { viewBox: '0 0 100 8', preserveAspectRatio: 'none', class: low ? 'meter low' : 'meter', role: 'img', 'aria-label': label },
    svg('rect', { x: 0, y: 0, width: 100, height: 8, class: 'track' }),
    svg('rect', { x: 0, y: 0, width, height: 8, class: 'bar' }),
    at === undefined ? [] : svg('rect', { x: Math.round(at * 100) - 0.5, y: 0, width: 1, height: 8, class: 'line' }),
  );
}

// ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The heading of a page with its acts. */
export const heading = (title, sub, ...acts) =>
  el(
    'header.page-head',
    null,
    el('div', null, el('h1', { tabindex: '-1' }, title), sub && el('p.soft', null, sub)),
    acts.length > 0 && el('div.acts', null, ...acts),
  );

export const card = (title, ...kids) => el('section.card', null, title && el('h2', null, title), ...kids);

export const skeleton = (rows = 4, kind = 'line') =>
  el(
    'div.skeletons',
    { 'aria-busy': 'true', 'aria-label': t('loading'), role: 'status' },
    Array.from({ length: rows }, () => el(`div.skeleton.${kind}`)),
  );

/** What stands where there is nothing yet: says why and what to do. */
export const empty = (sign, title, text, ...acts) =>
  el(
    'div.empty',
    null,
    el('span.empty-icon', null, icon(sign)),
    el('h2', null, title),
    text && el('p', null, text),
    acts.length > 0 && el('div.acts', null, ...acts),
  );

/** Shows a skeleton, then what `load` makes, or the trouble with a way to try again. */
export async function show(box, load, rows = 4, kind = 'line') {
  const token = Symbol('show');
  box.current = token;
  put(box, skeleton(rows, kind));
  try {
    const made = await load();
    if (box.current === token && made) put(box, made);
  } catch (error) {
    if (box.current !== token || error.name === 'AbortError') return;
    put(
      box,
      trouble(error, () => show(box, load, rows, kind)),
    );
  }
}

export const trouble = (error, again) =>
  el(
    'div.empty',
    { role: 'alert' },
    el('span.empty-icon.bad', null, icon('warn')),
    el('h2', null, t('trouble')),
    el('p', null, error.message),
    again && button('plain', 'tryAgain', again),
  );

/** "Show more" under a list that comes in pages. `load(cursor)` answers `{ items, next_cursor }`; `add` takes the items. */
export function pager(load, add) {
  let cursor = null;
  const more = button('plain.center', 'showMore', () => busy(more, next));
  more.hidden = true;
  async function next() {
    const page = await load(cursor);
    cursor = page.next_cursor;
    more.hidden = !cursor;
    add(page.items);
  }
  return { more, next };
}

// ── dialogs ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A modal dialog. `make(close)` gives its content; the promise gives what `close` was called with. */
export function dialog(title, make, style = '') {
  return new Promise((resolve) => {
    let answer;
    const id = uid('d');
    const box = el(`dialog.dialog${style ? `.${style}` : ''}`, { 'aria-labelledby': id });
    const close = (value) => {
      answer = value;
      box.close();
    };
    box.append(
      el(
        'div.dialog-head',
        null,
        el('h2', { id }, title),
        iconButton('close', 'close', () => close()),
      ),
      el('div.dialog-body', null, make(close)),
    );
    box.addEventListener('close', () => {
      box.remove();
      resolve(answer);
    });
    document.body.append(box);
    box.showModal();
    box.querySelector('[autofocus], .dialog-body input, .dialog-body select, .dialog-body textarea, .dialog-body button')?.focus();
  });
}

/** Asks before something that can't be taken back. */
export const confirm = (title, text, yes, style = 'danger') =>
  dialog(title, (close) => [
    text && el('p', null, text),
    el(
      'div.acts.end',
      null,
      button('plain', 'cancel', () => close(false)),
      button(style, yes, () => close(true)),
    ),
  ]);

/** Tabs. `tabs`: [[id, words, make]]; a panel is made when it is first shown. */
export function tabs(list, chosen = list[0][0]) {
  const base = uid('t');
  const bar = el('div.tabs', { role: 'tablist' });
  const panel = el('div.tab-panel', { role: 'tabpanel', id: `${base}-panel`, tabindex: '-1' });
  const made = new Map();
  const choose = (id, focus) => {
    for (const tab of bar.children) {
      const on = tab.dataset.id === id;
      tab.setAttribute('aria-selected', String(on));
      tab.tabIndex = on ? 0 : -1;
      if (on && focus) tab.focus();
    }
    const [, , make] = list.find(([one]) => one === id);
    if (!made.has(id)) made.set(id, make());
    panel.setAttribute('aria-labelledby', `${base}-${id}`);
    put(panel, made.get(id));
  };
  for (const [id, words] of list)
    bar.append(
      el(
        'button',
        { type: 'button', role: 'tab', id: `${base}-${id}`, 'data-id': id, 'aria-controls': `${base}-panel`, onclick: () => choose(id) },
        words,
      ),
    );
  bar.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: document.dir === 'rtl' ? 1 : -1, ArrowRight: document.dir === 'rtl' ? -1 : 1 }[event.key];
    if (!step) return;
    const all = list.map(([id]) => id);
    const at = all.indexOf(event.target.dataset.id);
    choose(all[(at + step + all.length) % all.length], true);
  });
  choose(chosen);
  return { node: el('div', null, bar, panel), choose, forget: (id) => made.delete(id) };
}
