// The people of the business and the invitations.
import { api } from './dash-api.js';
import { bdi, el, sentence } from './dash-dom.js';
import { fullDate, t, when, words } from './dash-text.js';
import texts from './dash-texts-admin.js';
import { field, form, submit } from './dash-forms.js';
import { busy, button, chip, codeBox, confirm, dialog, heading, note, show, toast } from './dash-ui.js';

words(texts);

export function page(ctx) {
  const box = el('div');
  const load = () =>
    show(
      box,
      async () => {
        const [team, invitations] = await Promise.all([api.get('/v1/team'), ctx.isOwner ? api.get('/v1/invitations') : []]);
        const open = invitations.filter((one) => !one.accepted_at && !one.revoked_at && new Date(one.expires_at) > new Date());
        return el(
          'div.stack',
          null,
          el(
            'section',
            null,
            el('h2.sr', null, t('people')),
            el(
              'ul.list',
              null,
              team.map((one) => person(ctx, one, load)),
            ),
          ),
          open.length > 0 &&
            el(
              'section',
              null,
              el('h2', null, t('invitations')),
              el(
                'ul.list',
                null,
                open.map((one) => invitation(one, load)),
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
    heading(t('team'), t('teamText'), ...(ctx.isOwner ? [button('main', 'invite', () => invite(load), 'plus')] : [])),
    !ctx.isOwner && note('info', t('ownersOnly')),
    box,
  );
}

function person(ctx, one, again) {
  const isMe = one.id === ctx.me.id;
  const change = async (body) => {
    await api.patch(`/v1/team/${one.id}`, body);
    toast(t('saved'));
    again();
  };
  const role = el(
    'select',
    {
      'aria-label': t('roleOf', { name: one.name }),
      onchange: () =>
        busy(role, () => change({ role: role.value })).then((done) => {
          if (!done) role.value = one.role;
        }),
    },
    ['owner', 'staff'].map((value) => el('option', { value, selected: value === one.role }, t(value))),
  );
  const active = button(one.is_active ? 'quiet' : 'plain', one.is_active ? 'deactivate' : 'activate', () =>
    busy(active, async () => {
      if (one.is_active && !(await confirm(t('deactivateAsk', { name: one.name }), t('deactivateText'), 'deactivate'))) return;
      await change({ is_active: !one.is_active });
    }),
  );
  return el(
    'li',
    null,
    el('span.avatar', { 'aria-hidden': 'true' }, [...one.name][0]),
    el(
      'div.grow',
      null,
      el('strong', null, bdi(one.name)),
      ' ',
      isMe && chip(t('you'), 'brand'),
      !one.is_active && chip(t('inactive'), 'bad'),
      el(
        'span.block.small.soft',
        null,
        el('bdi', { dir: 'ltr' }, one.email),
        ' · ',
        one.last_login_at ? t('lastLogin', { when: when(one.last_login_at) }) : t('neverLogin'),
      ),
    ),
    ctx.isOwner && !isMe ? el('div.acts', null, role, active) : chip(t(one.role)),
  );
}

function invitation(one, again) {
  const take = button('quiet', 'revokeInvite', () =>
    busy(take, async () => {
      await api.delete(`/v1/invitations/${one.id}`);
      again();
    }),
  );
  return el(
    'li',
    null,
    el(
      'div.grow',
      null,
      el('bdi', { dir: 'ltr' }, one.email),
      el('span.block.small.soft', null, t(one.role), ' · ', t('invitedUntil', { when: fullDate(one.expires_at) })),
    ),
    take,
  );
}

async function invite(again) {
  const made = await dialog(t('invite'), (close) => {
    const email = field({ name: 'email', label: t('inviteEmail'), kind: 'email', required: true, maxlength: 254, autofocus: true });
    const roles = ['staff', 'owner'].map((value) =>
      el(
        'label.choice',
        null,
        el('input', { type: 'radio', name: 'role', value, checked: value === 'staff' }),
        el('span', null, el('strong', null, t(value)), t(`${value}Can`)),
      ),
    );
    const made = form(
      async () =>
        close(
          await api.post('/v1/invitations', { email: email.control.value.trim(), role: made.querySelector('[name=role]:checked').value }),
        ),
      email,
      el('fieldset', null, el('legend', null, t('inviteRole')), el('div.choices', null, roles)),
      el(
        'div.acts.end',
        null,
        button('plain', 'cancel', () => close()),
        submit('makeLink', 'link'),
      ),
    );
    return made;
  });
  if (!made) return;
  again();
  await dialog(t('invite'), () => [
    el('p', null, sentence('inviteReady', { email: made.email })),
    codeBox(made.link, t('invite')),
    el('p.soft.small', null, t('inviteOnce', { when: fullDate(made.expires_at) })),
    el(
      'a.button.plain',
      {
        href: `https://wa.me/?text=${encodeURIComponent(t('inviteMessage', { link: made.link }))}`,
        target: '_blank',
        rel: 'noopener noreferrer',
      },
      el('span', null, t('sendWhatsApp')),
    ),
  ]);
}
