// Logging in and making an account.
import { api, local, tab } from './dash-api.js';
import { bdi, el, mark } from './dash-dom.js';
import { lang, t, words } from './dash-text.js';
import texts from './dash-texts-start.js';
import { field, form, passwordField, submit } from './dash-forms.js';
import { note } from './dash-ui.js';

words(texts);

/** Only addresses of the dashboard itself: no link may send somebody elsewhere after logging in. */
const target = (params) => {
  const to = params.get('to') ?? '';
  return /^\/app(\/[\w./?=&%-]*)?$/.test(to) && !to.startsWith('/app/login') && !to.includes('..') ? to : '/app';
};

export function page(ctx) {
  return ctx.name === 'register' ? register(ctx) : logIn(ctx);
}

function logIn(ctx) {
  const email = field({
    name: 'email',
    label: t('email'),
    kind: 'email',
    required: true,
    autocomplete: 'username',
    autofocus: true,
    value: local.get('kalamna:email') ?? '',
  });
  const password = passwordField({ name: 'password', label: t('password'), autocomplete: 'current-password', minlength: 1 });
  const wrong = el('div', { 'aria-live': 'polite' });
  return el(
    'section.entry',
    null,
    el('h1', { tabindex: '-1' }, t('loginTitle')),
    el('p.soft', null, t('loginText')),
    wrong,
    form(
      async () => {
        wrong.replaceChildren();
        let who;
        try {
          who = await api.post('/v1/auth/login', { email: email.control.value.trim(), password: password.control.value }, { quiet: true });
        } catch (error) {
          if (error.fields.length) throw error;
          wrong.replaceChildren(note('bad', error.message));
          return;
        }
        local.set('kalamna:email', who.admin.email);
        ctx.meet(who);
        await ctx.go(target(ctx.params), { replace: true, force: true });
      },
      email,
      password,
      submit('login'),
    ),
    el('p', null, t('noAccount'), ' ', el('a', { href: '/app/register' }, t('register'))),
    el('p.soft', null, t('forgot')),
  );
}

function register(ctx) {
  const business = field({
    name: 'business_name',
    label: t('businessName'),
    required: true,
    minlength: 2,
    maxlength: 120,
    autocomplete: 'organization',
    autofocus: true,
    placeholder: t('businessNameLike'),
  });
  const name = field({ name: 'name', label: t('yourName'), required: true, minlength: 2, maxlength: 120, autocomplete: 'name' });
  const email = field({ name: 'email', label: t('email'), kind: 'email', required: true, maxlength: 254, autocomplete: 'username' });
  const password = passwordField({ name: 'password', label: t('password'), autocomplete: 'new-password', hint: t('passwordHint') });
  return el(
    'div.register',
    null,
    el(
      'section.entry',
      null,
      el('h1', { tabindex: '-1' }, t('registerTitle')),
      el('p.soft', null, t('registerText')),
      form(
        async () => {
          const made = await api.post(
            '/v1/businesses',
            {
              business_name: business.control.value,
              name: name.control.value,
              email: email.control.value.trim(),
              password: password.control.value,
              locale: lang(),
            },
            { quiet: true },
          );
          tab.set('kalamna:widget-key', made.widget_key); // shown once by the server: needed for trying and embedding
          local.set('kalamna:email', made.admin.email);
          ctx.meet(made);
          await ctx.go('/app/start/business', { replace: true, force: true });
        },
        business,
        name,
        email,
        password,
        submit('makeAccount'),
      ),
      el('p', null, t('haveAccount'), ' ', el('a', { href: '/app/login' }, t('login'))),
    ),
    el(
      'aside.promise',
      { 'aria-label': t('exampleLabel') },
      mark(),
      el('p.lead', null, t('promise')),
      el('p.bubble.in', { dir: 'auto' }, bdi(t('exampleAsk'))),
      el('p.bubble.out', { dir: 'auto' }, bdi(t('exampleAnswer')), el('small', null, t('exampleSource'))),
      el('p.bubble.in', { dir: 'auto' }, bdi(t('exampleAsk2'))),
      el('p.bubble.out', { dir: 'auto' }, bdi(t('exampleAnswer2'))),
    ),
  );
}
