// One item of the knowledge: its editor, how it is cut into passages, its versions.
import { api } from './dash-api.js';
import { askPanel } from './dash-ask.js';
import { bdi, el } from './dash-dom.js';
import { pairsEditor } from './dash-pairs.js';
import { fullDate, t, words } from './dash-text.js';
import texts from './dash-texts-knowledge.js';
import { field, form, submit } from './dash-forms.js';
import { busy, button, card, chip, confirm, heading, note, show, tabs, toast } from './dash-ui.js';
import { versionsPanel } from './dash-versions.js';

words(texts);

export async function page(ctx) {
  const isNew = ctx.parts[0] === 'new';
  const kind = ctx.params.get('kind') === 'text' ? 'text' : 'faq';
  const asked = (ctx.params.get('q') ?? '').slice(0, 500);
  const gap = ctx.params.get('gap');
  const [item, categories] = await Promise.all([
    isNew
      ? {
          title: asked.slice(0, 200),
          category: '',
          language: '',
          content: kind === 'text' ? { kind, text: '' } : { kind, pairs: [{ question: asked, answer: '', also: [] }] },
        }
      : api.get(`/v1/knowledge/${encodeURIComponent(ctx.parts[0])}`),
    api.get('/v1/knowledge/categories').catch(() => []),
  ]);
  let dirty = false;
  const isText = item.content.kind === 'text';

  const title = field({
    name: 'title',
    label: t('title'),
    value: item.title,
    required: true,
    maxlength: 200,
    hint: t('titleHint'),
    autofocus: isNew && isText ? true : null,
  });
  const listID = 'categories';
  const category = field({
    name: 'category',
    label: t('category'),
    value: item.category === 'general' ? '' : item.category,
    maxlength: 60,
    list: listID,
    placeholder: t('categoryLike'),
    optional: true,
  });
  const language = field({
    name: 'language',
    label: t('languageOf'),
    kind: 'select',
    value: isNew ? '' : item.language,
    options: [
      ['', t('lang_auto')],
      ['ar', t('lang_ar')],
      ['en', t('lang_en')],
      ['mixed', t('lang_mixed')],
    ],
  });
  const text =
    isText &&
    field({
      name: 'content.text',
      label: t('text'),
      kind: 'area',
      rows: 16,
      value: item.content.text,
      required: true,
      maxlength: 200_000,
      hint: t('textHint'),
    });
  const pairs =
    !isText &&
    pairsEditor(item.content.pairs, {
      changed: () => {
        dirty = true;
      },
      follow: isNew ? title.control : null,
    });
  const content = () => (isText ? { kind: 'text', text: text.control.value } : { kind: 'faq', pairs: pairs.value() });

  const save = async () => {
    const body = { title: title.control.value, content: content() };
    if (category.control.value.trim()) body.category = category.control.value.trim();
    if (language.control.value) body.language = language.control.value;
    if (item.external_id) body.external_id = item.external_id;
    const stored = isNew ? await api.post('/v1/knowledge', body) : await api.put(`/v1/knowledge/${item.id}`, body);
    dirty = false;
    const closed =
      gap &&
      (await api.patch(`/v1/content-gaps/${encodeURIComponent(gap)}`, { status: 'resolved', resolving_item_id: stored.id }).then(
        () => true,
        () => false,
      ));
    toast([t(isNew ? 'savedNew' : 'savedVersion'), closed && t('gapClosed')].filter(Boolean).join(' '));
    await ctx.go(gap ? '/app/gaps' : `/app/knowledge/${stored.id}`, { replace: true, force: true });
  };
  const editor = form(
    save,
    isText ? [title, text] : [pairs.node, title],
    el('div.row', null, category, language),
    el(
      'datalist',
      { id: listID },
      categories.map((one) => el('option', { value: one.name })),
    ),
    submit('save', 'check'),
  );
  editor.addEventListener('input', () => {
    dirty = true;
  });
  editor.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.code === 'KeyS') {
      event.preventDefault();
      editor.requestSubmit();
    }
  });

  const preview = () => {
    const box = el('div');
    show(
      box,
      async () => {
        const chunks = await api.post('/v1/knowledge/preview', { title: title.control.value.trim() || undefined, content: content() });
        return [
          el('p.soft', null, t('previewText')),
          el(
            'ol.chunks',
            null,
            chunks.map((chunk, index) =>
              el(
                'li.chunk',
                null,
                el('div.chips', null, chip(t('passage', { n: index + 1 })), chunk.heading && chip(bdi(chunk.heading), 'brand')),
                el('p', { dir: 'auto' }, chunk.content),
                chunk.answer && el('p', { dir: 'auto' }, chunk.answer),
              ),
            ),
          ),
        ];
      },
      3,
    );
    return box;
  };
  const panels = tabs([
    ['content', t('t_content'), () => card(null, editor)],
    ['preview', t('t_preview'), preview],
    ...(isNew
      ? []
      : [
          [
            'versions',
            t('t_versions'),
            () =>
              versionsPanel(item, () => {
                dirty = false;
                ctx.redraw();
              }),
          ],
        ]),
  ]);
  panels.node.addEventListener('click', (event) => {
    if (event.target.closest('[data-id=content]')) panels.forget('preview');
  });

  const remove = button(
    'bad',
    'deleteItem',
    () =>
      busy(remove, async () => {
        if (!(await confirm(t('deleteAsk'), t('deleteText'), 'delete'))) return;
        await api.delete(`/v1/knowledge/${item.id}`);
        dirty = false;
        toast(t('deleted'));
        await ctx.go('/app/knowledge', { replace: true, force: true });
      }),
    'trash',
  );
  const fact = (key, value) => value && el('div', null, el('dt', null, t(key)), el('dd', null, value));
  return {
    isDirty: () => dirty,
    node: el(
      'div',
      null,
      el('p.crumb', null, el('a', { href: gap ? '/app/gaps' : '/app/knowledge' }, t(gap ? 'gaps' : 'knowledge'))),
      heading(isNew ? t(isText ? 'newText' : 'newPairs') : bdi(item.title), null, !isNew && remove),
      gap && asked && note('info', t('answering'), ' ', el('strong', null, bdi(asked))),
      item.failure_reason && note('bad', item.failure_reason),
      el(
        'div.editor-columns',
        null,
        panels.node,
        el(
          'div.stack',
          null,
          !isNew &&
            card(
              t('about'),
              el(
                'dl.facts',
                null,
                fact('a_state', chip(t(`s_${item.status}`), { ready: 'good', failed: 'bad' }[item.status] ?? 'warn')),
                fact('a_changed', fullDate(item.updated_at)),
                fact('a_version', String(item.version)),
                fact('a_from', t(`from_${item.base_type}`)),
                item.external_id && fact('a_external', bdi(item.external_id)),
              ),
            ),
          askPanel(asked || (isText ? '' : (item.content.pairs[0]?.question ?? ''))),
        ),
      ),
    ),
  };
}
