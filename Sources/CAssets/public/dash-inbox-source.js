// The conversations of the inbox's list: what each filter asks for, and where one that has changed belongs.
import { api, query } from './dash-api.js';
import { t } from './dash-text.js';

const byActivity = (a, b) => b.last_activity_at.localeCompare(a.last_activity_at) || b.id.localeCompare(a.id);
/** Who waits longest comes first. */
const byWait = (a, b) => a.waiting_since.localeCompare(b.waiting_since) || a.id.localeCompare(b.id);
const isActive = (one) => one.status === 'active';

const KINDS = {
  waiting: { ask: { status: 'active', handling: 'waiting', limit: 100 }, has: (one) => isActive(one) && one.handling === 'waiting', by: byWait },
  mine: {
    ask: { status: 'active', handling: 'agent', assigned_admin_id: 'me', limit: 100 },
    has: (one, me) => isActive(one) && one.handling === 'agent' && one.assigned_admin_id === me.id,
  },
  bot: { ask: { status: 'active', handling: 'bot' }, has: (one) => isActive(one) && one.handling === 'bot' },
  all: { ask: { status: 'active' }, has: isActive },
  closed: { ask: { status: 'ended' }, has: (one) => !isActive(one) },
};
export const FILTERS = Object.keys(KINDS);

export async function listTalks(filter, words) {
  const { ask, by = byActivity } = KINDS[filter];
  const { items } = await api.get(`/v1/sessions${query({ limit: 50, ...ask, q: words })}`);
  return items.sort(by);
}

/** The list with a conversation as it is now. `onlyKnown`: what is not on the list stays away (a search decides what is). */
export function place(list, changed, filter, me, { onlyKnown = false } = {}) {
  const { has, by = byActivity } = KINDS[filter];
  const others = list.filter(({ id }) => id !== changed.id);
  const wasKnown = others.length < list.length;
  return has(changed, me) && (wasKnown || !onlyKnown) ? [...others, changed].sort(by) : others;
}

export function nameOf(session, user = session.end_user) {
  return user.name || user.phone || user.email || t('customerNumber', { n: String(session.end_user_id).slice(-4).toUpperCase() });
}

let team = null;

/** Colleagues by id. */
export async function colleagues() {
  team ??= api.get('/v1/team').then(
    (list) => new Map(list.map((one) => [one.id, one])),
    (error) => {
      team = null;
      throw error;
    },
  );
  return team;
}
