// Questions without an answer: write it, or say what became of it.
import { api } from './dash-api.js';
import { el, put } from './dash-dom.js';
import { t, when, words } from './dash-text.js';
import texts from './dash-texts-home.js';
import { busy, button, chip, empty, heading, linkButton, show, toast } from './dash-ui.js';

words(texts);

export function page() {
  const box = el('div');
  const load = () =>
    show(box, async () => {
      const gaps = await api.get('/v1/content-gaps?limit=100');
      return gaps.length
        ? el('ul.list', null, gaps.map(row))
        : empty('check', t('gapsNone'), t('gapsNoneText'), linkButton('plain', 'knowledge', '/app/knowledge', 'book'));
    });

  function row(gap) {
    const set = (status, said) => (event) =>
      busy(event.currentTarget, async () => {
        await api.patch(`/v1/content-gaps/${gap.id}`, { status });
        toast(t(said));
        put(
          line,
          el('span.grow.soft', { dir: 'auto' }, gap.title),
          button('quiet', 'gapUndo', (undo) =>
            busy(undo.currentTarget, async () => {
              await api.patch(`/v1/content-gaps/${gap.id}`, { status: 'open' });
              line.replaceWith(row(gap));
            }),
          ),
        );
        line.querySelector('button')?.focus();
      });
    const line = el(
      'li',
      null,
      el(
        'div.grow',
        null,
        el('strong', { dir: 'auto', class: 'block' }, gap.title),
        el(
          'div.chips',
          null,
          chip(t('gapTimes', { n: gap.frequency }), gap.frequency > 2 ? 'warn' : ''),
          el('span.soft.small', null, t('gapLast', { when: when(gap.last_seen_at) })),
        ),
      ),
      el(
        'div.acts',
        null,
        linkButton('main', 'writeAnswer', `/app/knowledge/new?kind=faq&gap=${gap.id}&q=${encodeURIComponent(gap.title)}`),
        button('plain', 'haveAnswer', set('resolved', 'gapResolved')),
        button('quiet', 'dismiss', set('dismissed', 'gapDismissed')),
      ),
    );
    return line;
  }

  load();
  return el('div', null, heading(t('gaps'), t('gapsText')), box);
}
