// Experiments: which model does better, on real conversations.
import { api } from './dash-api.js';
import { bdi, el, put } from './dash-dom.js';
import { percent, t } from './dash-text.js';
import { field, form, submit } from './dash-forms.js';
import { busy, button, chip, confirm, dialog, empty, meter, note, show, toast } from './dash-ui.js';

const MEASURES = ['rating', 'grounded', 'handed_over', 'first_token', 'cost'];

export async function experiments(box) {
  const [all, models] = await Promise.all([api.get('/v1/experiments'), api.get('/v1/models')]);
  const again = () => show(box, () => experiments(box), 3);
  const usable = models.filter((one) => one.is_active);
  const add =
    usable.length >= 2 &&
    button(
      'main',
      'newExperiment',
      async () => {
        if (await prepare(usable)) again();
      },
      'plus',
    );
  if (!all.length)
    return empty(
      'model',
      t('experimentsNone'),
      add ? t('experimentsText') : `${t('experimentsText')} ${t('experimentsNeed')}`,
      ...(add ? [add] : []),
    );
  return el(
    'div.stack',
    null,
    el('p.soft', null, t('experimentsText')),
    add,
    el(
      'ul.list',
      null,
      all.map((one) => row(one, again)),
    ),
  );
}

function row(one, again) {
  const verdict = el('div.grow-all', { 'aria-live': 'polite' });
  if (one.state !== 'draft') {
    show(
      verdict,
      async () => {
        const found = await api.get(`/v1/experiments/${one.id}/verdict`);
        return [
          el('p', { dir: 'auto' }, found.text),
          el(
            'ul',
            null,
            found.arms.map((arm) =>
              el(
                'li',
                null,
                el(
                  'span.small',
                  null,
                  bdi(arm.label),
                  ' · ',
                  t('x_conversations', { n: arm.sample }),
                  arm.mean === undefined ? '' : ` · ${percent(arm.mean)}`,
                ),
                arm.mean !== undefined && meter(arm.mean, `${arm.label}: ${percent(arm.mean)}`),
              ),
            ),
          ),
        ];
      },
      1,
    );
  }
  const act = (style, key, path) => {
    const made = button(style, key, () =>
      busy(made, async () => {
        await api.post(`/v1/experiments/${one.id}/${path}`);
        again();
      }),
    );
    return made;
  };
  const remove = button('bad', 'delete', () =>
    busy(remove, async () => {
      if (await confirm(t('deleteExperiment'), '', 'delete')) {
        await api.delete(`/v1/experiments/${one.id}`);
        again();
      }
    }),
  );
  return el(
    'li',
    null,
    el(
      'div.grow',
      null,
      el('strong', null, bdi(one.name)),
      el(
        'div.chips',
        null,
        chip(t(`x_${one.state}`), one.state === 'running' ? 'good' : ''),
        chip(t(`x_${one.measure}`)),
        one.arms.map((arm) => chip(bdi(arm.label))),
      ),
    ),
    el(
      'div.acts',
      null,
      one.state === 'draft' && act('plain', 'x_start', 'start'),
      one.state === 'running' && act('plain', 'x_stop', 'stop'),
      one.state !== 'running' && remove,
    ),
    verdict,
  );
}

function prepare(models) {
  return dialog(t('newExperiment'), (close) => {
    const name = field({ name: 'name', label: t('x_name'), required: true, maxlength: 80 });
    const measure = field({
      name: 'measure',
      label: t('x_measure'),
      kind: 'select',
      value: 'rating',
      options: MEASURES.map((one) => [one, t(`x_${one}`)]),
    });
    const sample = field({
      name: 'minimum_sample',
      label: t('x_sample'),
      kind: 'number',
      min: 30,
      max: 10_000,
      value: 100,
      required: true,
    });
    const arms = models.map((model) => [model, el('input', { type: 'checkbox' })]);
    const trouble = el('div');
    return form(
      async () => {
        const chosen = arms.filter(([, control]) => control.checked).map(([model]) => ({ model_id: model.id, share: 1 }));
        if (chosen.length < 2) {
          put(trouble, note('warn', t('x_two')));
          return;
        }
        await api.post('/v1/experiments', {
          name: name.control.value,
          measure: measure.control.value,
          minimum_sample: Number(sample.control.value),
          arms: chosen,
        });
        toast(t('saved'));
        close(true);
      },
      name,
      el('div.row', null, measure, sample),
      el(
        'fieldset',
        { 'data-field': 'arms' },
        el('legend', null, t('x_arms')),
        el(
          'div.choices',
          null,
          arms.map(([model, control]) =>
            el('label.choice', null, control, el('span', null, el('strong', null, bdi(model.label)), el('span.mono', null, model.model))),
          ),
        ),
        el('p.wrong'),
      ),
      trouble,
      el(
        'div.acts.end',
        null,
        button('plain', 'cancel', () => close(false)),
        submit('save', 'check'),
      ),
    );
  });
}
