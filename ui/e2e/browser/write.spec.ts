/** Texts: written, drafted, rewritten piece by piece, gone on with, and brought back. */
import type { Locator } from '@playwright/test';
import { expectAccessible } from './axe';
import type { App, Start } from './app';
import { expect, test } from './fixtures';

async function toTexts(app: App, start: Start = {}): Promise<void> {
  await app.open(start);
  await app.showTexts(null);
}

async function openLetter(app: App): Promise<void> {
  await app.open();
  await app.showTexts('Heating');
  await expect(body(app)).toHaveValue(/Dear Ms Weber/);
}

function body(app: App): Locator {
  return app.id('text-body');
}

/** Selects the words in the field. */
async function select(app: App, words: string): Promise<void> {
  await body(app).evaluate((field: HTMLTextAreaElement, wanted) => {
    const at = field.value.indexOf(wanted);
    if (at < 0) throw new Error(`no ${wanted}`);
    field.focus();
    field.setSelectionRange(at, at + wanted.length);
  }, words);
}

test('a text is kept with its first words, found again, deleted and brought back', async ({
  app,
  page,
}) => {
  await toTexts(app, { persist: true });
  await app.id('new-text').click();
  await expect(body(app)).toBeFocused();
  await page.keyboard.type('Buy 3 lemons for 杭州');
  await expect(app.id('count')).toHaveText('6 words · 15 characters');
  await expect(app.id('save-state')).toHaveText('Saved');
  await page.reload();
  await toTexts(app, { persist: true });
  const item = app.id('text-item').first();
  await expect(item).toContainText('Buy 3 lemons');
  await item.click();
  await expect(body(app)).toHaveValue('Buy 3 lemons for 杭州');
  await app.id('text-title').fill('Shopping');
  await expect(app.id('save-state')).toHaveText('Saved');
  await app
    .id('editor')
    .getByRole('button', { name: /Options/ })
    .click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(item).not.toContainText('Shopping');
  await app.id('undo').click();
  await expect(item).toContainText('Shopping');
});

test('a rewrite is taken piece by piece with the keyboard', async ({ app, page }) => {
  await openLetter(app);
  const before = await body(app).inputValue();
  await app.id('style-grammar').click();
  await expect(app.id('review')).toBeVisible();
  const changes = app.id('change');
  await expect(changes).toHaveCount(3);
  await expect(changes.first()).toBeFocused();
  await expect(changes.first()).toHaveAccessibleName(
    'Change 1 of 3: old: which it has not new: which has not , open',
  );
  await expectAccessible(page);
  await page.keyboard.press('Alt+Enter');
  await expect(changes.nth(1)).toBeFocused();
  await expect(changes.first()).toHaveAttribute('data-state', 'taken');
  await page.keyboard.press('ArrowRight');
  await expect(changes.nth(2)).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Alt+Backspace');
  await expect(changes.nth(1)).toHaveAttribute('data-state', 'left');
  await page.keyboard.press('Alt+Enter');
  await expect(app.id('finish-review')).toBeFocused();
  await page.keyboard.press('Enter');
  const after = before
    .replace('which it has not', 'which has not')
    .replace('glad when somebody', 'glad if somebody');
  await expect(body(app)).toHaveValue(after);
  await app.id('text-undo').click();
  await expect(body(app)).toHaveValue(before);
  await app.id('text-redo').click();
  await expect(body(app)).toHaveValue(after);
});

test('only the selection is rewritten, and Escape leaves it as it was', async ({ app, page }) => {
  await openLetter(app);
  const before = await body(app).inputValue();
  await select(app, 'my daughter have a cold');
  await expect(app.id('selected-count')).toHaveText('5 words selected');
  await expect(app.id('scope')).toContainText('5 words');
  await app.id('style-grammar').click();
  await expect(app.id('change')).toHaveCount(1);
  await expect(app.id('review')).not.toContainText('Dear Ms Weber');
  await page.keyboard.press('Escape');
  await expect(body(app)).toHaveValue(before);
  await app.id('style-grammar').click();
  await app.id('accept-all').click();
  await expect(body(app)).toHaveValue(before.replace('daughter have', 'daughter has'));
});

test('what the model lost, made up or could not do is said', async ({ app, page }) => {
  await openLetter(app);
  await app.mock((mock) => {
    mock.writing.nextRewrite = {
      doubts: ['strayed'],
      lost: ['3 March'],
      added: ['17'],
      kept: 1,
      passages: 4,
    };
  });
  await app.id('style-clearer').click();
  const doubts = app.id('doubts');
  await expect(doubts).toContainText('little to do with your text');
  await expect(doubts).toContainText('3 March');
  await expect(doubts).toContainText('17');
  await expect(doubts).toContainText('1 of 4 paragraphs');
  await expectAccessible(page);
  await app.id('reject-all').click();
  await app.mock((mock) => mock.failNext('writeRewrite', 'nothing_written'));
  await app.id('style-clearer').click();
  await expect(app.id('error')).toContainText('nothing that can be used');
  await expect(body(app)).toHaveValue(/Dear Ms Weber/);
});

test('the text goes on at the cursor, is stopped with Escape, and Undo takes it back', async ({
  app,
  page,
}) => {
  await openLetter(app);
  const before = await body(app).inputValue();
  await select(app, 'before Friday.');
  await page.keyboard.press('ArrowRight');
  await app.id('continue').click();
  const more = ' The rest can wait until tomorrow.';
  await expect(body(app)).toHaveValue(before.replace('Friday.', `Friday.${more}`));
  await app.id('write-again').click();
  await expect(body(app)).toHaveValue(/Friday\. There is still a lot to do\./);
  await app.id('text-undo').click();
  await app.id('text-undo').click();
  await expect(body(app)).toHaveValue(before);

  await app.mock((mock) => mock.writing.hold());
  await app.id('continue').click();
  await expect(app.id('writing')).toBeVisible();
  await expect(body(app)).toHaveValue(/The rest can/);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(app.id('writing')).toBeHidden();
  await expect(body(app)).toHaveValue(/The rest can/);
  await body(app).focus();
  await page.keyboard.press('Control+z');
  await expect(body(app)).toHaveValue(before);
});

test('a draft is made from a form, and what it left out is said', async ({ app, page }) => {
  await toTexts(app);
  await app.id('new-draft').click();
  await app.id('form-points').fill('lunch on Friday at 12:30\nbring the plans\nno dogs');
  await app.id('form-audience').fill('team');
  await app.id('tone-friendly').check({ force: true });
  await expectAccessible(page);
  // What is typed stays when the form is left.
  await page.keyboard.press('Escape');
  await app.id('new-draft').click();
  await expect(app.id('form-points')).toHaveValue(/lunch on Friday/);
  await app.id('run-draft').click();
  await expect(body(app)).toHaveValue(/^Subject: lunch on Friday at 12:30\n\nHello team,/);
  await expect(app.id('doubts')).toContainText('no dogs');
  await expect(app.id('doubts')).toContainText('[Your Name]');
  await app.id('write-again').click();
  await expect(body(app)).toHaveValue(/Good morning team,/);
  await expectAccessible(page);
  if (app.isPhone) await app.id('to-texts').click();
  await app.id('new-draft').click();
  await expect(app.id('form-points')).toHaveValue('');
});

test('a form becomes a template, which fills in forms and can be deleted', async ({ app }) => {
  await toTexts(app);
  await app.id('new-draft').click();
  await app.id('template').selectOption({ label: 'Complaint to the landlord' });
  await expect(app.id('form-instruction')).toHaveValue(/\{\{what\}\}/);
  await app.id('field-value').first().fill('the lift');
  await app.id('save-template').click();
  await app.id('template-name').fill('Lift');
  await app.page.keyboard.press('Enter');
  await expect(app.id('template')).toContainText('Lift');
  await app.id('template').selectOption('');
  await expect(app.id('field-value')).toHaveCount(0);
  await app.id('template').selectOption({ label: 'Lift' });
  await expect(app.id('field-value').first()).toHaveValue('the lift');
  await app.id('remove-template').click();
  await expect(app.id('template')).not.toContainText('Lift');
});

test('a version is looked at and brought back', async ({ app, page }) => {
  await openLetter(app);
  const before = await body(app).inputValue();
  await app.id('text-history').click();
  await expect(app.id('version').first()).toHaveAttribute('aria-pressed', 'true');
  await expect(app.id('version-text')).toContainText('before Friday');
  await expectAccessible(page);
  await app.id('version').nth(1).click();
  await expect(app.id('version-text')).not.toContainText('before Friday');
  await app.id('revert').click();
  await expect(body(app)).not.toHaveValue(/before Friday/);
  await app.id('text-undo').click();
  await expect(body(app)).toHaveValue(before);
});

test('a text is exported, copied and asked about', async ({ app, page }) => {
  await openLetter(app);
  const options = app.id('editor').getByRole('button', { name: /Options/ });
  await options.click();
  await page.getByRole('menuitem', { name: 'Markdown' }).click();
  await expect(app.id('toast')).toContainText('letter.md');
  await options.click();
  await page.getByRole('menuitem', { name: 'Copy' }).click();
  expect(await app.mock((mock) => mock.clipboard)).toContain('Dear Ms Weber');
  await options.click();
  await page.getByRole('menuitem', { name: 'Ask about it' }).click();
  await expect(app.composer).toBeFocused();
  await expect(app.page.getByText('Heating.md')).toBeVisible();
});

test('a text that can not be saved is not lost', async ({ app }) => {
  await openLetter(app);
  await app.mock((mock) => mock.failNext('textSave', 'storage_full'));
  await body(app).press('End');
  await body(app).pressSequentially('!');
  await expect(app.id('save-state')).toHaveText('Not saved');
  await app.id('editor').getByRole('button', { name: 'Try again' }).click();
  await expect(app.id('save-state')).toHaveText('Saved');
});
