// The page around the log: scrolling, the title, notices, the phone's keyboard, and the box one writes in.
import { t } from './texts.js';

export const $ = (id) => document.getElementById(id);

const scroll = $('scroll');
let stuck = true;                     // the end of the log is in view, so new messages may move it

export const atBottom = () => stuck;

export function toBottom() {
  $('jump').hidden = stuck = true;
  scroll.scrollTop = scroll.scrollHeight;
}

/** Runs `change`, which adds things above, and keeps what is in view where it is. */
export async function keepPlace(change) {
  const below = scroll.scrollHeight - scroll.scrollTop;
  stuck = false;
  await change();
  scroll.scrollTop = scroll.scrollHeight - below;
}

scroll.addEventListener('scroll', () => {
  stuck = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  if (stuck) $('jump').hidden = true;
}, { passive: true });
$('jump').addEventListener('click', toBottom);
const growth = new ResizeObserver(() => { if (stuck) toBottom(); });
growth.observe(scroll);
growth.observe($('inner'));

// Phones that lay the keyboard over the page tell so only through visualViewport.
window.visualViewport?.addEventListener('resize', () => {
  document.documentElement.style.setProperty('--screen', `${Math.round(visualViewport.height * visualViewport.scale)}px`);
});

let title = '';

/** The name of the tab, with how many messages were not seen. */
export function setTitle(newTitle, unread) {
  title = newTitle ?? title;
  document.title = `${unread ? `(${unread}) ` : ''}${title || t('log')}`;
}

export function say(text) {
  $('notice').hidden = !text;
  $('notice').textContent = text;
}

/** The line under the header: 'live' (nothing to say), 'retrying' or 'offline'. */
export function showLine(state) {
  $('net').hidden = state === 'live';
  $('net').textContent = state === 'live' ? '' : t(state);
}

function fitText() {
  const box = $('text');
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight + 2, 132)}px`;
}

/** Hands each text that the customer sends to `send`, which answers whether it took it. */
export function wireComposer(send) {
  $('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = $('text').value.trim();
    if (text && send(text)) $('text').value = '';
    fitText();
    $('text').focus({ preventScroll: true });
  });
  $('text').addEventListener('input', fitText);
  $('text').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    $('composer').requestSubmit();
  });
}

/** Buttons with questions to start with. */
export function showChips(questions, send) {
  $('chips').replaceChildren(...questions.map((question) => {
    const chip = document.createElement('button');
    Object.assign(chip, { type: 'button', className: 'plain', dir: 'auto', textContent: question });
    chip.addEventListener('click', () => send(question));
    return chip;
  }));
}
