// The five steps from a new account to an answered question.
import { api, local, tab } from './dash-api.js';
import { el, icon } from './dash-dom.js';
import { embedCode } from './dash-embed.js';
import { hoursEditor, usualHours } from './dash-hours.js';
import { knowledge } from './dash-start-knowledge.js';
import { num, t, words } from './dash-text.js';
import texts from './dash-texts-start.js';
import { tryChat } from './dash-try.js';
import { address, field, form, submit } from './dash-forms.js';
import { busy, button, linkButton, note, toast } from './dash-ui.js';

words(texts);
const STEPS = ['business', 'hours', 'knowledge', 'try', 'embed'];
const NAMES = { business: 'stepBusiness', hours: 'stepHours', knowledge: 'stepKnowledge', try: 'stepTry', embed: 'stepEmbed' };

export async function page(ctx) {
  const step = STEPS.includes(ctx.parts[0]) ? ctx.parts[0] : STEPS[0];
  const at = STEPS.indexOf(step);
  const next = () => ctx.go(at + 1 < STEPS.length ? `/app/start/${STEPS[at + 1]}` : '/app', { force: true });
  const made = await { business, hours, knowledge, try: tryIt, embed }[step](ctx, next);
  const bar = el(
    'ol.start-steps',
    { 'aria-label': t('steps') },
    STEPS.map((one, index) =>
      el(
        `li${index < at ? '.done' : ''}`,
        null,
        el(
          'a',
          { href: `/app/start/${one}`, 'aria-current': index === at ? 'step' : null },
          el('span.step-number', null, index < at ? icon('check') : num(index + 1)),
          el('span', null, t(NAMES[one])),
        ),
      ),
    ),
  );
  return {
    ...made,
    node: el(
      'div.start',
      null,
      bar,
      el('p.soft.small.step-of', null, t('stepOf', { n: at + 1 }), ' · ', t(NAMES[step])),
      el('h1', { tabindex: '-1' }, t(`${step}Title`)),
      el('p.soft', null, t(`${step}Text`)),
      made.node,
    ),
  };
}

const footer = (ctx, next, main) => el('div.acts.between.start-acts', null, button('quiet', 'skipStep', next), main);

function business(ctx, next) {
  const { business: current } = ctx;
  const industry = field({
    name: 'industry',
    label: t('industry'),
    value: current.industry,
    maxlength: 80,
    placeholder: t('industryLike'),
    optional: true,
  });
  const about = field({
    name: 'description',
    label: t('aboutYou'),
    kind: 'area',
    value: current.description,
    maxlength: 2000,
    placeholder: t('aboutYouLike'),
    optional: true,
    rows: 3,
  });
  const domain = field({
    name: 'domain_url',
    label: t('domain'),
    kind: 'url',
    value: current.domain_url ?? '',
    maxlength: 300,
    placeholder: 'https://',
    hint: t('domainHint'),
    optional: true,
  });
  return {
    node: el(
      'div.card',
      null,
      form(
        async () => {
          ctx.state.business = await api.patch('/v1/business', {
            industry: industry.control.value,
            description: about.control.value,
            domain_url: address(domain.control.value),
          });
          await next();
        },
        industry,
        about,
        domain,
        footer(ctx, next, submit('saveAndGo')),
      ),
    ),
  };
}

async function hours(ctx, next) {
  const settings = await api.get('/v1/settings');
  const fresh = settings.operating_hours.always_open && !Object.keys(settings.operating_hours.weekly ?? {}).length;
  const editor = hoursEditor(fresh ? usualHours() : settings.operating_hours, { withHolidays: false });
  const name = field({ name: 'bot_name', label: t('botName'), value: settings.bot_name, required: true, maxlength: 60 });
  const tone = el(
    'fieldset',
    { 'data-field': 'tone_style' },
    el('legend', null, t('tone')),
    el(
      'div.choices',
      null,
      ['friendly', 'neutral', 'formal'].map((one) =>
        el(
          'label.choice',
          null,
          el('input', { type: 'radio', name: 'tone', value: one, checked: one === settings.tone_style }),
          el('span', null, el('strong', null, t(one)), t(`${one}Sample`)),
        ),
      ),
    ),
  );
  const made = form(
    async () => {
      await api.patch('/v1/settings', {
        bot_name: name.control.value,
        tone_style: made.querySelector('[name=tone]:checked').value,
        operating_hours: editor.value(),
        outside_hours: 'answer',
      }); // as this step promises: the bot is always there
      await next();
    },
    name,
    tone,
    editor.node,
    footer(ctx, next, submit('saveAndGo')),
  );
  return { node: el('div.card', null, made) };
}

/** The website key of this browser tab, or a new one. */
async function freshKey(ctx) {
  const origins = ctx.state.business.domain_url ? [new URL(ctx.state.business.domain_url).origin] : [];
  const made = await api.post('/v1/keys', { kind: 'widget', name: t('siteKeyName'), allowed_origins: origins });
  tab.set('kalamna:widget-key', made.secret);
}

const needsKey = (ctx, words) => {
  if (!ctx.isOwner) return note('info', t('ownersOnly'));
  const make = button(
    'main',
    'makeKey',
    () =>
      busy(make, async () => {
        await freshKey(ctx);
        ctx.redraw();
      }),
    'key',
  );
  return el('div.stack', null, note('info', t(words)), make);
};

function tryIt(ctx, next) {
  const key = tab.get('kalamna:widget-key');
  const acts = el('div.acts.between.start-acts', null, linkButton('quiet', 'back', '/app/start/knowledge'), button('main', 'next', next));
  if (!key) return { node: el('div.card', null, needsKey(ctx, 'tryNoKey'), acts) };
  const chat = tryChat(key);
  return {
    leave: chat.stop,
    node: el(
      'div.card',
      null,
      el(
        'div.try-columns',
        null,
        chat.node,
        el(
          'aside',
          null,
          el('h2', null, t('tryTips')),
          el(
            'ul.tips',
            null,
            ['tryTip1', 'tryTip2', 'tryTip3'].map((one) => el('li', null, t(one))),
          ),
        ),
      ),
      acts,
    ),
  };
}

async function embed(ctx) {
  const key = tab.get('kalamna:widget-key');
  local.set(`kalamna:started:${ctx.business.id}`, '1');
  const acts = el(
    'div.acts.between.start-acts',
    null,
    linkButton('quiet', 'back', '/app/start/try'),
    linkButton('main', 'finish', '/app', 'check'),
  );
  if (!key) return { node: el('div.card', null, needsKey(ctx, 'embedNoKey'), acts) };
  const mine = ctx.isOwner
    ? (await api.get('/v1/keys')).find(
        (one) => one.kind === 'widget' && one.is_active && !one.revoked_at && key.endsWith(one.hint.split('…').at(-1)),
      )
    : null;
  if (!mine) return { node: el('div.card', null, embedCode(key), acts) };
  const guess = ctx.business.domain_url ? [new URL(ctx.business.domain_url).origin] : [];
  const origins = field({
    name: 'allowed_origins',
    label: t('embedOrigins'),
    kind: 'area',
    rows: 2,
    dir: 'ltr',
    hint: t('embedOriginsHint'),
    value: (mine.allowed_origins.length ? mine.allowed_origins : guess).join('\n'),
  });
  const save = form(
    async () => {
      await api.patch(`/v1/keys/${mine.id}`, { allowed_origins: origins.control.value.split(/\s+/).filter(Boolean).map(address) });
      toast(t('saved'));
    },
    origins,
    submit('save', 'check', 'plain'),
  );
  return { node: el('div.card.stack', null, embedCode(key), save, acts) };
}
