// Language models: the list, the rules and the budget, how they do, and experiments.
import { api } from './dash-api.js';
import { bdi, el, put } from './dash-dom.js';
import { modelDialog } from './dash-model-form.js';
import { num, percent, t, words } from './dash-text.js';
import texts from './dash-texts-admin.js';
import { field, form, submit, toggle } from './dash-forms.js';
import { busy, button, card, chip, confirm, empty, heading, note, show, tabs, toast } from './dash-ui.js';

words(texts);

export function page(ctx) {
  if (!ctx.isOwner) return el('div', null, heading(t('models'), t('modelsText')), note('info', t('ownersOnly')));
  let dirty = false;
  const lazy = (name, load) => [
    name,
    t(`m_${name}`),
    () => {
      const box = el('div');
      show(box, () => load(box), 3);
      return box;
    },
  ];
  const made = tabs(
    [
      lazy('list', (box) => list(box)),
      lazy('rules', () =>
        rules((is) => {
          dirty = is;
        }),
      ),
      lazy('performance', performance),
      lazy('experiments', async (box) => (await import('./dash-experiments.js')).experiments(box)),
    ],
    ['list', 'rules', 'performance', 'experiments'].includes(ctx.params.get('tab')) ? ctx.params.get('tab') : 'list',
  );
  return { isDirty: () => dirty, node: el('div', null, heading(t('models'), t('modelsText')), made.node) };
}

async function list(box) {
  const models = await api.get('/v1/models');
  const again = () => show(box, () => list(box), 3);
  const add = button(
    'main',
    'addModel',
    async () => {
      if (await modelDialog()) again();
    },
    'plus',
  );
  if (!models.length) return empty('model', t('modelsNone'), t('modelsNoneText'), add);
  return el(
    'div.stack',
    null,
    el('div.acts.end-top', null, add),
    el(
      'ul.list',
      null,
      models.map((model) => row(model, again)),
    ),
  );
}

function row(model, again) {
  const result = el('div.grow-all', { 'aria-live': 'polite' });
  const test = button(
    'plain',
    'test',
    () =>
      busy(test, async () => {
        put(result, note('info', t('testing')));
        try {
          const found = await api.post(`/v1/models/${model.id}/test`, undefined, { timeout: 120_000 });
          put(
            result,
            found.ok
              ? note(
                  'good',
                  el('p', null, t('testOK', { first: found.first_token_ms, total: found.total_ms })),
                  found.sample && el('p.small.soft', { dir: 'auto' }, found.sample),
                )
              : note('bad', el('strong', null, t('testBad')), el('p', null, found.detail)),
          );
        } catch (error) {
          put(result, note('bad', error.message));
        }
      }),
    'bulb',
  );
  const remove = button('bad', 'delete', () =>
    busy(remove, async () => {
      if (!(await confirm(t('deleteModel'), t('deleteModelText'), 'delete'))) return;
      await api.delete(`/v1/models/${model.id}`);
      again();
    }),
  );
  return el(
    'li',
    null,
    el(
      'div.grow',
      null,
      el('div.model-head', null, el('strong', null, bdi(model.label)), el('span.mono.soft', null, model.model)),
      el(
        'div.chips',
        null,
        chip(model.is_active ? t('m_active') : t('off'), model.is_active ? 'good' : ''),
        chip(model.traffic_share ? t('shareIs', { n: model.traffic_share }) : t('fallbackOnly')),
        model.is_shared && chip(t('shared'), 'brand'),
        model.is_local && chip(t('m_local'), 'brand'),
        !model.has_key && !model.is_local && !model.is_shared && chip(t('noKey'), 'warn'),
      ),
    ),
    el(
      'div.acts',
      null,
      test,
      !model.is_shared &&
        button('plain', 'edit', async () => {
          if (await modelDialog(model)) again();
        }),
      !model.is_shared && remove,
    ),
    result,
  );
}

async function rules(setDirty) {
  const { models } = await api.get('/v1/settings');
  if (!models) return note('info', t('performanceNone'));
  const dollars = (name, key, value) =>
    field({
      name: `models.budget.${name}`,
      label: t(key),
      kind: 'number',
      min: 0,
      max: 1_000_000,
      step: 'any',
      value: value / 1_000_000,
      required: true,
    });
  const tokens = (name, key, value) =>
    field({ name: `models.budget.${name}`, label: t(key), kind: 'number', min: 0, max: 10_000_000_000, value, required: true });
  const switches = {
    uses_models: ['r_uses', 'r_usesHint'],
    data_stays_here: ['r_stays', 'r_staysHint'],
    redacts: ['r_redacts', 'r_redactsHint'],
  };
  const on = Object.fromEntries(
    Object.entries(switches).map(([name, [label, hint]]) => [
      name,
      toggle({ name: `models.${name}`, label: t(label), hint: t(hint), checked: models[name] }),
    ]),
  );
  const script = field({
    name: 'models.reply_script',
    label: t('r_script'),
    kind: 'select',
    value: models.reply_script,
    options: [
      ['arabic', t('script_arabic')],
      ['same', t('script_same')],
    ],
  });
  const deadline = field({
    name: 'models.first_token_deadline',
    label: t('r_deadline'),
    kind: 'number',
    min: 500,
    max: 60_000,
    value: models.first_token_deadline,
    required: true,
    hint: t('r_deadlineHint'),
  });
  const { budget } = models;
  const limits = {
    cost_per_day: dollars('cost_per_day', 'b_day', budget.cost_per_day),
    cost_per_month: dollars('cost_per_month', 'b_month', budget.cost_per_month),
    tokens_per_message: tokens('tokens_per_message', 'b_message', budget.tokens_per_message),
    tokens_per_session: tokens('tokens_per_session', 'b_session', budget.tokens_per_session),
    tokens_per_day: tokens('tokens_per_day', 'b_tokensDay', budget.tokens_per_day),
  };
  const made = form(
    async () => {
      await api.patch('/v1/settings', {
        models: {
          ...Object.fromEntries(Object.entries(on).map(([name, one]) => [name, one.control.checked])),
          reply_script: script.control.value,
          first_token_deadline: Number(deadline.control.value),
          budget: Object.fromEntries(
            Object.entries(limits).map(([name, one]) => [
              name,
              name.startsWith('cost') ? Math.round(Number(one.control.value) * 1_000_000) : Number(one.control.value),
            ]),
          ),
        },
      });
      setDirty(false);
      toast(t('saved'));
    },
    card(null, el('div.form', null, Object.values(on), el('div.row', null, script, deadline))),
    card(
      t('budget'),
      el('p.soft', null, t('budgetText')),
      el('div.row', null, limits.cost_per_day, limits.cost_per_month),
      el('div.row.after', null, limits.tokens_per_message, limits.tokens_per_session, limits.tokens_per_day),
    ),
    submit('save', 'check'),
  );
  made.addEventListener('input', () => setDirty(true));
  return made;
}

async function performance() {
  const { models } = await api.get('/v1/models/performance');
  if (!models.some((one) => one.total.requests)) return empty('model', t('performanceNone'), t('performanceNoneText'));
  const times = (one) => (one ? `${num(one.p50)} / ${num(one.p95)}` : '–');
  const share = (one) => (one === undefined ? '–' : percent(one));
  const heads = ['c_model', 'c_requests', 'c_first', 'c_total', 'c_errors', 'c_cost', 'c_rating', 'c_grounded', 'c_handed'];
  return [
    el('p.soft', null, t('performanceText'), ' p50 / p95'),
    el(
      'div.table-box',
      { tabindex: '0', role: 'region', 'aria-label': t('m_performance') },
      el(
        'table',
        null,
        el(
          'thead',
          null,
          el(
            'tr',
            null,
            heads.map((key) => el('th', { scope: 'col' }, t(key))),
          ),
        ),
        el(
          'tbody',
          null,
          models.map(({ model_id: id, label, total }) =>
            el(
              'tr',
              null,
              el('th', { scope: 'row' }, id ? bdi(label) : t('builtIn')),
              [
                num(total.requests),
                times(total.first_token_ms),
                times(total.total_ms),
                num(Object.values(total.errors).reduce((sum, one) => sum + one, 0)),
                num(total.cost_usd, { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol', maximumFractionDigits: 4 }),
                total.mean_rating === undefined ? '–' : `${num(total.mean_rating, { maximumFractionDigits: 1 })} (${num(total.ratings)})`,
                share(total.grounded_share),
                share(total.handed_over_share),
              ].map((value) => el('td.num', null, el('bdi', null, value))),
            ),
          ),
        ),
      ),
    ),
  ];
}
