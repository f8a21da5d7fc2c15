// Questions that every shop in Egypt is asked, with answers to complete. `____` is a blank for the owner to fill.
import { lang } from './dash-text.js';

const ar = [
  [
    'التوصيل',
    'التوصيل بكام؟',
    'التوصيل داخل القاهرة والجيزة بـ ____ جنيه، وباقي المحافظات بـ ____ جنيه.',
    ['الشحن كام؟', 'مصاريف الشحن كام'],
  ],
  ['التوصيل', 'الأوردر بيوصل في قد إيه؟', 'الأوردر بيوصل في ____ أيام عمل داخل القاهرة والجيزة، و____ أيام للمحافظات.', ['هستلم إمتى؟']],
  ['التوصيل', 'بتوصلوا لحد فين؟', 'بنوصّل لكل محافظات مصر ما عدا ____.', ['بتشحنوا محافظات؟']],
  [
    'الدفع',
    'أقدر أدفع إزاي؟',
    'تقدر تدفع كاش عند الاستلام، أو فودافون كاش، أو إنستاباي، أو بالفيزا.',
    ['فيه دفع عند الاستلام؟', 'بتقبلوا إنستاباي؟'],
  ],
  [
    'الاستبدال والاسترجاع',
    'لو المقاس طلع غلط أقدر أبدّله؟',
    'أيوه، تقدر تبدّله خلال ____ يوم من الاستلام بشرط يكون بحالته ومعاه الفاتورة. مصاريف شحن الاستبدال ____.',
    ['ينفع أستبدل؟', 'المنتج مش على مقاسي'],
  ],
  [
    'الاستبدال والاسترجاع',
    'ينفع أرجّع الأوردر وآخد فلوسي؟',
    'أيوه، خلال 14 يوم من الاستلام لو المنتج ما استخدمش، وفلوسك بترجع خلال ____ يوم بنفس طريقة الدفع.',
    ['عايز أرجّع', 'الفلوس بترجع إمتى؟'],
  ],
  [
    'الاستبدال والاسترجاع',
    'الحاجة وصلت مكسورة أو فيها عيب، أعمل إيه؟',
    'إحنا آسفين! ابعتلنا صورة ورقم الأوردر خلال ____ ساعة، وهنبعتلك بديل أو نرجّع فلوسك من غير أي مصاريف.',
    ['المنتج فيه عيب'],
  ],
  ['المتجر', 'عندكم فروع؟ عنوانكم فين؟', 'فرعنا في ____، وتقدر تطلب أونلاين من أي مكان.', ['مكانكم فين؟']],
  ['المتجر', 'مواعيد شغلكم إيه؟', 'شغالين كل يوم من ____ لـ ____، والجمعة ____.', ['بتفتحوا إمتى؟', 'فاتحين الجمعة؟']],
  [
    'الطلبات',
    'أتابع الأوردر بتاعي إزاي؟',
    'ابعتلنا رقم الأوردر أو رقم موبايلك، وهنقولك وصل لفين. وبيوصلك رسالة أول ما يخرج من عندنا.',
    ['الأوردر فين؟', 'الطلب اتأخر'],
  ],
  ['الطلبات', 'أقدر ألغي الأوردر أو أعدّله؟', 'أيوه، طول ما الأوردر لسه ما خرجش للشحن. كلّمنا على ____ ومعاك رقم الأوردر.', ['عايز ألغي الطلب']],
  ['المتجر', 'فيه خصم لو اشتريت كمية؟', 'أيوه، بدايةً من ____ قطع فيه خصم ____٪.', ['فيه جملة؟', 'فيه عروض؟']],
];
const en = [
  ['Delivery', 'How much is delivery?', 'Delivery is EGP ____ in Cairo and Giza and EGP ____ elsewhere.', ['shipping cost']],
  [
    'Delivery',
    'How long does delivery take?',
    'Orders arrive within ____ working days in Cairo and Giza, and ____ days elsewhere.',
    ['When will I get it?'],
  ],
  ['Delivery', 'Where do you deliver?', 'We deliver all over Egypt except ____.', []],
  ['Payment', 'How can I pay?', 'Cash on delivery, Vodafone Cash, InstaPay or by card.', ['Do you take cash?']],
  [
    'Returns',
    'Can I exchange a wrong size?',
    'Yes, within ____ days of delivery, unused and with the receipt. Shipping for an exchange costs ____.',
    [],
  ],
  [
    'Returns',
    'Can I return it and get my money back?',
    'Yes, within 14 days of delivery if it is unused. Your money is back within ____ days the way you paid.',
    ['refund'],
  ],
  [
    'Returns',
    'It arrived broken. What now?',
    'We are sorry! Send us a photo and the order number within ____ hours, and we replace it or refund you at no cost.',
    ['defect'],
  ],
  ['Shop', 'Where are you?', 'Our shop is in ____, and you can order online from anywhere.', ['address']],
  ['Shop', 'What are your hours?', 'We are open every day from ____ to ____, and on Friday ____.', []],
  [
    'Orders',
    'Where is my order?',
    'Send us your order number or mobile number and we tell you. You also get a message when it leaves us.',
    ['track my order'],
  ],
  ['Orders', 'Can I cancel or change my order?', 'Yes, as long as it has not been shipped. Contact us at ____ with the order number.', []],
  ['Shop', 'Is there a discount for larger quantities?', 'Yes, from ____ pieces on there is ____% off.', ['wholesale']],
];

export const starter = () =>
  (lang() === 'ar' ? ar : en).map(([category, question, answer, also]) => ({ category, question, answer, also }));
export const hasBlanks = (text) => /_{2,}/.test(text);
