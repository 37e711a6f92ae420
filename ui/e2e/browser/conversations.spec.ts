import { expectAccessible } from './axe';
import { expect, test } from './fixtures';

const BAKERY = 'Names for a bakery';

test('search finds words, and a hit opens at the message', async ({ app }) => {
  await app.open();
  await app.showList();
  await app.id('search').fill('consent');
  const hit = app.id('search-hit').first();
  await expect(hit.locator('mark').first()).toHaveText('consent');
  await hit.click();
  await expect(app.id('title')).toHaveText('What the lease says about pets');
  await expect(app.id('message-assistant').filter({ hasText: 'consent' })).toBeInViewport();
});

test('search finds Chinese words of two characters', async ({ app }) => {
  await app.open();
  await app.showList();
  await app.id('search').fill('杭州');
  await expect(app.id('search-hit').first()).toContainText('杭州');
});

test('search finds documents, texts and translations, and each opens where it is', async ({
  app,
}) => {
  await app.open();
  await app.mock(async (mock) => {
    const open = await mock.documents.read('harbour.pdf', 'The quay of Hallstedt is old.');
    if (open !== null) mock.documents.keep(open.document.id);
    mock.writing.create('Letter', 'Dear mayor of Hallstedt', null);
    const { format, formality } = { format: 'plain', formality: 'same' } as const;
    const source = 'Hallstedt is closed.';
    mock.translations.save(null, {
      title: 'Notice',
      source,
      from: 'en',
      to: 'de',
      format,
      formality,
    });
  });
  const found = async (title: string) => {
    await app.page.keyboard.press('ControlOrMeta+k');
    await app.id('search').fill('hallstedt');
    return app.id('search-hit').filter({ hasText: title });
  };
  await (await found('Letter')).click();
  await expect(app.id('text-body')).toHaveValue(/Dear mayor/);
  await (await found('Notice')).click();
  await expect(app.id('segment')).toContainText('Hallstedt is closed.');
  const document = await found('harbour.pdf');
  await expect(document).toContainText('p. 1');
  await document.click();
  await expect(app.id('document-text')).toContainText('The quay of Hallstedt');
});

test('search says when there is nothing, and Escape ends it', async ({ app }) => {
  await app.open();
  await app.showList();
  await app.id('search').fill('xyzzy');
  await expect(app.page.getByText('Nothing found for “xyzzy”.')).toBeVisible();
  await app.page.keyboard.press('Escape');
  await expect(app.id('search')).toHaveValue('');
  await expect(app.conversation(BAKERY)).toBeVisible();
});

test('a conversation can be renamed from the list', async ({ app }) => {
  await app.open();
  await app.showList();
  await app.conversation(BAKERY).focus();
  await app.page.keyboard.press('F2');
  await app.id('rename').fill('Bread by the sea');
  await app.page.keyboard.press('Enter');
  await expect(app.conversation('Bread by the sea')).toBeVisible();
  await expect(app.conversation(BAKERY)).toBeHidden();
});

test('Escape leaves a name as it was', async ({ app }) => {
  await app.open();
  await app.showList();
  await app.conversation(BAKERY).focus();
  await app.page.keyboard.press('F2');
  await app.id('rename').fill('Something else');
  await app.page.keyboard.press('Escape');
  await expect(app.conversation(BAKERY)).toBeVisible();
});

test('a conversation can be renamed from its head', async ({ app }) => {
  await app.open();
  await app.openConversation(BAKERY);
  await app.page.locator('main header [aria-haspopup=menu]').click();
  await app.page.getByRole('menuitem', { name: 'Rename' }).click();
  await app.id('rename').fill('Bread by the sea');
  await app.page.keyboard.press('Enter');
  await expect(app.id('title')).toHaveText('Bread by the sea');
});

test('deleting moves to the trash and can be undone', async ({ app }) => {
  await app.open();
  await app.openConversation(BAKERY);
  await app.page.locator('main header [aria-haspopup=menu]').click();
  await app.page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(app.id('toast')).toContainText(`“${BAKERY}” moved to the trash.`);
  await app.showList();
  await expect(app.conversation(BAKERY)).toBeHidden();
  await app.id('undo').click();
  await expect(app.id('title')).toHaveText(BAKERY);
});

test('the trash gives back, and deletes for good only after a yes', async ({ app }) => {
  await app.open();
  await app.showList();
  await app.conversation(BAKERY).focus();
  await app.page.keyboard.press('Delete');
  await app.id('open-trash').click();
  const item = app.id('trash-item').filter({ hasText: BAKERY });
  await expect(item).toBeVisible();

  await item.getByTestId('purge').click();
  await app.page.getByRole('button', { name: 'Cancel' }).click();
  await expect(item).toBeVisible();

  await item.getByTestId('restore').click();
  await expect(item).toBeHidden();

  const other = app.id('trash-item').first();
  const left = await app.id('trash-item').count();
  await other.getByTestId('purge').click();
  await app.id('confirm').click();
  await expect(app.id('trash-item')).toHaveCount(left - 1);
});

test('the trash is emptied at once, after a yes', async ({ app, page }) => {
  await app.open();
  await app.showList();
  await app.conversation(BAKERY).focus();
  await app.page.keyboard.press('Delete');
  await app.id('open-trash').click();
  await expect(app.id('trash-item').filter({ hasText: BAKERY })).toBeVisible();
  await expectAccessible(page);
  await app.id('purge-all').click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(app.id('trash-item').filter({ hasText: BAKERY })).toBeVisible();
  await app.id('purge-all').click();
  await app.id('confirm').click();
  await expect(app.id('trash-item')).toHaveCount(0);
  await expect(app.id('purge-all')).toBeHidden();
  await expect(app.id('toast').last()).toContainText('erased');
});

test('the trash does not turn up in the search', async ({ app }) => {
  await app.open();
  await app.showList();
  await app.conversation(BAKERY).focus();
  await app.page.keyboard.press('Delete');
  await app.id('search').fill('bakery');
  await expect(app.page.getByText('Nothing found for “bakery”.')).toBeVisible();
});

test('on a phone, back leads from a conversation to the list, whatever was before', async ({
  app,
}) => {
  test.skip(!app.isPhone, 'a desktop shows both');
  await app.open();
  await app.id('nav-settings').click();
  await app.id('nav-chat').click();
  await app.id('back').click();
  await expect(app.id('search')).toBeVisible();
  await app.id('conversation-item').first().click();
  await app.id('back').click();
  await expect(app.id('search')).toBeVisible();
});
