// The chat inside another site's page: what is said to the launcher there (widget.js) and heard from it. Never a word of the
// conversation goes out: the site may know that there is a message, not what it says.

const fragment = new URLSearchParams(location.hash.slice(1));
const nonce = fragment.get('n');
const site = fragment.get('o');        // who frames us: it hears nothing unless it really has this origin

export const embedded = Boolean(nonce) && parent !== window;

export function tell(what, value) {
  if (embedded) parent.postMessage({ kalamna: nonce, do: what, value }, site);
}

/** `on`: what the launcher may ask for, by name. */
export function listenToSite(on) {
  window.addEventListener('message', ({ source, origin, data }) => {
    if (embedded && source === parent && origin === site && data.kalamna === nonce && Object.hasOwn(on, data.do)) on[data.do](data.value);
  });
  tell('ready');
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
