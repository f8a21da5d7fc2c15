// The first page: what needs somebody, and what is left of setting up.
import { api, local } from './dash-api.js';
import { bdi, el, icon, put } from './dash-dom.js';
import { nameOf } from './dash-inbox-source.js';
import { live } from './dash-live.js';
import { ago, num, t, when, words } from './dash-text.js';
import texts from './dash-texts-home.js';
import inboxTexts from './dash-texts-inbox.js';
import { card, show, skeleton, stars } from './dash-ui.js';

words(texts);

export function page(ctx) {
  words(inboxTexts);
  const waiting = el('div');
  const gaps = el('div');
  const ratings = el('div');
  const numbers = el('div.numbers', null, skeleton(1));
  const setup = el('div');
  const hello = el('h1', { tabindex: '-1' });
  const key = new Date().getHours() < 12 ? 'hello' : 'helloEvening';
  put(
    hello,
    ...t(key)
      .split('{name}')
      .flatMap((part, index) => (index ? [bdi(ctx.me.name), part] : [part])),
  );

  const drawWaiting = () =>
    put(
      waiting,
      live.waiting.length === 0
        ? el('p.soft', null, t('homeWaitingNone'))
        : el(
            'ul.rows',
            null,
            live.waiting
              .slice(0, 6)
              .map((session) =>
                el(
                  'li',
                  null,
                  el(
                    'a',
                    { href: `/app/inbox/${session.id}?f=waiting` },
                    el('span.dot.warn'),
                    el('strong', null, bdi(nameOf(session))),
                    el('span.soft.small', null, t('waitingFor', { ago: ago(session.waiting_since) })),
                    icon('next'),
                  ),
                ),
              ),
          ),
    );
  drawWaiting();
  const stop = live.watch(drawWaiting);

  show(
    gaps,
    async () => {
      const open = await api.get('/v1/content-gaps?limit=5');
      return open.length === 0
        ? el('p.soft', null, t('homeGapsNone'))
        : [
            el(
              'ul.rows',
              null,
              open.map((gap) =>
                el(
                  'li',
                  null,
                  el(
                    'a',
                    { href: `/app/knowledge/new?kind=faq&gap=${gap.id}&q=${encodeURIComponent(gap.title)}` },
                    el('strong.clip', { dir: 'auto' }, gap.title),
                    el('span.chip', null, t('gapTimes', { n: gap.frequency })),
                    icon('next'),
                  ),
                ),
              ),
            ),
            el('p', null, el('a', { href: '/app/gaps' }, t('seeAll'))),
          ];
    },
    2,
  );
  const feedback = api.get('/v1/feedback?limit=100');
  show(
    ratings,
    async () => {
      const low = (await feedback).items.filter((one) => one.rating <= 2).slice(0, 4);
      return low.length === 0
        ? el('p.soft', null, t('homeRatingsNone'))
        : el(
            'ul.rows',
            null,
            low.map((one) =>
              el(
                'li',
                null,
                el(
                  'a',
                  { href: `/app/inbox/${one.session_id}` },
                  stars(one.rating),
                  el('span.clip', { dir: 'auto' }, one.comment || t('noComment')),
                  el('span.soft.small', null, when(one.created_at)),
                ),
              ),
            ),
          );
    },
    2,
  );
  fillNumbers(ctx, numbers, setup, feedback).catch((error) => put(numbers, el('p.soft', null, error.message)));

  return {
    leave: stop,
    node: el(
      'div',
      null,
      el('header.page-head', null, el('div', null, hello)),
      setup,
      numbers,
      el(
        'div.grid.home-grid',
        null,
        el(
          'div.stack',
          null,
          el(
            'section.card',
            null,
            el('div.acts.between', null, el('h2', null, t('homeWaiting')), el('a.small', { href: '/app/inbox' }, t('toInbox'))),
            waiting,
          ),
          card(t('homeRatings'), ratings),
        ),
        card(t('homeGaps'), gaps),
      ),
    ),
  };
}

async function fillNumbers(ctx, numbers, setup, feedback) {
  const [active, known, rated, settings, keys] = await Promise.all([
    api.get('/v1/sessions?status=active&limit=100'),
    api.get('/v1/knowledge/categories'),
    feedback,
    api.get('/v1/settings'),
    ctx.isOwner ? api.get('/v1/keys') : null,
  ]);
  const count = (list, test) => list.filter(test).length;
  const more = active.next_cursor ? '+' : '';
  const items = known.reduce((sum, one) => sum + one.count, 0);
  const average = rated.items.length ? rated.items.reduce((sum, one) => sum + one.rating, 0) / rated.items.length : null;
  const number = (value, label, sub, href) =>
    el('a.number', { href }, el('strong', null, value), el('span', null, label), el('small.soft', null, sub));
  put(
    numbers,
    number(
      num(active.items.length) + more,
      t('activeNow'),
      `${num(count(active.items, (s) => s.handling === 'bot'))} ${t('withBot')} · ${num(count(active.items, (s) => s.handling !== 'bot'))} ${t('withTeam')}`,
      '/app/inbox?f=all',
    ),
    number(num(items), t('knowledgeCount'), t('inUse'), '/app/knowledge'),
    number(
      average === null ? '–' : num(average, { maximumFractionDigits: 1 }),
      t('ratingAverage'),
      average === null ? t('ratingCount', { n: 0 }) : t('fromLast', { n: rated.items.length }),
      '/app/feedback',
    ),
  );
  if (!ctx.isOwner) return;
  const steps = [
    ['business', 'setupBusiness', Boolean(ctx.business.description || ctx.business.industry)],
    [
      'hours',
      'setupHours',
      !settings.operating_hours.always_open ||
        Object.keys(settings.operating_hours.weekly ?? {}).length > 0 ||
        local.get(`kalamna:started:${ctx.business.id}`) !== null,
    ],
    ['knowledge', 'setupKnowledge', items > 0],
    ['try', 'setupTry', keys.some((key) => key.last_used_at)],
    ['embed', 'setupEmbed', keys.some((key) => key.kind === 'widget' && key.allowed_origins.length)],
  ];
  const done = count(steps, ([, , is]) => is);
  if (done === steps.length) return;
  put(
    setup,
    el(
      'section.card.setup',
      null,
      el('div.acts.between', null, el('h2', null, t('setupTitle')), el('span.chip.brand', null, t('setupDone', { n: done }))),
      el(
        'ol.setup-steps',
        null,
        steps.map(([step, key, is]) =>
          el(`li${is ? '.done' : ''}`, null, el('a', { href: `/app/start/${step}` }, el('span.tick', null, is && icon('check')), t(key))),
        ),
      ),
    ),
  );
}
