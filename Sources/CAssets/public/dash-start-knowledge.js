// The third step of the start: ready questions, one's own, or a pasted text.
import { api } from './dash-api.js';
import { el, put } from './dash-dom.js';
import { hasBlanks, starter } from './dash-starter.js';
import { t } from './dash-text.js';
import { field, markWrong } from './dash-forms.js';
import { busy, button, iconButton, tabs, toast } from './dash-ui.js';

export function knowledge(ctx, next) {
  const ready = el('span.chip');
  const pairs = starter().map((pair) => ({ ...pair, use: true }));
  const count = () => pairs.filter(isGood).length;
  const isGood = (pair) => pair.use && pair.question.trim() && pair.answer.trim() && !hasBlanks(pair.answer);
  const drawCount = () => {
    ready.textContent = t('starterReady', { n: count() });
    ready.classList.toggle('good', count() > 0);
  };

  const starterCard = (pair) => {
    const state = el('span.chip');
    const answer = el('textarea', { rows: 2, dir: 'auto', 'aria-label': `${t('answer')}: ${pair.question}`, value: pair.answer });
    const draw = () => {
      const blanks = hasBlanks(pair.answer);
      state.className = !pair.use ? 'chip' : blanks ? 'chip warn' : 'chip good';
      state.textContent = t(!pair.use ? 'leftOut' : blanks ? 'hasBlanks' : 'isReady');
      answer.disabled = !pair.use;
      drawCount();
    };
    answer.addEventListener('input', () => {
      pair.answer = answer.value;
      draw();
    });
    answer.addEventListener('focus', () => {
      // the first blank, ready to be typed over
      const blank = /_{2,}/.exec(pair.answer);
      if (blank) setTimeout(() => answer.setSelectionRange(blank.index, blank.index + blank[0].length));
    });
    const use = el('input', {
      type: 'checkbox',
      checked: true,
      'aria-label': `${t('useThis')}: ${pair.question}`,
      onchange: () => {
        pair.use = use.checked;
        draw();
      },
    });
    draw();
    return el(
      'li.starter',
      null,
      el('div.starter-head', null, el('label', null, use, el('strong', { dir: 'auto' }, pair.question)), state),
      answer,
    );
  };

  const own = [{ question: '', answer: '' }];
  const ownBox = el('div.stack');
  const drawOwn = () =>
    put(
      ownBox,
      own.map((pair, index) =>
        el(
          'div.own-pair',
          null,
          field({
            label: t('question'),
            value: pair.question,
            maxlength: 500,
            oninput: (event) => {
              pair.question = event.target.value;
            },
          }),
          field({
            label: t('answer'),
            kind: 'area',
            rows: 2,
            value: pair.answer,
            maxlength: 5000,
            oninput: (event) => {
              pair.answer = event.target.value;
            },
          }),
          own.length > 1 &&
            iconButton('trash', 'removeOwn', () => {
              own.splice(index, 1);
              drawOwn();
            }),
        ),
      ),
      button(
        'plain',
        'addPair',
        () => {
          own.push({ question: '', answer: '' });
          drawOwn();
          [...ownBox.querySelectorAll('input')].at(-1)?.focus();
        },
        'plus',
      ),
    );
  drawOwn();

  const title = field({ name: 'title', label: t('pasteTitle'), maxlength: 200, placeholder: t('pasteTitleLike') });
  const text = field({ name: 'content.text', label: t('paste'), kind: 'area', rows: 9, maxlength: 200_000, placeholder: t('pasteLike') });
  const body = tabs([
    [
      'starter',
      t('fromStarter'),
      () => el('div.stack', null, el('p.soft', null, t('starterText')), ready, el('ul.starters', null, pairs.map(starterCard))),
    ],
    ['pairs', t('fromPairs'), () => ownBox],
    ['text', t('fromText'), () => el('div.form', null, title, text)],
  ]);
  const items = () => [
    ...pairs.filter(isGood).map(({ category, question, answer, also }) => ({
      title: question,
      category,
      content: { kind: 'faq', pairs: [{ question, answer, also }] },
    })),
    ...own
      .filter((pair) => pair.question.trim() && pair.answer.trim())
      .map((pair) => ({ title: pair.question.trim().slice(0, 200), content: { kind: 'faq', pairs: [pair] } })),
    ...(text.control.value.trim()
      ? [
          {
            title: title.control.value.trim() || text.control.value.trim().split('\n')[0].slice(0, 80),
            content: { kind: 'text', text: text.control.value },
          },
        ]
      : []),
  ];
  let stored = 0;
  const node = el('div.card', null, body.node);
  const saveButton = button('main', 'saveAndGo', () =>
    busy(saveButton, async () => {
      const all = items();
      if (!all.length) throw new Error(t('nothingYet'));
      for (const item of all.slice(stored)) {
        try {
          await api.post('/v1/knowledge', item);
        } catch (error) {
          markWrong(node, error);
          return;
        }
        stored += 1; // a repeat after trouble goes on where it stopped
      }
      toast(t('savedItems', { n: all.length }));
      await next();
    }),
  );
  node.append(el('div.acts.between.start-acts', null, button('quiet', 'skipStep', next), saveButton));
  return { node, isDirty: () => stored === 0 && Boolean(text.control.value.trim() || own.some((pair) => pair.answer.trim())) };
}
