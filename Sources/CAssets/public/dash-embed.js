// How the chat comes before customers: the line for a site, and the link.
import { el } from './dash-dom.js';
import { t, words } from './dash-text.js';
import texts from './dash-texts-start.js';
import { codeBox, note } from './dash-ui.js';

words(texts);

export const snippet = (key) => `<script src="${location.origin}/widget.js" data-key="${key}" async></script>`;
export const chatLink = (key) => `${location.origin}/chat?key=${encodeURIComponent(key)}`;

export const embedCode = (key, { keep = true } = {}) =>
  el(
    'div.stack',
    null,
    keep && note('warn', t('keepKey')),
    el('section', null, el('h3', null, t('embedSite')), el('p.hint', null, t('onPlatform')), codeBox(snippet(key), t('embedSite'))),
    el('section', null, el('h3', null, t('embedLink')), el('p.hint', null, t('embedLinkText')), codeBox(chatLink(key), t('embedLink'))),
  );
