// The settings: the bot, its hours, when it answers, the business, one's password.
import { api } from './dash-api.js';
import { el } from './dash-dom.js';
import { hoursEditor } from './dash-hours.js';
import { t, words } from './dash-text.js';
import texts from './dash-texts-settings.js';
import { businessCard, passwordCard } from './dash-account.js';
import { thresholdField } from './dash-threshold.js';
import { field, form, submit, toggle } from './dash-forms.js';
import { button, card, heading, note, toast } from './dash-ui.js';

words(texts);

export async function page(ctx) {
  const [settings, effect] = await Promise.all([api.get('/v1/settings'), api.get('/v1/insights/threshold?days=30').catch(() => null)]);
  const disabled = !ctx.isOwner;
  let dirty = false;
  const changed = () => {
    dirty = true;
    bar.hidden = disabled;
  };

  const name = field({ name: 'bot_name', label: t('botName'), value: settings.bot_name, required: true, maxlength: 60, disabled });
  const tone = choices(
    'tone_style',
    'tone',
    ['friendly', 'neutral', 'formal'],
    settings.tone_style,
    (one) => [t(one), t(`${one}Sample`)],
    disabled,
  );
  const greeting = field({
    name: 'greeting',
    label: t('greeting'),
    kind: 'area',
    rows: 3,
    value: settings.greeting,
    required: true,
    maxlength: 1000,
    hint: t('greetingHint'),
    disabled,
  });
  const shown = el('p.bubble.out', { dir: 'auto' });
  const shownName = el('bdi');
  const preview = () => {
    shown.textContent = greeting.control.value || '…';
    shownName.textContent = name.control.value;
  };
  for (const one of [name, greeting]) one.addEventListener('input', preview);
  preview();
  const locale = field({
    name: 'locale',
    label: t('botLocale'),
    kind: 'select',
    value: settings.locale,
    options: [
      ['ar', t('ar')],
      ['en', t('en')],
    ],
    hint: t('botLocaleHint'),
    disabled,
  });
  const zones = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : ['Africa/Cairo'];
  if (!zones.includes(settings.timezone)) zones.unshift(settings.timezone);
  const zone = field({
    name: 'timezone',
    label: t('timezone'),
    kind: 'select',
    value: settings.timezone,
    options: zones.map((one) => [one, one.replaceAll('_', ' ')]),
    dir: 'ltr',
    disabled,
  });

  const hours = hoursEditor(settings.operating_hours, { changed, disabled });
  const outside = choices(
    'outside_hours',
    'outsideHours',
    ['notice', 'answer'],
    settings.outside_hours,
    (one) => [t(`outside_${one}`), t(`outside_${one}Text`)],
    disabled,
  );
  const away = field({
    name: 'away_message',
    label: t('awayMessage'),
    kind: 'area',
    rows: 2,
    value: settings.away_message,
    required: true,
    maxlength: 1000,
    disabled,
  });

  const auto = toggle({
    name: 'auto_reply_enabled',
    label: t('autoReply'),
    hint: t('autoReplyHint'),
    checked: settings.auto_reply_enabled,
  });
  auto.control.disabled = disabled;
  const threshold = thresholdField(settings.confidence_threshold, effect, disabled);
  const idle = field({
    name: 'idle_minutes',
    label: t('idle'),
    kind: 'number',
    value: settings.idle_minutes,
    min: 1,
    max: 10_080,
    required: true,
    hint: t('idleHint'),
    disabled,
  });
  const reopen = field({
    name: 'reopen_minutes',
    label: t('reopen'),
    kind: 'number',
    value: settings.reopen_minutes,
    min: 0,
    max: 43_200,
    required: true,
    hint: t('reopenHint'),
    disabled,
  });

  const bar = el(
    'div.save-bar',
    { hidden: true, role: 'region', 'aria-label': t('unsaved') },
    el('span', null, t('unsaved')),
    el(
      'div.acts',
      null,
      button('quiet', 'undo', () => {
        dirty = false;
        ctx.redraw();
      }),
      submit('saveAll', 'check'),
    ),
  );
  const made = form(
    async () => {
      const picked = (group) => group.querySelector('input:checked').value;
      await api.patch('/v1/settings', {
        bot_name: name.control.value,
        tone_style: picked(tone),
        greeting: greeting.control.value,
        locale: locale.control.value,
        timezone: zone.control.value,
        operating_hours: hours.value(),
        outside_hours: picked(outside),
        away_message: away.control.value,
        auto_reply_enabled: auto.control.checked,
        confidence_threshold: threshold.value(),
        idle_minutes: Number(idle.control.value),
        reopen_minutes: Number(reopen.control.value),
      });
      dirty = false;
      bar.hidden = true;
      toast(t('saved'));
    },
    card(
      t('secBot'),
      el(
        'div.form',
        null,
        el('div.row', null, name, locale),
        tone,
        el(
          'div.row',
          null,
          greeting,
          el(
            'div.preview',
            { 'aria-live': 'off' },
            el('p.small.soft', null, t('preview')),
            el('div.preview-chat', null, el('p.small', null, shownName), shown),
          ),
        ),
      ),
    ),
    card(t('secHours'), el('div.form', null, hours.node, zone, outside, away)),
    card(t('secAnswers'), el('div.form', null, auto, threshold.node)),
    card(t('secTimes'), el('div.row', null, idle, reopen)),
    bar,
  );
  made.addEventListener('input', changed);
  made.classList.add('wide-form');

  return {
    isDirty: () => dirty,
    node: el(
      'div',
      null,
      heading(t('settings'), t('settingsText')),
      disabled && note('info', t('ownersOnly')),
      made,
      el('div.stack.after', null, ctx.isOwner && businessCard(ctx), passwordCard()),
    ),
  };
}

function choices(field, key, values, chosen, text, disabled) {
  return el(
    'fieldset',
    { 'data-field': field },
    el('legend', null, t(key)),
    el(
      'div.choices',
      null,
      values.map((one) => {
        const [title, sub] = text(one);
        return el(
          'label.choice',
          null,
          el('input', { type: 'radio', name: field, value: one, checked: one === chosen, disabled }),
          el('span', null, el('strong', null, title), sub),
        );
      }),
    ),
  );
}
