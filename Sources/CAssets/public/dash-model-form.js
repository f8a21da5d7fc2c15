// Adding and changing a language model.
import { api } from './dash-api.js';
import { el } from './dash-dom.js';
import { t } from './dash-text.js';
import { field, form, passwordField, submit, toggle } from './dash-forms.js';
import { button, dialog, toast } from './dash-ui.js';

const EXAMPLES = {
  openai: ['gpt-5-mini', 'https://api.openai.com/v1'],
  gemini: ['gemini-3-flash', 'https://generativelanguage.googleapis.com'],
  anthropic: ['claude-haiku-4-5', 'https://api.anthropic.com'],
};

/** Answers true when something was stored. */
export function modelDialog(model = null) {
  return dialog(
    t(model ? 'editModel' : 'addModel'),
    (close) => {
      const parameters = model?.parameters ?? {};
      const provider = field({
        name: 'provider',
        label: t('m_provider'),
        kind: 'select',
        value: model?.provider ?? 'openai',
        options: ['openai', 'gemini', 'anthropic'].map((one) => [one, t(`p_${one}`)]),
        disabled: Boolean(model),
      });
      const label = field({
        name: 'label',
        label: t('m_label'),
        value: model?.label ?? '',
        required: true,
        maxlength: 80,
        placeholder: t('m_labelLike'),
      });
      const name = field({ name: 'model', label: t('m_model'), value: model?.model ?? '', required: true, maxlength: 200, dir: 'ltr' });
      const address = field({
        name: 'base_url',
        label: t('m_address'),
        kind: 'url',
        value: model?.base_url ?? '',
        maxlength: 300,
        hint: t('m_addressHint'),
        optional: true,
      });
      const key = passwordField({
        name: 'key',
        label: t('m_key'),
        required: false,
        minlength: 0,
        maxlength: 500,
        hint: t(model?.has_key ? 'm_keyKept' : 'm_keyHint'),
        autocomplete: 'off',
      });
      const number = (field_, words, value, more) =>
        field({ name: field_, label: t(words), kind: 'number', min: 0, max: 1000, value, required: true, ...more });
      const share = number('traffic_share', 'm_share', model?.traffic_share ?? 100, { hint: t('m_shareHint') });
      const rank = number('fallback_rank', 'm_rank', model?.fallback_rank ?? 0);
      const inPrice = number('input_price', 'm_inPrice', (model?.input_price ?? 0) / 1_000_000, { step: 'any' });
      const outPrice = number('output_price', 'm_outPrice', (model?.output_price ?? 0) / 1_000_000, { step: 'any' });
      const active = toggle({ name: 'is_active', label: t('m_active'), checked: model?.is_active ?? true });
      const isLocal = toggle({ name: 'is_local', label: t('m_local'), hint: t('m_localHint'), checked: model?.is_local ?? false });
      const tools = toggle({ label: t('m_tools'), checked: parameters.calls_tools ?? false });
      const folds = toggle({ label: t('m_folds'), checked: parameters.folds_system ?? false });
      const oldLimit = toggle({ label: t('m_oldLimit'), checked: parameters.uses_old_token_limit ?? true });
      const most = number('parameters.most_tokens', 'm_mostTokens', parameters.most_tokens ?? 400, {
        min: 16,
        max: 8192,
      });
      const temperature = number('parameters.temperature', 'm_temperature', parameters.temperature ?? '', {
        max: 2,
        step: 0.1,
        required: false,
      });
      const examples = () => {
        [name.control.placeholder, address.control.placeholder] = EXAMPLES[provider.control.value];
      };
      provider.control.addEventListener('change', examples);
      examples();
      return form(
        async () => {
          const body = {
            label: label.control.value,
            model: name.control.value.trim(),
            traffic_share: Number(share.control.value),
            fallback_rank: Number(rank.control.value),
            input_price: Math.round(Number(inPrice.control.value) * 1_000_000),
            output_price: Math.round(Number(outPrice.control.value) * 1_000_000),
            is_active: active.control.checked,
            is_local: isLocal.control.checked,
            parameters: {
              ...(parameters.top_p === undefined ? {} : { top_p: parameters.top_p }),
              calls_tools: tools.control.checked,
              folds_system: folds.control.checked,
              uses_old_token_limit: oldLimit.control.checked,
              most_tokens: Number(most.control.value),
              ...(temperature.control.value === '' ? {} : { temperature: Number(temperature.control.value) }),
            },
          };
          if (address.control.value.trim()) body.base_url = address.control.value.trim();
          if (key.control.value) body.key = key.control.value;
          if (model) await api.patch(`/v1/models/${model.id}`, body);
          else await api.post('/v1/models', { provider: provider.control.value, ...body });
          toast(t('saved'));
          close(true);
        },
        provider,
        el('div.row', null, label, name),
        key,
        address,
        active,
        el('div.row', null, share, rank),
        el(
          'details',
          null,
          el('summary', null, t('m_more')),
          el(
            'div.form.after',
            null,
            el('div.row', null, inPrice, outPrice),
            el('div.row', null, most, temperature),
            isLocal,
            tools,
            folds,
            oldLimit,
          ),
        ),
        el(
          'div.acts.end',
          null,
          button('plain', 'cancel', () => close(false)),
          submit('save', 'check'),
        ),
      );
    },
    'wide',
  );
}
