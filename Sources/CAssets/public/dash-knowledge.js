// The knowledge: the list with its filters, and the way to an item, to an import, to a question.
import { api, query } from './dash-api.js';
import { askPanel } from './dash-ask.js';
import { bdi, el } from './dash-dom.js';
import { t, when, words } from './dash-text.js';
import texts from './dash-texts-knowledge.js';
import { chip, empty, heading, linkButton, pager, show } from './dash-ui.js';

words(texts);

export async function page(ctx) {
  if (ctx.parts[0] === 'import') return (await import('./dash-import.js')).page(ctx);
  if (ctx.parts[0]) return (await import('./dash-item.js')).page(ctx);
  return list(ctx);
}

export const categoryName = (name) => (name === 'general' ? t('general') : name);

function list(ctx) {
  const box = el('div');
  const filter = { q: ctx.params.get('q') ?? '', category: ctx.params.get('category') ?? '', status: ctx.params.get('status') ?? '' };
  const search = el('input', {
    type: 'search',
    placeholder: t('search'),
    'aria-label': t('search'),
    dir: 'auto',
    value: filter.q,
    maxlength: 200,
  });
  const category = el('select', { 'aria-label': t('category') }, el('option', { value: '' }, t('allCategories')));
  const status = el(
    'select',
    { 'aria-label': t('state') },
    [
      ['', 'allStates'],
      ['ready', 's_ready'],
      ['processing', 's_processing'],
      ['failed', 's_failed'],
    ].map(([value, key]) => el('option', { value, selected: value === filter.status }, t(key))),
  );
  api.get('/v1/knowledge/categories').then(
    (all) =>
      category.append(
        ...all.map((one) =>
          el('option', { value: one.name, selected: one.name === filter.category }, `${categoryName(one.name)} (${one.count})`),
        ),
      ),
    () => {},
  );

  const load = () =>
    show(
      box,
      async () => {
        const rows = el('ul.list');
        const pages = pager(
          (cursor) => api.get(`/v1/knowledge${query({ ...filter, limit: 50, cursor })}`),
          (items) => rows.append(...items.map(row)),
        );
        await pages.next();
        if (rows.children.length) return [rows, pages.more];
        return Object.values(filter).some(Boolean)
          ? empty('search', t('nothingFound'), t('nothingFoundText'))
          : empty(
              'book',
              t('noneTitle'),
              t('noneText'),
              linkButton('main', 'noneStarter', '/app/start/knowledge', 'plus'),
              linkButton('plain', 'import', '/app/knowledge/import', 'upload'),
            );
      },
      6,
    );
  let wait = 0;
  const refilter = () => {
    Object.assign(filter, { q: search.value.trim(), category: category.value, status: status.value });
    history.replaceState(null, '', `/app/knowledge${query(filter)}`);
    load();
  };
  search.addEventListener('input', () => {
    clearTimeout(wait);
    wait = setTimeout(refilter, 250);
  });
  for (const one of [category, status]) one.addEventListener('change', refilter);
  load();
  return {
    node: el(
      'div',
      null,
      heading(
        t('knowledge'),
        t('knowledgeSub'),
        linkButton('plain', 'import', '/app/knowledge/import', 'upload'),
        linkButton('plain', 'addText', '/app/knowledge/new?kind=text', 'plus'),
        linkButton('main', 'addPairs', '/app/knowledge/new?kind=faq', 'plus'),
      ),
      el('div.knowledge-columns', null, el('div', null, el('div.filters', { role: 'search' }, search, category, status), box), askPanel()),
    ),
    leave: () => clearTimeout(wait),
  };
}

const row = (item) =>
  el(
    'li',
    null,
    el(
      'a.cover.grow',
      { href: `/app/knowledge/${item.id}` },
      el('strong', null, bdi(item.title)),
      el(
        'span.block.small.soft',
        null,
        t(`kind_${item.kind}`),
        ' · ',
        t('changed', { when: when(item.updated_at) }),
        item.version > 1 && ` · ${t('versionNo', { n: item.version })}`,
      ),
    ),
    el(
      'div.chips',
      null,
      item.status !== 'ready' && chip(t(`s_${item.status}`), item.status === 'failed' ? 'bad' : 'warn'),
      chip(bdi(categoryName(item.category))),
    ),
  );
