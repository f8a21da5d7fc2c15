// The editor of questions with answers.
import { el, put } from './dash-dom.js';
import { t } from './dash-text.js';
import { field } from './dash-forms.js';
import { button } from './dash-ui.js';

/** `follow`: a title that takes the first question over until somebody writes one. */
export function pairsEditor(given, { changed, follow }) {
  const pairs = given.map((one) => ({ also: [], ...one }));
  const node = el('div.pairs');
  let follows = Boolean(follow);
  follow?.addEventListener('input', () => {
    follows = false;
  });

  const draw = (focus = -1) => {
    put(
      node,
      pairs.map((pair, index) => {
        const question = field({
          name: `content.pairs.${index}.question`,
          label: t('question'),
          value: pair.question,
          required: true,
          maxlength: 500,
          oninput: (event) => {
            pair.question = event.target.value;
            if (index === 0 && follows) follow.value = pair.question.slice(0, 200);
          },
        });
        const answer = field({
          name: `content.pairs.${index}.answer`,
          label: t('answer'),
          kind: 'area',
          rows: 4,
          value: pair.answer,
          required: true,
          maxlength: 5000,
          oninput: (event) => {
            pair.answer = event.target.value;
          },
        });
        const also = field({
          name: `content.pairs.${index}.also`,
          label: t('also'),
          kind: 'area',
          rows: 3,
          value: pair.also.join('\n'),
          hint: t('alsoHint'),
          oninput: (event) => {
            pair.also = event.target.value
              .split('\n')
              .map((one) => one.trim())
              .filter(Boolean);
          },
        });
        if (focus === index) setTimeout(() => question.control.focus());
        if (focus < 0 && index === 0 && !pair.answer) setTimeout(() => (pair.question ? answer : question).control.focus());
        return el(
          'div.pair',
          null,
          question,
          answer,
          el('details', { open: pair.also.length > 0 }, el('summary', null, t('also')), also),
          pairs.length > 1 &&
            button(
              'bad',
              'removePair',
              () => {
                pairs.splice(index, 1);
                changed();
                draw(Math.max(index - 1, 0));
              },
              'trash',
            ),
        );
      }),
      button(
        'plain',
        'addPair',
        () => {
          pairs.push({ question: '', answer: '', also: [] });
          changed();
          draw(pairs.length - 1);
        },
        'plus',
      ),
    );
  };
  draw();
  return { node, value: () => pairs.map(({ question, answer, also }) => ({ question, answer, ...(also.length ? { also } : {}) })) };
}
