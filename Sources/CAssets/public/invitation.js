// The page behind an invitation's link: shows who invites, makes the account and logs in. The token stands behind the #, where no
// server's log and no Referer sees it.

const words = {
  ar: {
    brand: 'كلمنا', wait: 'لحظة واحدة…', title: ['دعوة للانضمام لـ ', ''], until: 'الدعوة صالحة لحد',
    owner: 'هتدخل كصاحب نشاط: كل حاجة، ومعاها الناس والمفاتيح والإعدادات.', staff: 'هتدخل كموظف: المحادثات والمعلومات.',
    email: 'الإيميل اللي هتدخل بيه', name: 'اسمك', password: 'كلمة سر جديدة', hint: '8 حروف أو أرقام على الأقل.',
    reveal: 'إظهار', conceal: 'إخفاء', join: 'انضم', joining: 'لحظة واحدة…',
    done: ['أهلًا بيك في ', ''], doneText: 'حسابك جاهز وإنت داخل بيه دلوقتي. المرة الجاية ادخل بالإيميل ده: ', home: 'افتح لوحة التحكم',
    trouble: 'الدعوة دي مش شغالة', again: 'حاول تاني', noToken: 'الرابط ناقص. افتح رابط الدعوة كامل زي ما اتبعتلك.',
    errNetwork: 'مش قادرين نوصل للخدمة دلوقتي. اتأكد من النت وحاول تاني.', errServer: 'حصلت مشكلة عندنا. حاول تاني بعد شوية.',
  },
  en: {
    brand: 'Kalamna', wait: 'One moment…', title: ['An invitation to join ', ''], until: 'The invitation is valid until',
    owner: 'You join as an owner: everything, also people, keys and settings.', staff: 'You join as staff: conversations and knowledge.',
    email: 'The e-mail you will log in with', name: 'Your name', password: 'A new password', hint: 'At least 8 characters.',
    reveal: 'Show', conceal: 'Hide', join: 'Join', joining: 'One moment…',
    done: ['Welcome to ', ''], doneText: 'Your account is ready and you are logged in. Next time log in with ', home: 'Open the dashboard',
    trouble: 'This invitation does not work', again: 'Try again', noToken: 'The link is incomplete. Open the whole link that you were sent.',
    errNetwork: 'We can’t reach the service. Check your connection and try again.',
    errServer: 'Something went wrong on our side. Try again shortly.',
  },
};

const lang = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in words) ?? 'ar';
const t = (key) => words[lang][key];
const $ = (id) => document.getElementById(id);
const token = new URLSearchParams(location.hash.slice(1)).get('token');
const panels = ['wait', 'form', 'done', 'trouble'];
let invitation = null;

/** Posts to the API; a refusal is thrown as its problem document, silence as `{ status: 0 }`. */
async function post(path, body) {
  let response;
  try {
    response = await fetch(`/v1/invitations/${path}`, {
      method: 'POST', headers: { 'Content-Type': 'application/json', 'Accept-Language': lang }, body: JSON.stringify(body),
      credentials: 'same-origin', cache: 'no-store', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(20_000),
    });
  } catch {
    throw { status: 0 };
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  throw { status: response.status, ...answer };
}

/** The server's own sentence where it sent one, else ours. */
const explain = (problem) => problem.detail ?? t(problem.status === 0 ? 'errNetwork' : 'errServer');

function show(panel, heading) {
  for (const id of panels) $(id).hidden = id !== panel;
  $(heading)?.focus();
}

/** A sentence with a name in it; the name keeps its own direction. */
function sentence(element, [before, after], name) {
  const bdi = document.createElement('bdi');
  bdi.textContent = name;
  element.replaceChildren(before, bdi, after);
}

function fail(text, mayTryAgain) {
  $('trouble-text').textContent = text;
  $('again').hidden = !mayTryAgain;
  show('trouble', 'trouble-title');
}

async function open() {
  show('wait');
  if (!token) return fail(t('noToken'), false);
  try {
    invitation = await post('show', { token });
  } catch (problem) {
    return fail(explain(problem), problem.status !== 410);
  }
  sentence($('title'), t('title'), invitation.business_name);
  document.title = $('title').textContent;
  $('role').textContent = t(invitation.role) ?? invitation.role;
  const day = new Intl.DateTimeFormat(lang === 'ar' ? 'ar-EG-u-nu-latn' : 'en-GB', { dateStyle: 'long', timeStyle: 'short' });
  $('until').textContent = `${t('until')} ${day.format(new Date(invitation.expires_at))}`;
  $('email').value = invitation.email;
  show('form', 'title');
}

/** Marks the fields that were refused, and goes to the first of them. What belongs to no field is said above the button. */
function mark(problem) {
  const errors = new Map((problem.errors ?? []).map((error) => [error.field, error.message]));
  for (const id of ['password', 'name']) {
    $(`${id}-wrong`).textContent = errors.get(id) ?? '';
    $(id).setAttribute('aria-invalid', errors.has(id));
    if (errors.has(id)) $(id).focus();
  }
  $('wrong').textContent = errors.has('name') || errors.has('password') ? '' : explain(problem);
}

$('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  $('wrong').textContent = '';
  $('join').disabled = true;
  $('join').textContent = t('joining');
  try {
    await post('accept', { token, name: $('name').value, password: $('password').value });
    $('password').value = '';
    history.replaceState(null, '', location.pathname);           // a used token has no place in the history
    sentence($('done-title'), t('done'), invitation.business_name);
    sentence($('done-text'), [t('doneText'), '.'], invitation.email);
    show('done', 'done-title');
  } catch (problem) {
    if (problem.status === 410) fail(explain(problem), false);
    else mark(problem);
  }
  $('join').disabled = false;
  $('join').textContent = t('join');
});

$('reveal').addEventListener('click', () => {
  const isShown = $('password').type === 'text';
  $('password').type = isShown ? 'password' : 'text';
  $('reveal').textContent = t(isShown ? 'reveal' : 'conceal');
});
$('again').addEventListener('click', open);
window.addEventListener('hashchange', () => location.reload());  // another link, opened in the same tab

document.documentElement.lang = lang;
document.documentElement.dir = lang === 'ar' ? 'rtl' : 'ltr';
for (const element of document.querySelectorAll('[data-t]')) element.textContent = t(element.dataset.t);
document.title = t('brand');
open();
