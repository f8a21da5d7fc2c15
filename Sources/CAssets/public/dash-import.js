// Knowledge from a CSV or JSON file: first what would happen, then the import.
import { upload } from './dash-api.js';
import { el, icon, put } from './dash-dom.js';
import { num, percent, t, words } from './dash-text.js';
import texts from './dash-texts-knowledge.js';
import { button, card, heading, note, toast } from './dash-ui.js';

words(texts);
const MOST = 20 * 1024 * 1024;

export function page(ctx) {
  const box = el('div', { 'aria-live': 'polite' });
  const input = el('input', {
    type: 'file',
    accept: '.csv,.json,.tsv,.txt,text/csv,application/json',
    onchange: () => {
      if (input.files[0]) take(input.files[0]);
      input.value = '';
    },
  });
  const drop = el('label.drop', null, input, icon('upload'), el('strong', null, t('drop')), el('span.soft.small', null, t('dropHint')));
  for (const [name, on] of [
    ['dragover', true],
    ['dragleave', false],
    ['drop', false],
  ]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle('over', on);
      if (name === 'drop' && event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
    });
  }

  async function take(file) {
    if (/\.(xlsx?|ods|numbers)$/i.test(file.name)) return put(box, note('warn', t('isExcel')));
    if (file.size > MOST) return put(box, note('bad', t('tooBig')));
    put(box, note('info', t('reading')));
    try {
      const text = decode(new Uint8Array(await file.arrayBuffer()));
      offer(file, text, await send(text, true));
    } catch (error) {
      put(
        box,
        note(
          'bad',
          el('p', null, error.message),
          error.fields?.map((one) => el('p.small', null, one.message)),
        ),
      );
    }
    return undefined;
  }

  function send(text, dryRun) {
    const bar = el('progress', { max: 1, value: 0 });
    const said = el('span');
    put(box, card(null, el('p', null, said), bar));
    const tell = (share) => {
      bar.value = share;
      said.textContent = share < 1 ? t('uploading', { value: percent(share) }) : t('reading');
    };
    tell(0);
    return upload(`/v1/knowledge/import?dry_run=${dryRun}`, { file: text }, tell);
  }

  function offer(file, text, report) {
    const { created, updated, unchanged, rejected } = report;
    if (rejected.length) {
      return put(
        box,
        note('warn', el('strong', null, t('rejectedTitle', { n: rejected.length })), el('p', null, t('rejectedText'))),
        el(
          'div.table-box',
          { tabindex: '0' },
          el(
            'table',
            null,
            el(
              'thead',
              null,
              el(
                'tr',
                null,
                ['rowNo', 'columnName', 'problem'].map((key) => el('th', { scope: 'col' }, t(key))),
              ),
            ),
            el(
              'tbody',
              null,
              rejected
                .slice(0, 200)
                .map((one) =>
                  el('tr', null, el('td.num', null, num(one.row)), el('td.mono', null, one.field), el('td.wrap', null, one.message)),
                ),
            ),
          ),
        ),
      );
    }
    const number = (value, key) => el('div.number', null, el('strong', null, num(value)), el('span', null, t(key)));
    const go = button(
      'main',
      'doImport',
      async () => {
        try {
          const done = await send(text, false);
          toast(t('imported', { created: done.created, updated: done.updated }));
          ctx.go('/app/knowledge', { force: true });
        } catch (error) {
          put(box, note('bad', error.message));
        }
      },
      'check',
    );
    put(
      box,
      card(
        t('willDo'),
        el('p.soft', { dir: 'auto' }, file.name),
        el('div.numbers', null, number(created, 'willCreate'), number(updated, 'willUpdate'), number(unchanged, 'willKeep')),
        created + updated > 0
          ? el(
              'div.acts',
              null,
              go,
              button('plain', 'otherFile', () => input.click()),
            )
          : note('info', t('nothingToDo')),
      ),
    );
    go.focus();
    return undefined;
  }

  return el(
    'div',
    null,
    el('p.crumb', null, el('a', { href: '/app/knowledge' }, t('knowledge'))),
    heading(t('importTitle'), t('importText')),
    el(
      'div.stack',
      null,
      drop,
      box,
      card(t('columns'), el('p.soft', null, t('columnsText')), el('pre.sample', { tabindex: '0', dir: 'auto' }, t('sampleCSV'))),
    ),
  );
}

/** UTF-8, UTF-16 with its mark, or what Arabic Excel on Windows writes. */
function decode(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1256').decode(bytes);
  }
}
