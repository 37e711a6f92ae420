/**
 * Every screen in every look: no violation that axe knows, nothing cut off sideways, and a picture in
 * artifacts/screenshots for people to look at.
 */
import type { App, Language, Theme } from './app';
import { expectAccessible } from './axe';
import { expect, test } from './fixtures';
import { ANSWERS } from './screens/answers';
import { APP } from './screens/app';
import { CONVERSATION } from './screens/conversation';
import { DOCUMENTS } from './screens/documents';
import { LIST } from './screens/list';
import { PERSONAS } from './screens/personas';
import { TRANSLATE } from './screens/translate';
import { WRITE } from './screens/write';

const LOOKS: readonly [Theme, Language][] = [
  ['light', 'en'],
  ['dark', 'en'],
  ['light', 'zh-CN'],
  ['dark', 'zh-CN'],
];

const SCREENS = [
  ...APP,
  ...LIST,
  ...CONVERSATION,
  ...ANSWERS,
  ...DOCUMENTS,
  ...PERSONAS,
  ...TRANSLATE,
  ...WRITE,
];

for (const [theme, language] of LOOKS) {
  test.describe(`${theme}, ${language}`, () => {
    test.use({ colorScheme: theme, contextOptions: { reducedMotion: 'reduce' } });

    for (const { name, start, reach } of SCREENS) {
      test(name, async ({ app, page }, { project }) => {
        await app.open({ ...start, theme, lang: language });
        await reach?.(app, language);
        await page.screenshot({
          path: `../artifacts/screenshots/${project.name}/${language}-${theme}/${name}.png`,
          animations: 'disabled',
        });
        expect(await page.locator('html').getAttribute('lang')).toBe(language);
        expect(await overflowing(app)).toBe(false);
        await expectAccessible(page);
      });
    }
  });
}

/** Whether the page as a whole scrolls sideways. */
function overflowing(app: App): Promise<boolean> {
  return app.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
}
