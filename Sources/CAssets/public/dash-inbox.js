// The inbox: the list, the chosen conversation beside it, and the keyboard.
import { local } from './dash-api.js';
import { bdi, el, icon, put } from './dash-dom.js';
import { FILTERS, listTalks, nameOf, place } from './dash-inbox-source.js';
import { live } from './dash-live.js';
import { openTalk } from './dash-talk.js';
import { ago, num, t, when, words } from './dash-text.js';
import texts from './dash-texts-inbox.js';
import { toggle } from './dash-forms.js';
import { dialog, empty, iconButton, linkButton, skeleton, trouble } from './dash-ui.js';

words(texts);
const BAD_MOODS = new Set(['angry', 'sad', 'worried']);

export function page(ctx) {
  let filter = '',
    chosen = null,
    sessions = [],
    talk = null,
    loading = 0,
    me = ctx.me;
  const list = el('ul.talk-list', { 'aria-label': t('talks') });
  const search = el('input', { type: 'search', maxlength: 200, dir: 'auto', placeholder: t('findTalk'), 'aria-label': t('findTalk') });
  let typed = 0;
  search.addEventListener('input', () => {
    clearTimeout(typed);
    typed = setTimeout(() => load(true), 300);
  });
  const pane = el('section.talk-pane');
  const tabs = el('nav.segments', { 'aria-label': t('filters') });
  const left = el(
    'section.inbox-list',
    null,
    el('header', null, el('div.acts.between', null, el('h2', null, t('inbox')), iconButton('keyboard', 'shortcuts', help)), search, tabs),
    list,
  );
  const node = el('div.inbox', null, el('h1.sr', { tabindex: '-1' }, t('inbox')), left, pane);

  function drawTabs() {
    put(
      tabs,
      FILTERS.map((one) =>
        el(
          'a',
          { href: `/app/inbox?f=${one}`, 'aria-current': one === filter ? 'true' : null },
          t(`f_${one}`),
          one === 'waiting' && live.waiting.length > 0 && el('span.count', null, num(live.waiting.length)),
        ),
      ),
    );
  }

  const rows = new Map(); // kept between beats, so that focus and scroll stay
  function drawList() {
    if (!sessions.length) {
      rows.clear();
      return put(
        list,
        el(
          'li.empty-row',
          null,
          search.value.trim() ? empty('search', t('noTalks'), t('noTalksText')) : empty(
            filter === 'closed' ? 'check' : 'inbox',
            t(`e_${filter}`),
            t(`e_${filter}Text`),
            filter === 'all' && ctx.isOwner && linkButton('plain', 'embedNow', '/app/keys'),
          ),
        ),
      );
    }
    const wanted = sessions.map((session) => {
      const key = [
        session.last_seq,
        session.handling,
        session.status,
        session.assigned_admin_id,
        session.last_message?.id,
        session.unread,
        session.understanding?.emotion,
        nameOf(session),
        session.id === chosen,
        session.waiting_since && ago(session.waiting_since),
        when(session.last_activity_at),
      ].join('|');
      const old = rows.get(session.id);
      if (old?.key === key) return old.node;
      const made = row(session);
      if (old && old.node.contains(document.activeElement)) {
        old.node.replaceWith(made);
        made.firstElementChild.focus();
      }
      rows.set(session.id, { key, node: made });
      return made;
    });
    if (wanted.length !== list.children.length || wanted.some((one, index) => list.children[index] !== one)) {
      const focused = document.activeElement;
      put(list, wanted);
      if (list.contains(focused)) focused.focus();
    }
    return undefined;
  }

  function row(session) {
    const last = session.last_message;
    const name = nameOf(session);
    const waits = session.status === 'active' && session.handling === 'waiting';
    const mood = session.understanding?.emotion;
    const unread = session.handling === 'bot' ? 0 : session.unread;
    const prefix =
      { bot: t('botPrefix'), admin: session.assigned_admin_id === me.id ? t('youPrefix') : t('teamPrefix') }[last?.sender] ?? '';
    return el(
      'li',
      null,
      el(
        'a.talk-row',
        { href: `/app/inbox/${session.id}?f=${filter}`, 'aria-current': session.id === chosen ? 'true' : null, 'data-id': session.id },
        el(
          `span.avatar${waits ? '.warn' : ''}`,
          { 'aria-hidden': 'true' },
          session.end_user.name ? [...name][0] : icon('person'),
        ),
        el(
          'span.talk-words',
          null,
          el(
            'span.talk-top',
            null,
            el('strong', null, bdi(name)),
            el('time.soft', { datetime: session.last_activity_at }, when(session.last_activity_at)),
          ),
          el(
            'span.talk-last',
            null,
            prefix && el('span.soft', null, prefix),
            el('span.clip', { dir: 'auto' }, last?.text ?? '…'),
          ),
          el(
            'span.chips',
            null,
            stateChip(session),
            unread > 0 && el('span.chip.brand', null, t('unread', { n: unread })),
            BAD_MOODS.has(mood) && el('span.chip.bad', null, t(`emotion_${mood}`)),
            session.channel !== 'widget' && el('span.chip', null, t(session.channel)),
          ),
        ),
      ),
    );
  }

  const stateChip = (session) => {
    if (session.status !== 'active') return filter === 'closed' ? null : el('span.chip', null, t(`is_${session.status}`));
    if (session.handling === 'waiting')
      return el('span.chip.warn', null, icon('clock'), t('waitingFor', { ago: ago(session.waiting_since) }));
    if (session.handling === 'agent')
      return el(
        'span.chip.brand',
        null,
        session.assigned_admin_id === me.id
          ? t('with_me')
          : t('with_agent', { name: session.assigned_admin_name ?? t('colleague') }),
      );
    return filter === 'bot' ? null : el('span.chip', null, icon('bot'), t('with_bot'));
  };

  async function load(fresh = false) {
    const mine = (loading += 1);
    if (fresh) put(list, el('li', null, skeleton(5)));
    try {
      const found = await listTalks(filter, search.value.trim());
      if (mine !== loading) return;
      sessions = found;
      drawTabs();
      drawList();
    } catch (error) {
      if (mine !== loading) return;
      if (fresh)
        put(
          list,
          el(
            'li',
            null,
            trouble(error, () => load(true)),
          ),
        );
    }
  }

  function become(changed) {
    sessions = place(sessions, changed, filter, me, { onlyKnown: Boolean(search.value.trim()) });
    drawTabs();
    drawList();
  }

  function update(next) {
    me = next.me;
    const wanted = FILTERS.includes(next.params.get('f')) ? next.params.get('f') : filter || (live.waiting.length ? 'waiting' : 'all');
    const changed = wanted !== filter;
    filter = wanted;
    const id = next.parts[0] ?? null;
    if (id !== chosen || (!talk && id)) {
      chosen = id;
      talk?.leave();
      talk = id ? openTalk(id, next, { filter: () => filter }) : null;
      put(pane, talk ? talk.node : empty('inbox', t('pick'), t('pickText')));
      node.classList.toggle('in-talk', Boolean(id));
      if (id && matchMedia('(max-width: 56rem)').matches) window.scrollTo(0, 0);
    }
    drawTabs();
    if (changed) load(true);
    else drawList();
    return true;
  }

  const move = (step) => {
    if (!sessions.length) return;
    const at = sessions.findIndex(({ id }) => id === chosen);
    const next = sessions[at < 0 ? 0 : Math.min(Math.max(at + step, 0), sessions.length - 1)];
    ctx
      .go(`/app/inbox/${next.id}?f=${filter}`)
      .then(() => list.querySelector(`[data-id="${CSS.escape(next.id)}"]`)?.scrollIntoView({ block: 'nearest' }));
  };

  const KEYS = {
    KeyJ: () => move(1),
    KeyK: () => move(-1),
    KeyT: () => talk?.act('takeOver'),
    KeyB: () => talk?.act('handBack'),
    KeyE: () => talk?.act('close'),
    KeyR: () => talk?.act('reply'),
    KeyS: () => talk?.act('suggest'),
    KeyI: () => talk?.act('details'),
  };
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector('dialog[open]')) return;
    if (event.target.closest?.('input, textarea, select')) {
      if (event.key === 'Escape') event.target.blur();
      return;
    }
    if (event.key === '?' || event.key === '؟') {
      event.preventDefault();
      help();
      return;
    }
    if (local.get('kalamna:keys') === '0') return;
    const digit = /^Digit([1-5])$/.exec(event.code)?.[1]; // by the place of the key: the same on an Arabic keyboard
    const act = digit ? () => ctx.go(`/app/inbox?f=${FILTERS[digit - 1]}`) : KEYS[event.code];
    if (!act || event.shiftKey) return;
    event.preventDefault();
    act();
  }
  document.addEventListener('keydown', onKey);
  const unwatch = live.watch((changed) => {
    if (document.hidden) return null;
    return changed ? become(changed) : load();
  });
  update(ctx);

  return {
    node,
    update,
    leave() {
      unwatch();
      talk?.leave();
      document.removeEventListener('keydown', onKey);
    },
  };
}

function help() {
  const key = (name) => el('kbd', null, name);
  const line = (keys, words) => el('div', null, el('dt', null, keys.map(key)), el('dd', null, t(words)));
  dialog(t('shortcuts'), () => [
    el(
      'dl.key-list',
      null,
      line(['J'], 'k_next'),
      line(['K'], 'k_previous'),
      line(['T'], 'takeOver'),
      line(['R'], 'k_reply'),
      line(['S'], 'suggest'),
      line(['B'], 'handBack'),
      line(['E'], 'closeTalk'),
      line(['I'], 'k_details'),
      line(['1', '…', '5'], 'k_filters'),
      line(['Esc'], 'k_leave'),
      line(['?'], 'k_help'),
    ),
    toggle({
      label: t('shortcutsOn'),
      hint: t('shortcutsOnHint'),
      checked: local.get('kalamna:keys') !== '0',
      onchange: (event) => local.set('kalamna:keys', event.target.checked ? '1' : '0'),
    }),
  ]);
}
