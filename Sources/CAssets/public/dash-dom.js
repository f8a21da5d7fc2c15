// Builds elements. Text goes in as text nodes only, never as markup: what people and documents say can't become code.
import { t } from './dash-text.js';

const PROPERTIES = new Set([
  'value',
  'checked',
  'disabled',
  'selected',
  'hidden',
  'required',
  'readOnly',
  'open',
  'indeterminate',
  'multiple',
]);

/** `el('p.soft', { id: 'x', onclick: go }, 'text', child, null)`: null and false children are left out. */
export function el(spec, props, ...kids) {
  const [tag, ...classes] = spec.split('.');
  const node = document.createElement(tag || 'div');
  if (classes.length) node.className = classes.join(' ');
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) node[name] = value;
    else if (value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  fill(node, kids);
  return node;
}

function fill(node, kids) {
  for (const kid of kids.flat(Infinity)) {
    if (kid === null || kid === undefined || kid === false) continue;
    node.append(kid);
  }
}

/** Puts these children in the place of all others. */
export function put(node, ...kids) {
  node.replaceChildren();
  fill(node, kids);
  return node;
}

/** A name or another short text of people, which keeps its own direction. */
export const bdi = (text) => el('bdi', null, text ?? '');

/** A sentence of ours with `{name}` in it, where `name` is people's text. */
export function sentence(key, values) {
  const parts = t(key).split(/(\{\w+\})/);
  return parts.map((part) => (/^\{\w+\}$/.test(part) ? bdi(String(values[part.slice(1, -1)] ?? '')) : part));
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(tag, attributes, ...kids) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes ?? {})) node.setAttribute(name, value);
  node.append(...kids.flat());
  return node;
}

const PATHS = {
  home: 'M4 11l8-7 8 7M6 9.500V20h12V9.500M10 20v-6h4v6',
  inbox: 'M4 13l2.500-8h11L20 13v6H4zM4 13h5l1 2.500h4L15 13h5',
  book: 'M5 4.500h11a3 3 0 0 1 3 3V20H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11M9 8h6',
  gap: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.8.400-1 .9-1 1.700M12 16.800v.2',
  star: 'M12 4l2.500 5.200 5.500.7-4 3.900 1 5.700-5-2.800-5 2.800 1-5.700-4-3.900 5.500-.7z',
  model: 'M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4',
  team: 'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 20c.3-3.500 2.800-5.500 6-5.500s5.700 2 6 5.500M16 4.500a3.300 3.300 0 0 1 0 6.200M17.500 15c2 .7 3.300 2.400 3.500 5',
  key: 'M8.500 19a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM11.500 12.500L20 4M16 8l2.500 2.500M18.500 5.500L21 8',
  cog: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM9 19.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  close: 'M6 6l12 12M18 6L6 18',
  plus: 'M12 5v14M5 12h14',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  search: 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500L20 20',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 20.500h4',
  mute: 'M6 16V11a6 6 0 0 1 9-5.200M18 11v5l1.500 2H7M10 20.500h4M4 4l16 16',
  up: 'M7 11v9H4v-9zm0 0l4-8c1.700 0 2.500 1.200 2.200 3L12.600 9H19a1.800 1.800 0 0 1 1.800 2.200l-1.600 7A2.200 2.200 0 0 1 17 20H7',
  down: 'M17 13V4h3v9zm0 0l-4 8c-1.700 0-2.500-1.200-2.200-3l.6-3H5a1.800 1.800 0 0 1-1.800-2.200l1.600-7A2.200 2.200 0 0 1 7 4h10',
  person: 'M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c.6-4 3.600-6 7.500-6s6.900 2 7.500 6',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.500M12 7.500v.2',
  warn: 'M12 4l9 16H3zM12 10v4.500M12 17v.2',
  upload: 'M12 16V5M7.500 9.500L12 5l4.500 4.500M4 16v4h16v-4',
  bot: 'M5 9h14v10H5zM12 9V5M12 5h.01M9 13.500v1M15 13.500v1M2.500 13v3M21.500 13v3',
  send: 'M3.500 12L20.500 4.500 14 20.500l-3-6.500zM11 14l4-4',
  bulb: 'M9 17h6M10 20h4M12 3.500a6 6 0 0 0-3.500 10.900c.5.400.5 1 .5 2.600h6c0-1.600 0-2.200.5-2.600A6 6 0 0 0 12 3.500z',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5',
  out: 'M14 4h6v16h-6M4 12h11M11 8l4 4-4 4',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.500 2',
  link: 'M10 14l4-4M8.500 11.500l-2 2a3.500 3.500 0 0 0 5 5l2-2M15.500 12.500l2-2a3.500 3.500 0 0 0-5-5l-2 2',
  keyboard: 'M3 7h18v11H3zM7 11h.01M11 11h.01M15 11h.01M8 14.500h8',
};

/** A decorative icon. Those that point are mirrored in right-to-left text by CSS. */
export function icon(name) {
  const turns = ['back', 'next', 'send', 'out'].includes(name);
  return svg(
    'svg',
    { viewBox: '0 0 24 24', 'aria-hidden': 'true', class: turns ? 'icon turns' : 'icon' },
    svg('path', { d: PATHS[name] ?? PATHS.info }),
  );
}

export const mark = () =>
  svg(
    'svg',
    { viewBox: '0 0 32 32', 'aria-hidden': 'true', class: 'mark' },
    svg('path', { d: 'M6 3h20a5 5 0 0 1 5 5v11a5 5 0 0 1-5 5H14l-8 6v-6a5 5 0 0 1-5-5V8a5 5 0 0 1 5-5z' }),
    [10, 16, 22].map((cx) => svg('circle', { cx, cy: 13.5, r: 2.2 })),
  );

let count = 0;
export const uid = (prefix = 'u') => `${prefix}-${(count += 1)}`;
