// Every word of the chat page, in Arabic and English. `t('key')` answers in the current language.

const table = {
  ar: {
    human: 'كلّم موظف', humanWaiting: 'في انتظار موظف', humanHere: 'معاك موظف',
    end: 'إنهاء المحادثة', endAsk: 'عايز تنهي المحادثة؟', endYes: 'إنهاء', endNo: 'نكمّل',
    log: 'رسائل المحادثة', chips: 'أسئلة للبداية', older: 'عرض الرسائل السابقة', jump: 'رسائل جديدة',
    write: 'اكتب رسالتك…', send: 'إرسال', you: 'أنت', agent: 'فريق الدعم', bot: 'المساعد',
    statusBot: 'مساعد آلي', statusWaiting: 'بنوصّلك بموظف…', statusAgent: 'معاك حد من الفريق',
    statusTyping: 'بيكتب…', statusStart: 'لحظة واحدة…', statusEnded: 'المحادثة انتهت',
    offline: 'مفيش إنترنت. رسائلك هتتبعت أول ما النت يرجع.', retrying: 'بنحاول نتصل تاني…',
    sending: 'بيتبعت…', queued: 'مستنية النت', sent: 'اتبعتت', failed: 'ما اتبعتتش', retry: 'حاول تاني',
    sources: 'المصادر', up: 'الرد مفيد', down: 'الرد مش مفيد', thumbs: 'تقييم الرد',
    ended: 'المحادثة انتهت', expired: 'المحادثة انتهت لعدم وجود رسائل جديدة', newChat: 'محادثة جديدة',
    rate: 'رأيك في الخدمة إيه؟', comment: 'تحب تضيف حاجة؟ (اختياري)', sendComment: 'إرسال التعليق',
    thanks: 'شكرًا! تقييمك وصل.', star1: 'نجمة واحدة', star2: 'نجمتين', star3: '3 نجوم', star4: '4 نجوم', star5: '5 نجوم',
    tryAgain: 'حاول تاني', noKey: 'رابط المحادثة ناقص. اطلب الرابط الصحيح من المتجر.',
    errNetwork: 'مش قادرين نوصل للخدمة دلوقتي. اتأكد من النت وحاول تاني.',
    errServer: 'حصلت مشكلة عندنا. حاول تاني بعد شوية.', errBusy: 'طلبات كتير في وقت قصير. استنى شوية وحاول تاني.',
    errDenied: 'المحادثة دي مش متاحة من هنا.', errOther: 'الطلب ما اتنفّذش.',
    fine: 'الرد الآلي ممكن يغلط · مدعوم بكلمنا', today: 'النهارده', yesterday: 'امبارح',
    chip1: 'مواعيدكم إيه؟', chip2: 'عنوانكم فين؟', chip3: 'أدفع إزاي؟',
  },
  en: {
    human: 'Talk to a human', humanWaiting: 'Waiting for a human', humanHere: 'A human is here',
    end: 'End conversation', endAsk: 'End this conversation?', endYes: 'End it', endNo: 'Keep talking',
    log: 'Conversation', chips: 'Questions to start with', older: 'Show earlier messages', jump: 'New messages',
    write: 'Write a message…', send: 'Send', you: 'You', agent: 'Support team', bot: 'Assistant',
    statusBot: 'AI assistant', statusWaiting: 'Finding a person…', statusAgent: 'With our team',
    statusTyping: 'Typing…', statusStart: 'One moment…', statusEnded: 'Conversation ended',
    offline: 'You are offline. Your messages will go out when you are back.', retrying: 'Reconnecting…',
    sending: 'Sending…', queued: 'Waiting for a connection', sent: 'Sent', failed: 'Not sent', retry: 'Try again',
    sources: 'Sources', up: 'Helpful', down: 'Not helpful', thumbs: 'Rate this answer',
    ended: 'This conversation has ended', expired: 'This conversation ended because it was idle', newChat: 'New conversation',
    rate: 'How did we do?', comment: 'Anything to add? (optional)', sendComment: 'Send comment',
    thanks: 'Thank you! We got your rating.', star1: '1 star', star2: '2 stars', star3: '3 stars', star4: '4 stars', star5: '5 stars',
    tryAgain: 'Try again', noKey: 'This chat link is incomplete. Ask the shop for the right one.',
    errNetwork: 'We can’t reach the service. Check your connection and try again.',
    errServer: 'Something went wrong on our side. Try again shortly.', errBusy: 'Too many requests. Wait a little and try again.',
    errDenied: 'This conversation is not available here.', errOther: 'That did not work.',
    fine: 'Automated answers can be wrong · Powered by Kalamna', today: 'Today', yesterday: 'Yesterday',
    chip1: 'What are your hours?', chip2: 'Where are you?', chip3: 'How can I pay?',
  },
};

let current = 'ar';

export const lang = () => current;
export const t = (key) => table[current][key] ?? key;

/** Chooses the language ("ar-EG" counts as "ar") and writes every text marked with data-t… into the page. */
export function setLang(wanted) {
  const short = String(wanted ?? '').slice(0, 2).toLowerCase();
  if (short in table) current = short;
  document.documentElement.lang = current;
  document.documentElement.dir = current === 'ar' ? 'rtl' : 'ltr';
  for (const el of document.querySelectorAll('[data-t]')) el.textContent = t(el.dataset.t);
  for (const el of document.querySelectorAll('[data-t-placeholder]')) el.placeholder = t(el.dataset.tPlaceholder);
  for (const el of document.querySelectorAll('[data-t-label]')) {
    el.setAttribute('aria-label', t(el.dataset.tLabel));
    if (el.tagName === 'BUTTON') el.title = t(el.dataset.tLabel);
  }
}

// Western digits on purpose: the shops' own prices and numbers are written with them.
const locale = () => (current === 'ar' ? 'ar-EG-u-nu-latn' : 'en-GB');

export function clock(date) {
  return new Intl.DateTimeFormat(locale(), { hour: 'numeric', minute: '2-digit' }).format(date);
}

export function day(date) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (date >= midnight) return t('today');
  if (date >= midnight - 86_400_000) return t('yesterday');
  return new Intl.DateTimeFormat(locale(), { weekday: 'long', day: 'numeric', month: 'long' }).format(date);
}

/** What went wrong, in words: the server's own sentence when it sent one (problem+json), else ours. */
export function explain(error) {
  const { status = 0, problem } = error ?? {};
  const own = status === 0 ? 'errNetwork' : status === 429 ? 'errBusy' : status >= 500 ? 'errServer'
    : [401, 403, 404, 410].includes(status) ? 'errDenied' : 'errOther';
  const fields = (problem?.errors ?? []).map((e) => e.message).filter(Boolean).join(' ');
  return fields || problem?.detail || problem?.title || t(own);
}
