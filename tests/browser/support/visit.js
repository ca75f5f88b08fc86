// A parent in a window of their own, watched.
import { Audit } from './audit.js';
import { Parent } from './parent.js';
import { portal } from './portal.js';

const LANGUAGES = { ru: 'ru-RU', kk: 'kk-KZ' };

export const visit = async (browser, { locale, scripts = true, family, journey, views }) => {
  const common = { baseURL: portal.origin, locale: LANGUAGES[locale], viewport: { width: 360, height: 740 } };
  const context = await browser.newContext({ ...common, javaScriptEnabled: scripts });
  const reader = scripts ? undefined : await browser.newContext(common);
  const audit = new Audit(context, journey, { reader, views });
  const parent = new Parent(await context.newPage(), { locale, family, audit, scripts });
  return { parent, audit };
};
