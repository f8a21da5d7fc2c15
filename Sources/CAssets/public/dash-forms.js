// Fields and forms: labels, hints, and what is wrong beside the field that it is about.
import { el, icon, uid } from './dash-dom.js';
import { num, t } from './dash-text.js';
import { toast } from './dash-ui.js';

/** People write addresses without `https://`. */
export const address = (text) => {
  const site = text.trim();
  return site && !/^[a-z][a-z0-9+.-]*:/i.test(site) ? `https://${site}` : site;
};

// ── fields ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * A labelled field with its hint and its place for what is wrong. `kind`: an input's type, 'area' or 'select' (with `options`: [[value, words]]).
 * The control is `.control` of what comes back.
 */
export function field({ name, label, kind = 'text', value = '', hint, options, optional, end, ...more }) {
  const id = uid('f');
  const described = `${id}-hint ${id}-wrong`;
  const shared = { id, name, 'aria-describedby': described, ...more };
  const control =
    kind === 'area'
      ? el('textarea', { rows: 4, dir: 'auto', ...shared, value })
      : kind === 'select'
        ? el(
            'select',
            shared,
            options.map(([v, words]) => el('option', { value: v, selected: v === value }, words)),
          )
        : el('input', {
            type: kind === 'url' ? 'text' : kind,
            inputmode: kind === 'url' ? 'url' : null,
            dir: ['email', 'url', 'password', 'number', 'time', 'date', 'tel'].includes(kind) ? 'ltr' : 'auto',
            ...shared,
            value,
          });
  const box = el(
    'div.field',
    { 'data-field': name },
    el('label', { for: id }, label, optional && el('span.soft', null, ` (${t('optional')})`)),
    end ? el('div.joined', null, control, end) : control,
    el('p.hint', { id: `${id}-hint` }, hint),
    el('p.wrong', { id: `${id}-wrong` }),
  );
  box.control = control;
  return box;
}

/** A password field with a way to see what was typed. */
export function passwordField(options) {
  const reveal = el('button.button.plain', { type: 'button' }, t('reveal'));
  const box = field({ kind: 'password', minlength: 8, maxlength: 128, required: true, ...options, end: reveal });
  reveal.addEventListener('click', () => {
    const isShown = box.control.type === 'text';
    box.control.type = isShown ? 'password' : 'text';
    reveal.textContent = t(isShown ? 'reveal' : 'conceal');
  });
  return box;
}

/** A switch: a checkbox that takes effect where it is used. */
export function toggle({ name, label, checked, hint, onchange }) {
  const id = uid('s');
  const control = el('input', { type: 'checkbox', role: 'switch', id, name, checked, 'aria-describedby': `${id}-hint`, onchange });
  const box = el(
    'div.switch',
    { 'data-field': name },
    control,
    el('div', null, el('label', { for: id }, label), el('p.hint', { id: `${id}-hint` }, hint), el('p.wrong')),
  );
  box.control = control;
  return box;
}

/** Marks the fields that were refused and goes to the first; what belongs to none is said at the edge. */
export function markWrong(root, error) {
  clearWrong(root);
  const left = [];
  let first = null;
  for (const { field: path, message } of error.fields ?? []) {
    const places = [...root.querySelectorAll('[data-field]')].filter(
      ({ dataset }) => path === dataset.field || path.startsWith(`${dataset.field}.`),
    );
    const box = places.sort((a, b) => b.dataset.field.length - a.dataset.field.length)[0];
    if (!box) {
      left.push(message);
      continue;
    }
    const words = box.querySelector('.wrong');
    words.textContent = [words.textContent, message].filter(Boolean).join(' ');
    const control = box.querySelector('input, textarea, select');
    control?.setAttribute('aria-invalid', 'true');
    first ??= control ?? box;
  }
  first?.focus();
  if (!error.fields?.length) toast(error.message, 'bad');
  else if (left.length) toast(left.join(' '), 'bad');
}

export function clearWrong(root) {
  for (const words of root.querySelectorAll('.wrong')) words.textContent = '';
  for (const control of root.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
}

/** A form that hands its work to `send`; refused fields are marked. */
export function form(send, ...kids) {
  const made = el(
    'form.form',
    {
      novalidate: true,
      onsubmit: async (event) => {
        event.preventDefault();
        const invalid = [...made.querySelectorAll('input, textarea, select')].find((control) => !control.checkValidity());
        clearWrong(made);
        if (invalid) {
          const words = invalid.closest('[data-field]')?.querySelector('.wrong');
          if (words) words.textContent = explainInvalid(invalid);
          invalid.setAttribute('aria-invalid', 'true');
          invalid.focus();
          return;
        }
        const button = event.submitter ?? made.querySelector('[type=submit]');
        if (button?.getAttribute('aria-busy') === 'true') return;
        button?.setAttribute('aria-busy', 'true');
        try {
          await send(event);
        } catch (error) {
          markWrong(made, error);
        }
        button?.removeAttribute('aria-busy');
      },
    },
    ...kids,
  );
  return made;
}

function explainInvalid(control) {
  const { validity } = control;
  if (validity.valueMissing) return t('isMissing');
  if (validity.tooShort || validity.tooLong) return t('isShort', { n: control.minLength });
  if (validity.typeMismatch) return t(control.type === 'email' ? 'isNoEmail' : 'isNoAddress');
  if (validity.rangeUnderflow || validity.rangeOverflow)
    return t('isOut', { from: num(Number(control.min)), to: num(Number(control.max)) });
  return control.validationMessage;
}

export const submit = (key, sign, style = 'main') =>
  el(`button.button.${style}`, { type: 'submit' }, sign && icon(sign), el('span', null, t(key)));
