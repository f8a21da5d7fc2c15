// The page around the log: scrolling, the title, notices, the phone's keyboard, and the box one writes in.
import { t } from './texts.js';

export const $ = (id) => document.getElementById(id);

// ── scrolling ───────────────────────────────────────────────────────────────────────────────────────────────────────

const calm = matchMedia('(prefers-reduced-motion: reduce)');
const scroll = $('scroll');
let stuck = true;                     // the end of the log is in view, so new messages may move it

export const atBottom = () => stuck;

export function toBottom(atOnce = false) {
  $('jump').hidden = true;
  stuck = true;
  scroll.scrollTo({ top: scroll.scrollHeight, behavior: atOnce || calm.matches ? 'auto' : 'smooth' });
}

/** Runs `change`, which adds things above, and keeps what is in view where it is. */
export async function keepPlace(change) {
  const below = scroll.scrollHeight - scroll.scrollTop;
  await change();
  scroll.scrollTop = scroll.scrollHeight - below;
}

scroll.addEventListener('scroll', () => {
  const far = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;
  if (far < 80) { stuck = true; $('jump').hidden = true; }
}, { passive: true });
for (const name of ['wheel', 'touchmove', 'keydown']) {     // only the reader's own hand lets go of the end
  scroll.addEventListener(name, () => requestAnimationFrame(() => {
    stuck = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  }), { passive: true });
}
$('jump').addEventListener('click', () => toBottom());
new ResizeObserver(() => { if (stuck) toBottom(true); }).observe(scroll);

// Phones that lay the keyboard over the page tell so only through visualViewport.
if (window.visualViewport && matchMedia('(pointer: coarse)').matches) {
  visualViewport.addEventListener('resize', () => {
    document.documentElement.style.setProperty('--screen', `${Math.round(visualViewport.height)}px`);
    if (visualViewport.offsetTop) window.scrollTo(0, 0);
  });
}

// ── title and notices ───────────────────────────────────────────────────────────────────────────────────────────────

let name = '', unread = 0;

export function title(newName) {
  if (newName) name = newName;
  document.title = `${unread ? `(${unread}) ` : ''}${name || t('log')}`;
}

export function countUnread() {
  if (document.hidden) { unread += 1; title(); }
}

document.addEventListener('visibilitychange', () => { if (!document.hidden) { unread = 0; title(); } });

export function say(text) {
  $('notice').hidden = !text;
  $('notice').textContent = text;
}

/** The line under the header: 'live' (nothing to say), 'retrying' or 'offline'. */
export function showLine(state) {
  $('net').hidden = state === 'live';
  $('net').textContent = state === 'live' ? '' : t(state);
}

// ── the box one writes in ───────────────────────────────────────────────────────────────────────────────────────────

function fitText() {
  const box = $('text');
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, 132)}px`;
  const left = box.maxLength - box.value.length;
  $('count').hidden = left > 400;
  $('count').textContent = left;
}

/** Hands each text that the customer sends, typed or chosen, to `send`, which answers whether it took it. */
export function wireComposer(send) {
  $('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    if (send($('text').value.trim())) $('text').value = '';
    fitText();
    $('text').focus({ preventScroll: true });
  });
  $('text').addEventListener('input', fitText);
  $('text').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    $('composer').requestSubmit();
  });
  for (const words of ['chip1', 'chip2', 'chip3']) {
    const chip = document.createElement('button');
    Object.assign(chip, { type: 'button', className: 'chip' });
    chip.dataset.t = words;
    chip.addEventListener('click', () => send(chip.textContent));
    $('chips').append(chip);
  }
}
