// "Ask your bot": what it would find for a question, how sure it would be, and why each hit was found.
import { api } from './dash-api.js';
import { bdi, el, put } from './dash-dom.js';
import { percent, t, words } from './dash-text.js';
import texts from './dash-texts-knowledge.js';
import { busy, linkButton, meter, skeleton } from './dash-ui.js';

words(texts);
let threshold = null;

export function askPanel(first = '') {
  const input = el('input', {
    type: 'search',
    dir: 'auto',
    maxlength: 1000,
    'aria-label': t('ask'),
    placeholder: t('askLike'),
    value: first,
  });
  const go = el('button.button.main', { type: 'submit' }, t('askGo'));
  const found = el('div', { 'aria-live': 'polite' });
  const form = el(
    'form.ask-form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        const asked = input.value.trim();
        if (!asked) return input.focus();
        return busy(go, async () => {
          put(found, skeleton(3));
          try {
            threshold ??= api.get('/v1/settings').then((settings) => settings.confidence_threshold);
            const [answer, needed] = await Promise.all([api.post('/v1/search', { query: asked, limit: 5 }), threshold]);
            put(found, result(asked, answer, needed));
          } catch (error) {
            put(found);
            threshold = null;
            throw error;
          }
        });
      },
    },
    input,
    go,
  );
  return el(
    'section.card.ask-card',
    { 'aria-labelledby': 'ask-title' },
    el('h2', { id: 'ask-title' }, t('ask')),
    el('p.soft.small', null, t('askText')),
    form,
    found,
  );
}

function result(asked, { confidence, hits }, needed) {
  const write = linkButton('plain', 'writeIt', `/app/knowledge/new?kind=faq&q=${encodeURIComponent(asked)}`, 'plus');
  if (!hits.length) return [el('p.verdict', null, el('strong', null, t('wouldNot')), t('noHits')), write];
  const sure = confidence >= needed;
  return [
    el(
      'div.verdict',
      null,
      el('strong', null, t(sure ? 'wouldAnswer' : 'wouldNot')),
      meter(confidence, t('sureness', { value: percent(confidence), needed: percent(needed) }), needed),
      el('span.small.soft', null, t('sureness', { value: percent(confidence), needed: percent(needed) })),
    ),
    el(
      'ol.hits',
      null,
      hits.map((hit) =>
        el(
          'li.hit',
          null,
          el(
            'div.acts.between',
            null,
            el('a', { href: `/app/knowledge/${hit.item_id}` }, bdi(hit.title)),
            el('span.small.soft', null, percent(hit.score)),
          ),
          el('p.clip-2', { dir: 'auto' }, hit.content),
          el('div.why', { 'aria-label': t('why') }, why(hit.why)),
        ),
      ),
    ),
    !sure && el('p', null, write),
  ];
}

/** Newer servers say how each word was met; older ones only which. */
function why(list) {
  if (!list?.length) return el('span.chip.brand', null, t('whyVectors'));
  return list
    .slice(0, 8)
    .map((one) =>
      typeof one === 'string'
        ? el('span.chip', null, bdi(one))
        : el(
            'span.chip',
            { title: t(`by_${one.by}`) },
            bdi(one.asked),
            one.asked === one.found ? null : [' ← ', bdi(one.found)],
            el('span.sr', null, t(`by_${one.by}`)),
            one.by !== 'word' && el('small', null, ` (${t(`by_${one.by}`)})`),
          ),
    );
}
