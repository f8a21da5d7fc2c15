// What shows once a conversation is over: stars, a comment, and the way to a new one.
import { $ } from './page.js';
import { explain, name, t } from './texts.js';

export class Ended {
  /** `on`: { rate(rating, comment) → promise, again() } */
  constructor(on) {
    Object.assign(this, { on, rating: 0 });
    $('stars').append(...[1, 2, 3, 4, 5].map((value) => this.star(value)));
    $('feedback').addEventListener('submit', (event) => { event.preventDefault(); this.send(); });
    $('again').addEventListener('click', on.again);
  }

  star(value) {
    const label = document.createElement('label');
    const input = Object.assign(document.createElement('input'), { type: 'radio', name: 'rating', className: 'sr' });
    const sign = Object.assign(document.createElement('span'), { textContent: '★', ariaHidden: 'true' });
    label.append(input, sign);
    input.addEventListener('change', () => {
      this.rating = value;
      this.paint();
      clearTimeout(this.timer);                       // arrow keys walk over the stars: send the one they stop at
      this.timer = setTimeout(() => this.send(), 700);
    });
    return label;
  }

  paint() {
    $('comment-row').hidden = !this.rating;
    [...$('stars').children].forEach((label, i) => {
      label.classList.toggle('on', i < this.rating);
      name(label.firstElementChild, `${i + 1} ${t('stars')}`);
    });
  }

  async send() {
    clearTimeout(this.timer);
    const comment = $('comment').value.trim();
    try {
      await this.on.rate(this.rating, comment);
      $('thanks').textContent = t('thanks');
      if (comment) $('comment-row').hidden = true;
    } catch (error) {
      $('thanks').textContent = explain(error);
    }
  }

  show() {
    this.rating = 0;
    $('feedback').reset();
    $('thanks').textContent = '';
    this.paint();
    $('composer').hidden = true;
    $('ended').hidden = false;
  }

  hide() {
    $('ended').hidden = true;
    $('composer').hidden = false;
  }
}
