// How sure the bot must be: the slider, and what another value would have changed.
import { el, svg } from './dash-dom.js';
import { num, percent, t } from './dash-text.js';

export function thresholdField(value, effect, disabled) {
  const said = el('p.small', { 'aria-live': 'polite' });
  const shown = el('output', null);
  const chart = effect?.questions ? curve(effect) : null;
  const range = el('input', {
    type: 'range',
    min: 0,
    max: 1,
    step: 0.05,
    value,
    disabled,
    'aria-label': t('threshold'),
    name: 'confidence_threshold',
  });
  let touched = false;
  const draw = () => {
    const at = touched ? Number(range.value) : value;
    shown.textContent = percent(at);
    range.setAttribute('aria-valuetext', percent(at));
    chart?.mark(at);
    if (!effect?.questions) {
      said.textContent = t('thresholdNone');
      return;
    }
    const step = effect.steps.reduce((best, one) => (Math.abs(one.threshold - at) < Math.abs(best.threshold - at) ? one : best));
    said.textContent = `${t('thresholdEffect', { answered: num(step.answered), questions: num(effect.questions), share: percent(step.answered / effect.questions) })} ${t('thresholdBad', { n: step.thumbs_down })}`;
  };
  range.addEventListener('input', () => {
    touched = true;
    draw();
  });
  draw();
  return {
    value: () => (touched ? Number(range.value) : value), // the slider's steps don't change what nobody moved
    node: el(
      'div.field.threshold',
      { 'data-field': 'confidence_threshold' },
      el('div.acts.between', null, el('strong', null, t('threshold')), shown),
      el('p.hint', null, t('thresholdHint')),
      range,
      el(
        'div.acts.between.small.soft',
        { 'aria-hidden': 'true' },
        el('span', null, t('thresholdLow')),
        el('span', null, t('thresholdHigh')),
      ),
      chart?.node,
      said,
      el('p.wrong'),
    ),
  };
}

/** Share of answered questions by threshold, as a line. */
function curve({ questions, steps }) {
  const [width, height] = [300, 60];
  const x = (threshold) => threshold * width;
  const points = steps.map(
    (step) => `${x(step.threshold).toFixed(1)},${(height - 4 - (step.answered / questions) * (height - 8)).toFixed(1)}`,
  );
  const line = svg('line', { y1: 0, y2: height, class: 'at' });
  const node = svg(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', class: 'curve', role: 'img', 'aria-label': t('thresholdChart') },
    svg('path', { d: `M0,${height} L${points.join(' L')} L${width},${height} Z`, class: 'area' }),
    svg('polyline', { points: points.join(' '), class: 'edge' }),
    line,
  );
  return {
    node,
    mark: (at) => {
      line.setAttribute('x1', x(at));
      line.setAttribute('x2', x(at));
    },
  };
}
