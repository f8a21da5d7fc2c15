// The business and one's own password.
import { api } from './dash-api.js';
import { el } from './dash-dom.js';
import { t } from './dash-text.js';
import { address, clearWrong, field, form, markWrong, passwordField, submit } from './dash-forms.js';
import { card, toast } from './dash-ui.js';

export function businessCard(ctx) {
  const { business } = ctx.state;
  const fields = {
    name: field({ name: 'name', label: t('nameOfBusiness'), value: business.name, required: true, minlength: 2, maxlength: 120 }),
    email: field({ name: 'email', label: t('businessEmail'), kind: 'email', value: business.email, required: true }),
    industry: field({ name: 'industry', label: t('industry'), value: business.industry, maxlength: 80, optional: true }),
    domain_url: field({
      name: 'domain_url',
      label: t('domain'),
      kind: 'url',
      value: business.domain_url ?? '',
      maxlength: 300,
      optional: true,
      placeholder: 'https://',
    }),
    description: field({
      name: 'description',
      label: t('aboutBusiness'),
      kind: 'area',
      rows: 3,
      value: business.description,
      maxlength: 2000,
      optional: true,
    }),
  };
  return card(
    t('secBusiness'),
    form(
      async () => {
        ctx.state.business = await api.patch(
          '/v1/business',
          Object.fromEntries(
            Object.entries(fields).map(([key, one]) => [key, key === 'domain_url' ? address(one.control.value) : one.control.value.trim()]),
          ),
        );
        toast(t('saved'));
      },
      el('div.row', null, fields.name, fields.email),
      el('div.row', null, fields.industry, fields.domain_url),
      fields.description,
      submit('save', 'check', 'plain'),
    ),
  );
}

export function passwordCard() {
  const current = passwordField({ name: 'current_password', label: t('currentPassword'), autocomplete: 'current-password', minlength: 1 });
  const next = passwordField({ name: 'new_password', label: t('newPassword'), autocomplete: 'new-password', hint: t('newPasswordHint') });
  const made = form(
    async () => {
      try {
        await api.put('/v1/me/password', { current_password: current.control.value, new_password: next.control.value }, { quiet: true });
      } catch (error) {
        markWrong(made, error);
        return;
      }
      clearWrong(made);
      current.control.value = next.control.value = '';
      toast(t('passwordChanged'));
    },
    el('div.row', null, current, next),
    submit('changePassword', 'key', 'plain'),
  );
  return card(t('secPassword'), made);
}
