// The frame around the pages: the navigation, who waits, the sound, the person.
import { bdi, el, icon, mark, put } from './dash-dom.js';
import { live } from './dash-live.js';
import { num, t } from './dash-text.js';
import { iconButton } from './dash-ui.js';

/** Groups of [path, words, icon, the role that sees it]. */
const NAV = [
  [
    'work',
    [
      ['', 'home', 'home'],
      ['inbox', 'inbox', 'inbox'],
    ],
  ],
  [
    'improve',
    [
      ['knowledge', 'knowledge', 'book'],
      ['gaps', 'gaps', 'gap'],
      ['feedback', 'feedback', 'star'],
    ],
  ],
  [
    'manage',
    [
      ['models', 'models', 'model', 'owner'],
      ['team', 'team', 'team'],
      ['keys', 'keys', 'key', 'owner'],
      ['settings', 'settings', 'cog'],
    ],
  ],
];

export function makeFrame(app, me, business, { logOut, languageButton }) {
  const main = el('main', { id: 'main' });
  const links = new Map();
  const badges = [];
  const link = ([path, key, sign], place) => {
    const badge = path === 'inbox' && el('span.badge', { hidden: true });
    if (badge) badges.push(badge);
    const made = el('a', { href: path ? `/app/${path}` : '/app' }, icon(sign), el('span', null, t(key)), badge);
    links.set(`${place}:${path}`, made);
    return made;
  };
  const mine = (items) => items.filter(([, , , role]) => !role || role === me.role);
  const sound = el('button.button.quiet', {
    type: 'button',
    onclick: () => {
      live.setSound(!live.sound);
      drawSound();
    },
  });
  const drawSound = () => {
    put(sound, icon(live.sound ? 'bell' : 'mute'), el('span', null, t(live.sound ? 'soundOn' : 'soundOff')));
    sound.setAttribute('aria-pressed', String(live.sound));
  };
  drawSound();
  const groups = NAV.map(([title, items]) =>
    el('div.nav-group', null, el('p', null, t(title)), ...mine(items).map((item) => link(item, 'side'))),
  );
  const person = el(
    'div.person',
    null,
    el('span.avatar', { 'aria-hidden': 'true' }, [...me.name][0] ?? ''),
    el('div', null, el('strong', null, bdi(me.name)), el('span.soft', null, t(me.role))),
    iconButton('out', 'logout', logOut),
  );
  const side = el(
    'aside.side',
    { id: 'side' },
    el('a.brand', { href: '/app' }, mark(), el('span', null, el('strong', null, t('brand')), el('small', null, bdi(business.name)))),
    el('nav', { 'aria-label': t('menu') }, ...groups),
    el('div.side-end', null, sound, languageButton, person),
  );
  const moreButton = el(
    'button',
    { type: 'button', 'aria-expanded': 'false', 'aria-controls': 'side', onclick: () => setMenu(!side.classList.contains('shown')) },
    icon('more'),
    el('span', null, t('more')),
  );
  const tabs = el(
    'nav.tabbar',
    { 'aria-label': t('menu') },
    ...[NAV[0][1][0], NAV[0][1][1], NAV[1][1][0], ['gaps', 'gapsShort', 'gap']].map((item) => link(item, 'tab')),
    moreButton,
  );
  const veil = el('div.veil', { onclick: () => setMenu(false) });
  const setMenu = (shown) => {
    side.classList.toggle('shown', shown);
    veil.classList.toggle('shown', shown);
    moreButton.setAttribute('aria-expanded', String(shown));
    if (shown) side.querySelector('nav a')?.focus();
  };
  side.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      setMenu(false);
      moreButton.focus();
    }
  });
  app.className = 'framed';
  put(app, el('a.skip', { href: '#main' }, t('skip')), side, veil, main, tabs);
  live.start((count) => {
    for (const badge of badges) {
      badge.hidden = !count;
      badge.textContent = num(count);
      badge.setAttribute('aria-label', t('waitingNow', { n: count }));
    }
  });
  return {
    main,
    closeMenu: () => setMenu(false),
    choose(name) {
      for (const [key, node] of links) {
        if (key.split(':')[1] === name) node.setAttribute('aria-current', 'page');
        else node.removeAttribute('aria-current');
      }
      const first = new Set(['', 'inbox', 'knowledge', 'gaps']);
      moreButton.classList.toggle('on', !first.has(name));
    },
  };
}
