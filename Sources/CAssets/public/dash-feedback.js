// What customers thought of their conversations.
import { api, query } from './dash-api.js';
import { el, put } from './dash-dom.js';
import { num, t, when, words } from './dash-text.js';
import texts from './dash-texts-home.js';
import { card, empty, heading, meter, pager, show, stars } from './dash-ui.js';

words(texts);

export function page() {
  const box = el('div');
  show(box, async () => {
    const all = [];
    const list = el('ul.list');
    const summary = el('div');
    let lowOnly = false;
    const draw = () => {
      const shown = lowOnly ? all.filter((one) => one.rating <= 2) : all;
      put(list, shown.length ? shown.map(row) : el('li', null, el('p.soft', null, t('noneHere'))));
      const average = all.reduce((sum, one) => sum + one.rating, 0) / all.length;
      put(
        summary,
        card(
          null,
          el(
            'div.rating-summary',
            null,
            el('p.big', null, num(average, { maximumFractionDigits: 1 }), el('small.soft', null, t('fromLast', { n: all.length }))),
            el(
              'ul',
              { 'aria-label': t('distribution') },
              [5, 4, 3, 2, 1].map((rating) => {
                const count = all.filter((one) => one.rating === rating).length;
                return el(
                  'li',
                  null,
                  el('span', null, num(rating), ' ★'),
                  meter(count / all.length, `${t('starsOf', { n: rating })}: ${num(count)}`),
                  el('span.soft', null, num(count)),
                );
              }),
            ),
          ),
        ),
      );
    };
    const pages = pager(
      (cursor) => api.get(`/v1/feedback${query({ limit: 100, cursor })}`),
      (items) => {
        all.push(...items);
        if (all.length) draw();
      },
    );
    await pages.next();
    if (!all.length) return empty('star', t('feedbackNone'), t('feedbackNoneText'));
    const tab = (low, key) =>
      el(
        'button',
        {
          type: 'button',
          'aria-pressed': String(low === lowOnly),
          onclick: (event) => {
            lowOnly = low;
            for (const one of event.currentTarget.parentNode.children)
              one.setAttribute('aria-pressed', String(one === event.currentTarget));
            draw();
          },
        },
        t(key),
      );
    return [
      summary,
      el('div.segments', { role: 'group', 'aria-label': t('feedback') }, tab(false, 'allRatings'), tab(true, 'lowOnly')),
      list,
      pages.more,
    ];
  });
  return el('div', null, heading(t('feedback'), t('feedbackText')), box);
}

const row = (one) =>
  el(
    'li',
    null,
    stars(one.rating),
    el('p.grow', { dir: 'auto', class: one.comment ? 'grow' : 'grow soft' }, one.comment || t('noComment')),
    el('span.soft.small', null, when(one.created_at)),
    el('a.small', { href: `/app/inbox/${one.session_id}` }, t('openTalk')),
  );
