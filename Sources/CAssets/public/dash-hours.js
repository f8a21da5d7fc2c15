// The editor of opening hours: several spans a day, past midnight, and holidays.
import { el, put } from './dash-dom.js';
import { dayOnly, t, words } from './dash-text.js';
import texts from './dash-texts-settings.js';
import { toggle } from './dash-forms.js';
import { button, iconButton } from './dash-ui.js';

words(texts);
const DAYS = ['sat', 'sun', 'mon', 'tue', 'wed', 'thu', 'fri'];

/** `value()` gives what the API takes; `changed` is called at each change. */
export function hoursEditor(hours, { changed = () => {}, disabled = false, withHolidays = true } = {}) {
  let always = Boolean(hours.always_open);
  const weekly = Object.fromEntries(DAYS.map((day) => [day, (hours.weekly?.[day] ?? []).map((span) => ({ ...span }))]));
  const holidays = (hours.holidays ?? []).map((one) => ({ ...one }));
  const body = el('div.hours');
  const free = el('div.holidays');
  const alwaysSwitch = toggle({
    label: t('alwaysOpen'),
    hint: t('alwaysOpenHint'),
    checked: always,
    onchange: (event) => {
      always = event.target.checked;
      draw();
      changed();
    },
  });
  alwaysSwitch.control.disabled = disabled;

  const time = (span, end, label) =>
    el('input', {
      type: 'time',
      value: span[end] === '24:00' ? '00:00' : span[end],
      'aria-label': label,
      disabled,
      dir: 'ltr',
      onchange: (event) => {
        if (event.target.value) span[end] = event.target.value;
        late();
        changed();
      },
    });
  const lateNotes = [];
  const late = () => {
    for (const check of lateNotes) check();
  };

  function row(day) {
    const spans = weekly[day];
    const open = el('input', {
      type: 'checkbox',
      checked: spans.length > 0,
      disabled,
      'aria-label': t('openOn', { day: t(day) }),
      onchange: (event) => {
        if (event.target.checked) spans.push({ from: '10:00', to: '22:00' });
        else spans.length = 0;
        draw();
        changed();
      },
    });
    return el(
      'div.hours-day',
      { 'data-field': `operating_hours.weekly.${day}` },
      el('label', null, open, el('span', null, t(day))),
      el(
        'div.spans',
        null,
        spans.length === 0 && el('span.soft', null, t('closed')),
        spans.map((span, index) => {
          const next = el('span.soft.small', null, t('nextDay'));
          lateNotes.push(() => {
            next.hidden = span.to > span.from;
          });
          return el(
            'div.span',
            null,
            time(span, 'from', `${t(day)}: ${t('from')}`),
            el('span', { 'aria-hidden': 'true' }, '–'),
            time(span, 'to', `${t(day)}: ${t('to')}`),
            next,
            !disabled &&
              spans.length > 1 &&
              iconButton('close', 'removeSpan', () => {
                spans.splice(index, 1);
                draw();
                changed();
              }),
          );
        }),
        el('p.wrong'),
      ),
      !disabled &&
        spans.length > 0 &&
        el(
          'div.day-acts',
          null,
          spans.length < 6 &&
            iconButton('plus', 'addSpan', () => {
              spans.push({ from: spans.at(-1)?.to > '20:00' ? '08:00' : (spans.at(-1)?.to ?? '10:00'), to: '23:00' });
              draw();
              changed();
            }),
          iconButton('copy', 'copyDay', () => {
            for (const other of DAYS) if (other !== day && weekly[other].length) weekly[other] = spans.map((span) => ({ ...span }));
            draw();
            changed();
          }),
        ),
    );
  }

  function drawHolidays() {
    const date = el('input', { type: 'date', 'aria-label': t('holidayDate'), dir: 'ltr' });
    const name = el('input', { type: 'text', maxlength: 80, 'aria-label': t('holidayName'), placeholder: t('holidayName'), dir: 'auto' });
    holidays.sort((a, b) => a.date.localeCompare(b.date));
    put(
      free,
      el('h3', null, t('holidays')),
      el('p.hint', null, t('holidaysHint')),
      holidays.length > 0 &&
        el(
          'ul.holiday-list',
          null,
          holidays.map((one, index) =>
            el(
              'li.chip',
              null,
              el('span', null, dayOnly(`${one.date}T12:00`)),
              one.name && el('bdi', null, one.name),
              !disabled &&
                iconButton('close', 'remove', () => {
                  holidays.splice(index, 1);
                  drawHolidays();
                  changed();
                }),
            ),
          ),
        ),
      !disabled &&
        el(
          'div.holiday-new',
          null,
          date,
          name,
          button(
            'plain',
            'add',
            () => {
              if (!date.value) return date.focus();
              if (!holidays.some((one) => one.date === date.value))
                holidays.push(name.value.trim() ? { date: date.value, name: name.value.trim() } : { date: date.value });
              drawHolidays();
              changed();
              return undefined;
            },
            'plus',
          ),
        ),
    );
  }

  function draw() {
    lateNotes.length = 0;
    put(body, always ? null : el('div.week', null, DAYS.map(row)));
    free.hidden = always || !withHolidays;
    late();
  }

  draw();
  drawHolidays();
  const node = el(
    'fieldset.hours-editor',
    { 'data-field': 'operating_hours' },
    el('legend.sr', null, t('hoursLegend')),
    alwaysSwitch,
    body,
    free,
  );
  return {
    node,
    value: () => ({
      always_open: always,
      weekly: Object.fromEntries(DAYS.filter((day) => weekly[day].length).map((day) => [day, weekly[day]])),
      holidays,
    }),
  };
}

/** What a shop that has not said yet may begin with. */
export const usualHours = () => ({
  always_open: false,
  weekly: Object.fromEntries(DAYS.map((day) => [day, day === 'fri' ? [{ from: '14:00', to: '22:00' }] : [{ from: '10:00', to: '22:00' }]])),
  holidays: [],
});
