// One message as an agent sees it: who, when, why the bot said so.
import { el, icon } from './dash-dom.js';
import { clock, fullDate, percent, t } from './dash-text.js';
import { button } from './dash-ui.js';

const MOODS = { angry: 'bad', sad: 'warn', worried: 'warn', happy: 'good', grateful: 'good', surprised: '' };

export function messageRow(message, { goesOn, teamName, retry, asked }) {
  const who = { bot: t('bot'), admin: teamName, system: t('system') }[message.sender];
  const node = el(
    `article.talk-message.${message.sender}${goesOn ? '.goes-on' : ''}${message.state ? `.${message.state}` : ''}`,
    null,
    !goesOn && who && message.sender !== 'system' && el('p.talk-from', null, who),
    el('div.bubble', null, el('p.talk-text', { dir: 'auto' }, linked(message.text))),
    message.citations?.length > 0 &&
      el(
        'div.talk-sources',
        null,
        el('span.soft', null, t('sources'), ':'),
        message.citations.map((one) =>
          el(
            'a.chip.brand',
            { href: `/app/knowledge/${one.item_id}`, title: `${one.title} · ${percent(one.score)}`, dir: 'auto' },
            icon('book'),
            one.title,
          ),
        ),
      ),
    el(
      'p.talk-meta',
      null,
      el('time', { datetime: message.created_at, title: fullDate(message.created_at) }, clock(message.created_at)),
      ...signs(message, asked),
      message.state === 'sending' && el('span', null, t('sending')),
      message.state === 'failed' && [el('span.bad-text', null, t('notSent')), button('quiet', 'retry', retry)],
    ),
  );
  return node;
}

/** Mood and topic of a customer's words; outcome, certainty and the customer's thumb of an answer. */
function signs(message, asked) {
  if (message.sender === 'user') {
    const { intent, emotion } = { ...message, ...message.understanding };
    return [
      emotion && emotion !== 'neutral' && el(`span.chip${MOODS[emotion] ? `.${MOODS[emotion]}` : ''}`, null, t(`emotion_${emotion}`)),
      intent && intent !== 'other' && el('span.chip', null, t(`intent_${intent}`)),
    ];
  }
  if (message.sender !== 'bot') return [];
  const { outcome } = message;
  return [
    outcome &&
      !['answered', 'silent'].includes(outcome) &&
      el(`span.chip${['abstained', 'failed'].includes(outcome) ? '.warn' : ''}`, null, t(`o_${outcome}`)),
    outcome === 'answered' &&
      typeof message.confidence === 'number' &&
      el('span', null, t('confidence', { value: percent(message.confidence) })),
    message.thumb &&
      el(
        `span.chip.${message.thumb === 'up' ? 'good' : 'bad'}`,
        { title: t(message.thumb === 'up' ? 'thumbUp' : 'thumbDown') },
        icon(message.thumb),
        el('span.sr', null, t(message.thumb === 'up' ? 'thumbUp' : 'thumbDown')),
      ),
    outcome === 'abstained' &&
      asked &&
      el('a', { href: `/app/knowledge/new?kind=faq&q=${encodeURIComponent(asked.slice(0, 300))}` }, t('writeAnswer')),
    message.thumb === 'down' &&
      message.citations?.[0] &&
      el('a', { href: `/app/knowledge/${message.citations[0].item_id}` }, t('fixAnswer')),
  ];
}

/** Addresses become links that show where they lead; nothing is ever loaded from them. */
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"'«»،؛]+)/).map((part, index) => {
    if (index % 2 === 0) return part;
    const address = part.replace(/[.,:!?)\]]+$/, '');
    let url;
    try {
      url = new URL(address);
    } catch {
      return part;
    }
    if (!['http:', 'https:'].includes(url.protocol)) return part;
    return [
      el('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer nofollow ugc', dir: 'ltr' }, address),
      part.slice(address.length),
    ];
  });
}
