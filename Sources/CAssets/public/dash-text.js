// The language of the dashboard: `t('key')` in the admin's own choice, numbers, dates and durations. Words are in dash-texts*.js.
import shared from './dash-texts.js';

const table = { ...shared };
let current = 'ar';
try {
  current = localStorage.getItem('kalamna:lang') === 'en' ? 'en' : 'ar';
} catch {
  /* forbidden: Arabic */
}

/** Adds a page's words: `{ key: ['عربي', 'English'] }`; for numbers an object of plural forms instead of a string. */
export const words = (more) => {
  Object.assign(table, more);
};

export const lang = () => current;

export function setLang(next) {
  current = next === 'en' ? 'en' : 'ar';
  try {
    localStorage.setItem('kalamna:lang', current);
  } catch {
    /* forbidden: only for now */
  }
  applyLang();
}

export function applyLang() {
  document.documentElement.lang = current;
  document.documentElement.dir = current === 'ar' ? 'rtl' : 'ltr';
}

// Western digits on purpose: the shops' own prices and numbers are written with them.
const locale = () => (current === 'ar' ? 'ar-EG-u-nu-latn' : 'en-GB');

export const has = (key) => key in table;

export function t(key, values) {
  const entry = table[key];
  if (!entry) return key;
  let text = entry[current === 'ar' ? 0 : 1];
  if (typeof text === 'object') text = text[new Intl.PluralRules(current).select(values?.n ?? 0)] ?? text.other;
  return values
    ? text.replace(/\{(\w+)\}/g, (whole, name) =>
        name in values ? (typeof values[name] === 'number' ? num(values[name]) : values[name]) : whole,
      )
    : text;
}

export const num = (value, options) => new Intl.NumberFormat(locale(), options).format(value);
export const percent = (value) => num(value, { style: 'percent', maximumFractionDigits: 0 });

const format = (date, options) => new Intl.DateTimeFormat(locale(), options).format(new Date(date));
export const clock = (date) => format(date, { hour: 'numeric', minute: '2-digit' });
export const fullDate = (date) => format(date, { dateStyle: 'long', timeStyle: 'short' });
export const dayOnly = (date) => format(date, { dateStyle: 'medium' });

export function day(date) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const at = new Date(date).getTime();
  if (at >= midnight) return t('today');
  if (at >= midnight - 86_400_000) return t('yesterday');
  const sameYear = new Date(date).getFullYear() === new Date().getFullYear();
  return format(date, { weekday: 'long', day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) });
}

/** For lists: the clock today, else the day. */
export function when(date) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const at = new Date(date).getTime();
  if (at >= midnight) return clock(date);
  if (at >= midnight - 86_400_000) return t('yesterday');
  return format(date, { day: 'numeric', month: 'short' });
}

/** How long ago: "5 minutes". */
export function ago(date) {
  const minutes = Math.floor((Date.now() - new Date(date)) / 60_000);
  if (minutes < 1) return t('lessThanMinute');
  if (minutes < 60) return t('minutes', { n: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? t('hours', { n: hours }) : t('days', { n: Math.floor(hours / 24) });
}

applyLang();
