/** What goes wrong is said in words, in both languages, and costs nothing. */
import type { ErrorCode } from '../../src/lib/host/bindings/ErrorCode';
import { en } from '../../src/lib/i18n/en';
import { zhCN } from '../../src/lib/i18n/zh-cn';
import { expect, test } from './fixtures';

/** Errors that sending can meet. */
const CODES = [
  'no_model',
  'engine_busy',
  'engine_failed',
  'context_overflow',
  'storage_read_only',
  'storage_full',
  'storage_failed',
  'text_too_long',
  'internal',
] as const satisfies readonly ErrorCode[];

for (const lang of ['en', 'zh-CN'] as const) {
  for (const code of CODES) {
    test(`sending meets ${code} (${lang}): it is said, and the text stays`, async ({ app }) => {
      await app.open({ lang });
      await app.mock(
        (mock, value) =>
          mock.failNext('chatSend', value as never, {
            needed: '5120',
            available: '2048',
            holder: 'x',
          }),
        code,
      );
      await app.send('Not lost');
      await expect(app.id('error')).toHaveAttribute('data-code', code);
      await expect(app.composer).toHaveValue('Not lost');
      await expect(app.id('error')).not.toContainText('undefined');
    });
  }
}

test('no error is without words in either language', () => {
  expect(Object.keys(zhCN.errors).toSorted()).toEqual(Object.keys(en.errors).toSorted());
});

test('a message that failed can be sent again', async ({ app }) => {
  await app.open();
  await app.mock((mock) => mock.failNext('chatSend', 'engine_failed'));
  await app.send('Once more');
  await expect(app.id('error')).toBeVisible();
  await app.id('send').click();
  await expect(app.id('message-user').last()).toContainText('Once more');
  await app.answered();
  await expect(app.id('error')).toBeHidden();
});

test('a model that can not be used says why and can be tried again', async ({ app }) => {
  await app.open({ scenario: 'model-failed' });
  await expect(app.id('error')).toHaveAttribute('data-code', 'model_truncated');
  await app.id('model-retry').first().click();
  await expect(app.id('model-chip')).toHaveAttribute('data-state', /loading|ready/);
  await expect(app.id('error')).toBeHidden();
});

test('a history that can not be opened is never thrown away', async ({ app }) => {
  await app.open({ scenario: 'storage-failed' });
  await expect(app.id('error')).toHaveAttribute('data-code', 'storage_key_missing');
  await app.id('storage-start-fresh').click();
  await app.page.getByRole('button', { name: 'Cancel' }).click();
  await expect(app.id('storage-failed')).toBeVisible();
  await app.id('storage-start-fresh').click();
  await app.id('confirm').click();
  await expect(app.id('set-aside')).toContainText('llmos.db.set-aside');
});

test('a damaged history that was set aside is told with its place', async ({ app }) => {
  await app.open({ scenario: 'set-aside' });
  await expect(app.id('set-aside')).toContainText('llmos.db.damaged');
});

test('a command that fails in the background says so', async ({ app }) => {
  await app.open();
  await app.openConversation('Names for a bakery');
  await app.mock((mock) =>
    mock.failNext('conversationsTrash', 'storage_read_only', { path: '/x' }),
  );
  await app.page.locator('main header [aria-haspopup=menu]').click();
  await app.page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(app.id('toast')).toBeVisible();
  await expect(app.id('title')).toHaveText('Names for a bakery');
});
