// Who the customer is, beside the conversation.
import { api, query } from './dash-api.js';
import { bdi, el } from './dash-dom.js';
import { nameOf } from './dash-inbox-source.js';
import { fullDate, t, when } from './dash-text.js';
import { busy, button, confirm, toast } from './dash-ui.js';

export async function customerDetails(session, user, { blocked }) {
  const others = (await api.get(`/v1/sessions${query({ end_user_id: user.id, limit: 6 })}`)).items.filter(({ id }) => id !== session.id);
  const isBlocked = user.status === 'blocked';
  const change = button(isBlocked ? 'plain' : 'bad', isBlocked ? 'unblock' : 'block', () =>
    busy(change, async () => {
      if (!isBlocked && !(await confirm(t('blockAsk'), t('blockAskText'), 'block'))) return;
      const next = await api.patch(`/v1/end-users/${user.id}`, { status: isBlocked ? 'active' : 'blocked' });
      toast(t('saved'));
      change.closest('dialog')?.close();
      blocked(next);
    }),
  );
  const line = (key, value, ltr) =>
    value && el('div', null, el('dt', null, t(key)), el('dd', null, ltr ? el('bdi', { dir: 'ltr' }, value) : bdi(value)));
  return el(
    'div.customer',
    null,
    el(
      'div.customer-top',
      null,
      el('span.avatar', { 'aria-hidden': 'true' }, [...nameOf(session, user)][0]),
      el('strong', null, bdi(nameOf(session, user))),
    ),
    el(
      'dl.facts',
      null,
      line('d_phone', user.phone, true),
      line('d_email', user.email, true),
      line('d_external', user.external_id, true),
      line('d_channel', t(user.channel)),
      line('d_language', t(`l_${session.locale}`)),
      line('d_first', when(user.first_seen_at)),
      line('d_last', when(user.last_seen_at)),
      line('d_started', fullDate(session.started_at)),
      session.ended_at && line('d_ended', fullDate(session.ended_at)),
    ),
    el('h3', null, t('pastTalks')),
    others.length === 0
      ? el('p.soft.small', null, t('noPast'))
      : el(
          'ul.past',
          null,
          others.map((one) =>
            el(
              'li',
              null,
              el(
                'a',
                { href: `/app/inbox/${one.id}?f=${one.status === 'active' ? 'all' : 'closed'}` },
                when(one.started_at),
                ' · ',
                one.status === 'active'
                  ? one.assigned_admin_id
                    ? t('with_agent', { name: one.assigned_admin_name ?? t('colleague') })
                    : t(`with_${one.handling}`)
                  : t(`is_${one.status}`),
              ),
            ),
          ),
        ),
    change,
  );
}
