// Every word of the chat, in Arabic and English. `t('key')` answers in the current language.

const table = {
  human: ['كلّم موظف', 'Talk to a human'],
  humanWaiting: ['في انتظار موظف', 'Waiting for a human'],
  humanHere: ['معاك موظف', 'A human is here'],
  close: ['تصغير المحادثة', 'Minimise the chat'],
  end: ['إنهاء المحادثة', 'End conversation'],
  endSure: ['متأكد؟ دوس تاني', 'Sure? Press again'],
  log: ['المحادثة', 'Conversation'],
  older: ['عرض الرسائل السابقة', 'Show earlier messages'],
  jump: ['رسائل جديدة ↓', 'New messages ↓'],
  write: ['اكتب رسالتك…', 'Write a message…'],
  send: ['إرسال', 'Send'],
  you: ['أنت', 'You'],
  agent: ['فريق الدعم', 'Support team'],
  bot: ['المساعد', 'Assistant'],
  statusBot: ['مساعد آلي', 'AI assistant'],
  statusTyping: ['بيكتب…', 'Typing…'],
  wait: ['لحظة واحدة…', 'One moment…'],
  opens: ['الفريق راجع ', 'Our team is back '],
  closed: ['الفريق مش موجود دلوقتي', 'Our team is away now'],
  offline: ['مفيش نت. رسائلك هتتبعت أول ما يرجع.', 'You are offline. Your messages will go out when you are back.'],
  retrying: ['بنحاول نتصل تاني…', 'Reconnecting…'],
  sending: ['بيتبعت…', 'Sending…'],
  queued: ['مستنية الاتصال', 'Waiting for a connection'],
  sent: ['اتبعتت', 'Sent'],
  failed: ['ما اتبعتتش', 'Not sent'],
  again: ['حاول تاني', 'Try again'],
  sources: ['المصادر', 'Sources'],
  up: ['الرد مفيد', 'Helpful'],
  down: ['الرد مش مفيد', 'Not helpful'],
  ended: ['المحادثة انتهت', 'This conversation has ended'],
  newChat: ['محادثة جديدة', 'New conversation'],
  rate: ['رأيك في الخدمة إيه؟', 'How did we do?'],
  comment: ['تحب تضيف حاجة؟ (اختياري)', 'Anything to add? (optional)'],
    thanks: ['شكرًا! تقييمك وصل.', 'Thank you! We got your rating.'],
  stars: ['من 5', 'of 5'],
  noKey: ['الرابط ناقص. اطلب الرابط الصحيح من المتجر.', 'This link is incomplete. Ask the shop for the right one.'],
  unreached: ['مش قادرين نوصل للخدمة. اتأكد من النت وحاول تاني.', 'We can’t reach the service. Check your connection and try again.'],
  fine: ['الرد الآلي ممكن يغلط · كلمنا', 'The assistant can be wrong · Kalamna'],
  today: ['النهارده', 'Today'],
  yesterday: ['امبارح', 'Yesterday'],
};

let english = false;

export const lang = () => (english ? 'en' : 'ar');
export const t = (key) => table[key][Number(english)];

/** Chooses the language ("ar-EG" counts as "ar") and writes every text marked with data-t… into the page. */
export function setLang(wanted) {
  if (wanted) english = !/^ar/i.test(wanted);
  document.documentElement.lang = lang();
  document.documentElement.dir = english ? 'ltr' : 'rtl';
  for (const el of document.querySelectorAll('[data-t]')) el.textContent = t(el.dataset.t);
  for (const el of document.querySelectorAll('[data-t-label]')) name(el, t(el.dataset.tLabel));
}

/** What a control without words is called; in an empty box it is read as its hint. */
export function name(el, words) {
  el.setAttribute('aria-label', words);
  if (el.matches('textarea')) el.placeholder = words;
  else if (el.matches('button')) el.title = words;
}

/** Western digits on purpose: the shops' own prices and numbers are written with them. */
export const format = (date, form) => new Intl.DateTimeFormat(english ? 'en-GB' : 'ar-EG-u-nu-latn', form).format(date);

export const clock = (date) => format(date, { hour: 'numeric', minute: '2-digit' });

export function day(date) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (date >= midnight) return t('today');
  if (date >= midnight - 86_400_000) return t('yesterday');
  return format(date, { weekday: 'long', day: 'numeric', month: 'long' });
}

/** What went wrong, in words: the server's own sentence when it sent one (problem+json), else ours. */
export function explain({ problem }) {
  const fields = (problem?.errors ?? []).map((e) => e.message).join(' ');
  return fields || problem?.detail || t('unreached');
}
