// What shows once a conversation is over: stars, a comment, and the way to a new one.
import { $ } from './page.js';
import { explain, t } from './texts.js';

export class Ended {
  /** `on`: { rate(rating, comment) → promise, again() } */
  constructor(on) {
    this.on = on;
    this.rating = 0;
    for (let value = 1; value <= 5; value += 1) $('stars').append(this.star(value));
    $('feedback').addEventListener('submit', (event) => { event.preventDefault(); this.send(); });
    $('again').addEventListener('click', () => on.again());
  }

  star(value) {
    const label = document.createElement('label');
    const input = document.createElement('input');
    const sign = document.createElement('span');
    Object.assign(input, { type: 'radio', name: 'rating', value: String(value), className: 'sr' });
    sign.textContent = '★';
    sign.setAttribute('aria-hidden', 'true');
    label.append(input, sign);
    input.addEventListener('change', () => {
      this.rating = value;
      this.paint();
      $('comment-row').hidden = false;
      clearTimeout(this.timer);                       // arrow keys walk over the stars: send the one they stop at
      this.timer = setTimeout(() => this.send(), 700);
    });
    return label;
  }

  paint() {
    [...$('stars').children].forEach((label, i) => {
      label.classList.toggle('on', i < this.rating);
      label.firstElementChild.setAttribute('aria-label', t(`star${i + 1}`));
    });
  }

  async send() {
    clearTimeout(this.timer);
    if (!this.rating) return;
    const comment = $('comment').value.trim();
    try {
      await this.on.rate(this.rating, comment);
      $('thanks').textContent = t('thanks');
      if (comment) $('comment-row').hidden = true;
    } catch (error) {
      $('thanks').textContent = explain(error);
    }
  }

  show(expired, focus) {
    if (!$('ended').hidden) return;
    this.paint();
    $('ended-title').textContent = t(expired ? 'expired' : 'ended');
    $('composer').hidden = true;
    $('ended').hidden = false;
    if (focus) $('ended-title').focus({ preventScroll: true });
  }

  hide() {
    clearTimeout(this.timer);
    this.rating = 0;
    $('feedback').reset();
    $('thanks').textContent = '';
    $('comment-row').hidden = true;
    $('ended').hidden = true;
    $('composer').hidden = false;
    this.paint();
  }
}
