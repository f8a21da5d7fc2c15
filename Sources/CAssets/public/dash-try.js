// A real conversation with the bot, through the same door as a customer's: the widget API with a website key.
import { newId } from './dash-api.js';
import { el, icon } from './dash-dom.js';
import { lang, t, words } from './dash-text.js';
import texts from './dash-texts-start.js';
import { note } from './dash-ui.js';

words(texts);

async function ask(token, method, path, body, signal) {
  const response = await fetch(`/v1/widget${path}`, {
    method,
    signal,
    cache: 'no-store',
    credentials: 'omit',
    headers: {
      Authorization: `Bearer ${token}`,
      'Accept-Language': lang(),
      Accept: 'application/json',
      ...(body ? { 'Content-Type': 'application/json' } : {}),
    },
    body: body ? JSON.stringify(body) : undefined,
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.detail ?? t('errServer'));
  return answer;
}

/** `{ node, stop }`: call `stop` when the page is left. */
export function tryChat(key) {
  const log = el('div.try-log', { role: 'log', 'aria-live': 'polite', 'aria-label': t('chat'), tabindex: '0' });
  const text = el('textarea', { rows: 1, maxlength: 4000, dir: 'auto', 'aria-label': t('tryWrite'), placeholder: t('tryWrite') });
  const typing = el('p.bubble.out.typing', { hidden: true }, t('typing'));
  const asks = el(
    'div.chips.try-asks',
    null,
    ['tryAsk1', 'tryAsk2', 'tryAsk3'].map((one) =>
      el('button.button.plain', { type: 'button', dir: 'auto', onclick: () => send(t(one)) }, t(one)),
    ),
  );
  const stop = new AbortController();
  const seen = new Set();
  let token = null,
    last = 0,
    started = null;

  const say = (...kids) => {
    log.insertBefore(kids[0], typing);
    log.scrollTo({ top: log.scrollHeight });
  };
  const fail = (error) => {
    if (!stop.signal.aborted) {
      typing.hidden = true;
      say(note('bad', error.message));
    }
  };

  function receive(messages) {
    for (const message of messages) {
      if (seen.has(message.seq)) continue;
      seen.add(message.seq);
      last = Math.max(last, message.seq);
      if (message.sender === 'user') continue;
      typing.hidden = true;
      const titles = [...new Set((message.citations ?? []).map((one) => one.title).filter(Boolean))];
      say(
        el(
          `p.bubble.out${message.sender === 'system' ? '.system' : ''}`,
          { dir: 'auto' },
          message.text,
          titles.length > 0 && el('small', { dir: 'auto' }, t('trySource'), titles.join('، ')),
        ),
      );
    }
  }

  async function begin() {
    const made = await ask(key, 'POST', '/sessions', { locale: lang() }, stop.signal);
    token = made.token;
    receive(made.messages ?? []);
    listen();
  }

  async function listen() {
    while (!stop.signal.aborted) {
      try {
        const news = await ask(token, 'GET', `/session/events?after=${last}&wait=20`, null, stop.signal);
        receive(news.messages);
      } catch {
        if (stop.signal.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, 3000));
      }
    }
  }

  async function send(words) {
    const trimmed = words.trim();
    if (!trimmed) return;
    asks.hidden = true;
    say(el('p.bubble.in', { dir: 'auto' }, trimmed));
    typing.hidden = false;
    log.scrollTo({ top: log.scrollHeight });
    try {
      await (started ??= begin());
      await ask(token, 'POST', '/session/messages', { client_message_id: newId(), text: trimmed }, stop.signal);
    } catch (error) {
      fail(error);
    }
    setTimeout(() => {
      typing.hidden = true;
    }, 15_000);
  }

  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  const composer = el(
    'form.try-composer',
    {
      onsubmit: (event) => {
        event.preventDefault();
        send(text.value);
        text.value = '';
        text.focus();
      },
    },
    text,
    el('button.button.main', { type: 'submit', 'aria-label': t('send') }, icon('send')),
  );
  log.append(typing);
  started = begin();
  started.catch((error) => {
    started = null;
    fail(error);
  });
  return { node: el('div.try', null, log, asks, composer), stop: () => stop.abort() };
}
