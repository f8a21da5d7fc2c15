// The versions of an item: what differs from the present one, and the way back.
import { api } from './dash-api.js';
import { el, put } from './dash-dom.js';
import { colleagues } from './dash-inbox-source.js';
import { fullDate, t } from './dash-text.js';
import { busy, button, show, toast } from './dash-ui.js';

export function versionsPanel(item, restored) {
  const box = el('div');
  show(
    box,
    async () => {
      const [versions, team] = await Promise.all([api.get(`/v1/knowledge/${item.id}/versions`), colleagues().catch(() => new Map())]);
      const shown = el('div', { 'aria-live': 'polite' });
      const list = el(
        'ul.versions',
        null,
        versions.map((version, index) =>
          el(
            'li',
            null,
            el(
              'button',
              {
                type: 'button',
                'aria-pressed': 'false',
                onclick: (event) => {
                  for (const one of list.querySelectorAll('button')) one.setAttribute('aria-pressed', String(one === event.currentTarget));
                  put(shown, compare(version, versions[0], index === 0));
                },
              },
              el('strong', null, t('versionNo', { n: version.version })),
              index === 0 && el('span.chip.good', null, t('current')),
              el(
                'span.soft.small',
                null,
                fullDate(version.created_at),
                team.get(version.created_by) && ` · ${t('by', { name: team.get(version.created_by).name })}`,
                version.restored_from && ` · ${t('restoredFrom', { n: version.restored_from })}`,
              ),
            ),
          ),
        ),
      );
      return [el('p.soft', null, t('versionsText')), list, shown];
    },
    3,
  );

  function compare(version, present, isPresent) {
    const [before, after] = [plain(version), plain(present)];
    if (isPresent || before === after) return [el('pre.diff', { dir: 'auto' }, after), !isPresent && el('p.soft', null, t('same'))];
    const back = button('plain', 'restore', () =>
      busy(back, async () => {
        await api.post(`/v1/knowledge/${item.id}/versions/${version.version}/restore`);
        toast(t('restored', { n: version.version }));
        restored();
      }),
    );
    return [
      el('p.soft.small', null, t('legend')),
      el(
        'div.diff',
        { dir: 'auto' },
        difference(before, after).map(([kind, words]) => (kind ? el(kind, null, words) : words)),
      ),
      el('div.acts.end', null, back),
    ];
  }
  return box;
}

function plain({ title, content }) {
  const body =
    content.kind === 'text'
      ? content.text
      : content.pairs
          .map((pair) => [`؟ ${pair.question}`, ...(pair.also ?? []).map((one) => `~ ${one}`), pair.answer].join('\n'))
          .join('\n\n');
  return `${title}\n\n${body}`;
}

/** Words that went and came: [null | 'del' | 'ins', text]. Long texts are compared line by line, so that a page never hangs. */
export function difference(before, after) {
  const cut = before.length + after.length < 24_000 ? /(\s+)/ : /(\n)/;
  let [a, b] = [before.split(cut), after.split(cut)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [head, tail] = [a.slice(0, start).join(''), end ? a.slice(-end).join('') : ''];
  [a, b] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (a.length * b.length > 9_000_000)
    return [
      [null, head],
      ['del', a.join('')],
      ['ins', b.join('')],
      [null, tail],
    ];
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1)
      longest[i * width + j] =
        a[i] === b[j] ? longest[(i + 1) * width + j + 1] + 1 : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
  }
  const parts = [[null, head]];
  const add = (kind, words) => {
    if (parts.at(-1)[0] === kind) parts.at(-1)[1] += words;
    else parts.push([kind, words]);
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      add(null, a[i]);
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
      add('del', a[i]);
      i += 1;
    } else {
      add('ins', b[j]);
      j += 1;
    }
  }
  add(null, tail);
  return parts.filter(([, words]) => words);
}
