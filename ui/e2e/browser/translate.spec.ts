/** A text and its translation, side by side; and two people who speak through the device. */
import { expectAccessible } from './axe';
import type { App } from './app';
import { expect, test } from './fixtures';

const LEASE = [
  'The tenant pays the rent of €1,240 on the first day of each month. Pets are allowed with the written consent of the landlord.',
  'The deposit is returned within 30 days after the keys are handed over. Repairs below €150 are borne by the tenant.',
].join('\n');

async function open(app: App, start: Parameters<App['open']>[0] = {}): Promise<void> {
  await app.open(start);
  await app.showList();
  await app.id('nav-translate').click();
  await expect(app.id('to')).toBeVisible();
}

async function translate(app: App, text = LEASE): Promise<void> {
  await app.id('source').fill(text);
  await app.id('to').selectOption('zh');
  await app.id('run').click();
  await expect(app.id('segment').first()).toBeVisible();
}

test('a text is translated segment by segment, and what is wrong is said', async ({ app }) => {
  await open(app);
  await app.id('source').fill(LEASE);
  await expect(app.id('from')).toContainText('English (detected)');
  await app.id('to').selectOption('zh');
  await app.id('run').click();
  await expect(app.id('progress')).toContainText('4 of 4 parts');
  await expect(app.id('target').first()).toHaveText('承租人应于每月第一天支付租金 €1,240。');
  const wrong = app.id('segment').nth(2);
  await expect(wrong).toHaveAttribute('data-state', 'flagged');
  await expect(wrong.getByTestId('flags')).toContainText('The numbers differ');
  await expect(app.id('progress')).toContainText('1 part to look at');
  await expectAccessible(app.page);
});

test('a short text is no proof of its language', async ({ app }) => {
  await open(app);
  await app.id('source').fill('Taxi');
  await expect(app.id('from')).toContainText('Not sure');
  await app.id('source').fill('42');
  await expect(app.id('from')).toContainText('Detect language');
  await expect(app.id('run')).toBeDisabled();
});

test('it is stopped, goes on, and is there after a reload', async ({ app, page }) => {
  await open(app, { persist: true });
  await app.mock((mock) => mock.translations.holdAt(2));
  await translate(app);
  await expect(app.id('progress')).toContainText('2 of 4 parts');
  await app.id('stop').click();
  await expect(app.id('run')).toHaveText('Go on');
  await app.mock((mock) => mock.translations.release());
  await page.reload();
  await app.id('nav-translate').click();
  await expect(app.id('progress')).toContainText('2 of 4 parts');
  await app.id('run').click();
  await expect(app.id('progress')).toContainText('4 of 4 parts');
});

test('a translation is edited, kept, replaced and translated back', async ({ app, page }) => {
  await open(app);
  await translate(app);
  await expect(app.id('progress')).toContainText('4 of 4 parts');
  const choose = async (at: number, entry: string) => {
    await app.id('segment').nth(at).locator('[aria-haspopup=menu]').click();
    await page.getByRole('menuitem', { name: entry, exact: true }).click();
  };
  const wrong = app.id('segment').nth(2);
  await choose(2, 'Edit');
  await expect(app.id('segment-field')).toBeFocused();
  await app.id('segment-field').fill('押金将在交还钥匙后 30 天内退还。');
  await app.id('segment-field').press('Control+Enter');
  await expect(wrong).toHaveAttribute('data-state', 'edited');
  await expect(wrong.getByTestId('badge')).toHaveText('Edited by you');

  await choose(1, 'Leave as it is');
  await expect(app.id('target').nth(1)).toHaveText(/^Pets are allowed/);

  await choose(0, 'Translate back');
  await expect(app.id('aside')).toContainText('the tenant pays the rent');
  await choose(0, 'Other translations');
  await expect(app.id('take')).toHaveCount(2);
  await expectAccessible(page);
  await app.id('take').first().click();
  await expect(app.id('target').first()).toContainText('（一）');

  await app.id('copy').click();
  await expect(app.id('toast')).toContainText('Copied');
  const copied = await app.mock((mock) => mock.clipboard);
  expect(copied).toContain('30 天');
  await app.id('export').click();
  await expect(app.id('toast').last()).toContainText('Saved to ~/Documents/lease.zh.txt');
});

test('changed sentences are translated, the others keep what they have', async ({ app }) => {
  await open(app);
  await translate(app);
  await expect(app.id('progress')).toContainText('4 of 4 parts');
  await app.id('edit-text').click();
  await app.id('source').fill(LEASE.replace('Repairs', 'Small repairs'));
  await app.mock((mock) => mock.translations.holdAt(3));
  await app.id('run').click();
  await expect(app.id('progress')).toContainText('3 of 4 parts');
  await app.mock((mock) => mock.translations.release());
  await expect(app.id('progress')).toContainText('4 of 4 parts');
});

test('a file keeps its format and its name', async ({ app }) => {
  await open(app);
  await app.id('file').setInputFiles({
    name: 'lease.md',
    mimeType: 'text/markdown',
    buffer: Buffer.from(
      '# The lease\n\nPets are allowed with the written consent of the landlord.\n',
    ),
  });
  await expect(app.id('title')).toHaveText('lease.md');
  await expect(app.id('format')).toHaveValue('markdown');
  await app.id('to').selectOption('zh');
  await app.id('run').click();
  await expect(app.id('target').last()).toHaveText('经房东书面同意，可饲养宠物。');
  await app.id('export').click();
  const name = await app.mock(
    (mock) => mock.calls.find(({ command }) => command === 'translationExport')?.args[1],
  );
  expect(name).toBe('lease.zh');
  await app.id('new').click();
  await expect(app.id('translation').first()).toContainText('lease.md');
  await app.id('remove-translation').first().click();
  await expect(app.id('translation')).toHaveCount(0);
  await app.id('undo').click();
  await expect(app.id('translation')).toHaveCount(1);
});

test('of a document the text is translated; what can not be read is refused in words', async ({
  app,
}) => {
  await open(app);
  await app.id('source').fill('Typed before.');
  await app.id('file').setInputFiles({
    name: 'lease.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('# The lease\n\n\fPets are allowed.'),
  });
  await expect(app.id('source')).toHaveValue('# The lease\n\nPets are allowed.');
  await expect(app.id('title')).toHaveText('lease.pdf');
  await expect(app.id('format')).toHaveValue('markdown');
  await app.id('undo').click();
  await expect(app.id('source')).toHaveValue('Typed before.');
  await app.id('file').setInputFiles({
    name: 'scan.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('pictures'),
  });
  await expect(app.id('toast').last()).toContainText('The pages are pictures');
  await expect(app.id('source')).toHaveValue('Typed before.');
});

test('a glossary is kept, contradictions are named, and translations are checked', async ({
  app,
  page,
}) => {
  await open(app);
  await app.id('source').fill(LEASE);
  await app.id('to').selectOption('zh');
  await app.id('glossary').click();
  await page.getByLabel('Word 1', { exact: true }).fill('landlord');
  await page.getByLabel('Translation of word 1', { exact: true }).fill('出租人');
  await app.id('add-term').click();
  await page.getByLabel('Word 2', { exact: true }).fill('Landlord');
  await page.getByLabel('Translation of word 2', { exact: true }).fill('房东');
  await expect(app.id('conflict')).toContainText('several translations');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Remove word 2' }).click();
  await expect(app.id('conflict')).toHaveCount(0);
  await app.id('save-glossary').click();
  await expect(app.id('glossary')).toContainText('1');
  await app.id('run').click();
  await expect(app.id('segment').nth(1).getByTestId('flags')).toContainText('“出租人”');
});

test('a model that was not made for the language says so', async ({ app }) => {
  await app.open();
  await app.mock((mock) => (mock.translations.known = ['en']));
  await app.showList();
  await app.id('nav-translate').click();
  await expect(app.id('model-notice')).toContainText('was not made for Chinese');
  await expectAccessible(app.page);
});

test('two people speak through the device', async ({ app, page, isMobile }) => {
  await open(app);
  await page.getByText('Conversation', { exact: true }).click();
  await app.id('speak-near').fill('Where is the station?');
  await app.id('speak-near').press('Enter');
  await expect(app.id('half-far').getByTestId('said')).toHaveText('车站在哪里？');
  await expect(app.id('half-near').getByTestId('said')).toHaveText('Where is the station?');
  await app.id('speak-far').fill('往前走两条街。');
  await app.id('say-far').click();
  await expect(app.id('half-near').getByTestId('said').last()).toHaveText(
    'Two streets straight ahead.',
  );
  await expectAccessible(page);
  if (isMobile) {
    await expect(app.id('turned')).toBeChecked();
    await page.getByText('Turn the upper half around').click();
    await expect(app.id('turned')).not.toBeChecked();
  }
  await app.id('clear-talk').click();
  await expect(app.id('said')).toHaveCount(0);
  await app.id('undo').click();
  await expect(app.id('half-near').getByTestId('said')).toHaveCount(2);
});

test('what was being written is there after a reload', async ({ app, page }) => {
  await open(app, { persist: true });
  await app.id('source').fill('Half a thought that is long enough to be English');
  await app.id('to').selectOption('de');
  await page.getByText('Conversation', { exact: true }).click();
  await app.id('speak-near').fill('Where');
  await app.id('speak-near').blur();
  await page.reload();
  await app.id('nav-translate').click();
  await expect(app.id('source')).toHaveValue(/^Half a thought/);
  await expect(app.id('to')).toHaveValue('de');
  await page.getByText('Conversation', { exact: true }).click();
  await expect(app.id('speak-near')).toHaveValue('Where');
});

test('a long document is translated by a job that can be paused, and is shown as it comes', async ({
  app,
}) => {
  await open(app);
  await app.mock((mock) => (mock.jobs.held = true));
  const lines = Array.from({ length: 45 }, (_, at) => `This is line ${at + 1} of the film.`);
  await app.id('source').fill(lines.join('\n'));
  await app.id('to').selectOption('de');
  await app.id('run').click();
  await expect(app.id('job')).toHaveAttribute('data-state', 'queued');
  await expect(app.id('run')).toHaveCount(0);
  await app.id('job-pause').click();
  await expect(app.id('job')).toHaveAttribute('data-state', 'paused');
  await app.mock((mock) => mock.jobs.release());
  await app.id('job-resume').click();
  await expect(app.id('progress')).toContainText('45 of 45 parts');
  await expect(app.id('job')).toHaveCount(0);
  await expect(app.id('target').first()).toHaveText('THIS IS LINE 1 OF THE FILM.');
});
