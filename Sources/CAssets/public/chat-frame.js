// The chat inside another site's page: what is said to the launcher there (widget.js) and heard from it. Never a word of the
// conversation goes out: the site may know that there is a message, not what it says.

const nonce = new URLSearchParams(location.hash.slice(1)).get('n');
const waiting = [];
let site = null;                       // the origin around us, known from its first message: it is named with every answer

export const embedded = Boolean(nonce) && parent !== window;

export function tell(what, value) {
  if (!embedded) return;
  if (site) parent.postMessage({ kalamna: nonce, do: what, value }, site);
  else waiting.push([what, value]);
}

/** `on`: what the launcher may ask for, by name. */
export function listenToSite(on) {
  if (!embedded) return;
  window.addEventListener('message', ({ source, origin, data }) => {
    if (source !== parent || data?.kalamna !== nonce || origin !== (site ?? origin) || origin === 'null') return;
    if (!site) {
      site = origin;
      tell('ready');
      for (const [what, value] of waiting.splice(0)) tell(what, value);
    }
    if (Object.hasOwn(on, data.do)) on[data.do](data.value);
  });
}

/** The site's colour, with what can be read on it (WCAG 2.2: 4.5 to 1). */
export function paint(color) {
  if (!/^[0-9a-f]{6}$/i.test(color ?? '')) return;
  const [r, g, b] = [0, 2, 4].map((i) => parseInt(color.slice(i, i + 2), 16) / 255).map((c) => (c > 0.04 ? ((c + 0.055) / 1.055) ** 2.4 : c / 12.92));
  const readsWhite = 1.05 / (r * 0.2126 + g * 0.7152 + b * 0.0722 + 0.05) >= 4.5;
  for (const [name, value] of [['--brand', `#${color}`], ['--on-brand', readsWhite ? '#fff' : '#14201f']]) {
    document.documentElement.style.setProperty(name, value);
  }
  document.querySelector('meta[name=theme-color]').content = `#${color}`;
}
