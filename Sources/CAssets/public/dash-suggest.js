// What helps an agent to answer: replies from the knowledge, canned replies, and the team's notes.
import { api } from './dash-api.js';
import { bdi, el, put } from './dash-dom.js';
import { field, form, submit } from './dash-forms.js';
import { percent, t, when } from './dash-text.js';
import { busy, button, confirm, dialog, iconButton, skeleton, toast, trouble } from './dash-ui.js';

/** The reply that the knowledge offers for the customer's last messages, and behind it what else is near the question. */
export async function suggestReplies(at, question, use, close) {
  const [first, { hits }] = await Promise.all([
    api.post(`${at}/suggestion`),
    api.post('/v1/search', { query: question.slice(0, 1000), limit: 3 }),
  ]);
  const known = new Set(first.citations.map((one) => one.item_id));
  const choices = [
    ...(first.text ? [{ title: first.citations[0].title, share: first.confidence, text: first.text }] : []),
    ...hits.filter((hit) => !known.has(hit.item_id)).map((hit) => ({ title: hit.title, share: hit.score, text: hit.answer ?? hit.content })),
  ];
  return box(
    'suggestTitle',
    close,
    choices.length === 0 && el('p.soft', null, t('suggestNone')),
    choices.map(({ title, share, text }) => choice(title, percent(share), text, use)),
  );
}

const box = (title, close, ...kids) =>
  el(
    'section.suggest-box',
    { 'aria-label': t(title) },
    el('div.acts.between', null, el('h3', null, t(title)), iconButton('close', 'close', close)),
    el('ul', null, ...kids),
  );

const choice = (title, aside, text, use) =>
  el(
    'li',
    null,
    el(
      'button',
      { type: 'button', onclick: () => use(text) },
      el('span', null, el('strong', null, bdi(title)), el('span.soft.small', null, ` ${aside}`)),
      el('span.clip-2', { dir: 'auto' }, text),
    ),
  );

// ── canned replies ──────────────────────────────────────────────────────────────────────────────────────────────────

const filled = (text, names) => text.replaceAll('{{name}}', names.customer).replaceAll('{{agent}}', names.agent);

/** The canned reply whose shortcut these words are (`/شكرا`), with the names in it; null when there is none. */
export async function cannedReply(words, names) {
  const shortcut = words.slice(1).toLowerCase();
  const found = (await api.get('/v1/canned-replies')).find((one) => one.shortcut === shortcut);
  return found ? filled(found.text, names) : null;
}

/** `draft`: what stands in the reply box, which can be kept. */
export function cannedReplies(draft, names, use) {
  return dialog(t('canned'), (close) => {
    const list = el('ul', null, skeleton(3));
    const load = () =>
      api.get('/v1/canned-replies').then(
        (replies) => put(list, replies.length === 0 ? el('p.soft', null, t('cannedNone')) : replies.map(row)),
        (error) => put(list, trouble(error, load)),
      );
    const row = (reply) => {
      const remove = iconButton('trash', 'delete', () =>
        busy(remove, async () => {
          if (!(await confirm(t('cannedDelete'), reply.title, 'delete'))) return;
          await api.delete(`/v1/canned-replies/${reply.id}`);
          await load();
        }),
      );
      const made = choice(reply.title, `/${reply.shortcut}`, filled(reply.text, names), (text) => {
        close();
        use(text);
      });
      made.className = 'acts';
      made.append(remove);
      return made;
    };
    load();
    const title = field({ name: 'title', label: t('cannedTitle'), required: true, maxlength: 80 });
    const shortcut = field({ name: 'shortcut', label: t('cannedShortcut'), required: true, maxlength: 30, hint: t('cannedShortcutHint') });
    const text = field({ name: 'text', label: t('cannedText'), kind: 'area', required: true, maxlength: 4000, value: draft, hint: t('cannedTextHint') });
    const keep = form(
      async () => {
        await api.post('/v1/canned-replies', { title: title.control.value, shortcut: shortcut.control.value, text: text.control.value });
        toast(t('saved'));
        keep.reset();
        await load();
      },
      title,
      shortcut,
      text,
      submit('save', 'check'),
    );
    return [el('section.suggest-box', null, list), el('details', null, el('summary', null, t('cannedAdd')), keep)];
  });
}

// ── notes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the team has noted down about a conversation; customers never see it. */
export async function teamNotes(at) {
  const notes = await api.get(`${at}/notes`);
  const list = el('ul.past', null);
  const draw = () =>
    put(
      list,
      notes.map((note) =>
        el(
          'li',
          null,
          el('p', { dir: 'auto' }, note.text),
          el('p.soft.small', null, bdi(note.admin_name ?? t('colleague')), ` · ${when(note.created_at)}`),
        ),
      ),
    );
  const text = el('textarea', { rows: 2, maxlength: 2000, dir: 'auto', 'aria-label': t('noteNew'), placeholder: t('noteNew') });
  const add = button('plain', 'noteAdd', () =>
    busy(add, async () => {
      if (!text.value.trim()) return;
      notes.push(await api.post(`${at}/notes`, { text: text.value }));
      text.value = '';
      draw();
    }),
  );
  draw();
  return el('section.form', null, el('h3', null, t('notes')), el('p.soft.small', null, t('notesHint')), list, text, add);
}
