// Keys for sites and servers, and the code that puts the chat on a site.
import { api, tab } from './dash-api.js';
import { bdi, el } from './dash-dom.js';
import { embedCode } from './dash-embed.js';
import { t, when, words } from './dash-text.js';
import texts from './dash-texts-admin.js';
import { address, field, form, submit } from './dash-forms.js';
import { busy, button, chip, codeBox, confirm, dialog, empty, heading, note, show, toast } from './dash-ui.js';

words(texts);
const lines = (text) => text.split(/\s+/).filter(Boolean).map(address);

export function page(ctx) {
  if (!ctx.isOwner) return el('div', null, heading(t('keys'), t('keysText')), note('info', t('ownersOnly')));
  const box = el('div');
  const load = () =>
    show(
      box,
      async () => {
        const keys = await api.get('/v1/keys');
        const [old, live] = [keys.filter(isOver), keys.filter((one) => !isOver(one))];
        return el(
          'div.stack',
          null,
          live.length
            ? el(
                'ul.list',
                null,
                live.map((one) => row(one, load)),
              )
            : empty('key', t('keysNone'), t('keysNoneText')),
          old.length > 0 &&
            el(
              'details',
              null,
              el('summary', null, t('oldKeys')),
              el(
                'ul.list.after',
                null,
                old.map((one) =>
                  el('li', null, el('div.grow', null, bdi(one.name), ' ', el('span.mono.soft', null, one.hint)), chip(t('revoked'), 'bad')),
                ),
              ),
            ),
        );
      },
      3,
    );
  load();
  return el(
    'div',
    null,
    heading(
      t('keys'),
      t('keysText'),
      button('main', 'newKey', () => create(ctx, load), 'plus'),
    ),
    box,
  );
}

const isOver = (one) => Boolean(one.revoked_at) || (one.expires_at && new Date(one.expires_at) <= new Date());

function row(one, again) {
  const known = tab.get('kalamna:widget-key');
  const isKnown = one.kind === 'widget' && known?.endsWith(one.hint.split('…').at(-1));
  const patch = (body) => async () => {
    await api.patch(`/v1/keys/${one.id}`, body);
    toast(t('saved'));
    again();
  };
  const state = button('quiet', one.is_active ? 'switchOff' : 'switchOn', () => busy(state, patch({ is_active: !one.is_active })));
  const revoke = button('bad', 'revoke', () =>
    busy(revoke, async () => {
      if (!(await confirm(t('revokeAsk'), t('revokeText'), 'revoke'))) return;
      await api.delete(`/v1/keys/${one.id}`);
      again();
    }),
  );
  return el(
    'li',
    null,
    el(
      'div.grow',
      null,
      el('strong', null, bdi(one.name)),
      ' ',
      el('span.mono.soft', null, one.hint),
      el(
        'div.chips',
        null,
        chip(t(`k_${one.kind}`), one.kind === 'widget' ? 'brand' : ''),
        !one.is_active && chip(t('switchedOff'), 'warn'),
        one.expires_at && chip(t('endsAt', { when: when(one.expires_at) }), 'warn'),
        el('span.small.soft', null, one.last_used_at ? t('lastUsed', { when: when(one.last_used_at) }) : t('neverUsed')),
      ),
      one.kind === 'widget' &&
        el('p.small.soft', null, one.allowed_origins.length ? el('bdi', { dir: 'ltr' }, one.allowed_origins.join('  ')) : t('originsNone')),
    ),
    el(
      'div.acts',
      null,
      one.kind === 'widget' &&
        button('plain', 'embedOf', () => dialog(t('embedOf'), () => (isKnown ? embedCode(known) : note('info', t('embedHidden'))))),
      one.kind === 'widget' && button('plain', 'origins', () => origins(one, again)),
      button('plain', 'rotate', () => rotate(one, again)),
      state,
      revoke,
    ),
  );
}

const originsField = (value) =>
  field({
    name: 'allowed_origins',
    label: t('origins'),
    kind: 'area',
    rows: 3,
    dir: 'ltr',
    value: value.join('\n'),
    hint: t('originsHint'),
  });

function origins(one, again) {
  return dialog(t('origins'), (close) => {
    const name = field({ name: 'name', label: t('keyName'), value: one.name, required: true, maxlength: 80 });
    const sites = originsField(one.allowed_origins);
    return form(
      async () => {
        await api.patch(`/v1/keys/${one.id}`, { name: name.control.value, allowed_origins: lines(sites.control.value) });
        toast(t('saved'));
        close();
        again();
      },
      name,
      sites,
      el('div.acts.end', null, submit('save', 'check')),
    );
  });
}

async function create(ctx, again) {
  const made = await dialog(t('newKey'), (close) => {
    const name = field({
      name: 'name',
      label: t('keyName'),
      required: true,
      maxlength: 80,
      placeholder: t('keyNameLike'),
      autofocus: true,
    });
    const guess = ctx.state.business.domain_url ? [new URL(ctx.state.business.domain_url).origin] : [];
    const sites = originsField(guess);
    const kinds = ['widget', 'server'].map((value) =>
      el(
        'label.choice',
        null,
        el('input', {
          type: 'radio',
          name: 'kind',
          value,
          checked: value === 'widget',
          onchange: () => {
            sites.hidden = value !== 'widget';
          },
        }),
        el('span', null, el('strong', null, t(`k_${value}`)), t(`k_${value}Text`)),
      ),
    );
    const made = form(
      async () => {
        const kind = made.querySelector('[name=kind]:checked').value;
        close(
          await api.post('/v1/keys', {
            kind,
            name: name.control.value,
            ...(kind === 'widget' ? { allowed_origins: lines(sites.control.value) } : {}),
          }),
        );
      },
      el('fieldset', { 'data-field': 'kind' }, el('legend', null, t('keyKind')), el('div.choices', null, kinds)),
      name,
      sites,
      el(
        'div.acts.end',
        null,
        button('plain', 'cancel', () => close()),
        submit('makeKeyNow', 'key'),
      ),
    );
    return made;
  });
  if (!made) return;
  again();
  await reveal(made);
}

async function rotate(one, again) {
  const made = await dialog(t('rotateAsk'), (close) => {
    const overlap = field({
      name: 'overlap_seconds',
      label: t('overlap'),
      kind: 'select',
      value: '86400',
      options: ['0', '3600', '86400', '604800'].map((value) => [value, t(`o_${value}`)]),
    });
    return form(
      async () => close(await api.post(`/v1/keys/${one.id}/rotate`, { overlap_seconds: Number(overlap.control.value) })),
      el('p', null, t('rotateText')),
      overlap,
      el(
        'div.acts.end',
        null,
        button('plain', 'cancel', () => close()),
        submit('rotate', 'key'),
      ),
    );
  });
  if (!made) return;
  again();
  await reveal(made);
}

function reveal(key) {
  if (key.kind === 'widget') tab.set('kalamna:widget-key', key.secret);
  return dialog(
    t('keyReady'),
    () =>
      key.kind === 'widget'
        ? embedCode(key.secret)
        : el(
            'div.secret-box',
            null,
            note('warn', t('keyOnce')),
            codeBox(key.secret, t('k_server')),
            el('p.small', null, t('serverUse')),
            codeBox(`Authorization: Bearer ${key.secret}`),
          ),
    'wide',
  );
}
