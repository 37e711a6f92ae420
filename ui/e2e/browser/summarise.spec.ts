/** Summaries of texts: made as a job, read beside the text, refined, kept and deleted. */
import { expectAccessible } from './axe';
import type { App, Language, Theme } from './app';
import { expect, test } from './fixtures';

const TEXT = `# The bridge

The old bridge over the river Arden is in danger. Floods have hollowed out two of its piers.

Repairing it would cost 420,000 euros. The town has set aside 300,000 of them.

# What happens now

From Monday the bridge is closed to lorries. They take the road through Hallstedt.`;

const CHINESE = `# 老桥

阿登河上的老桥有危险。洪水掏空了两个桥墩。

修复需要四十二万欧元。镇上已经准备了三十万。

# 接下来

从周一起，卡车不能再过桥。它们要绕行哈尔施泰特。`;

async function toSummaries(app: App): Promise<void> {
  await app.showList();
  await app.id('nav-summarise').click();
  await expect(app.id('summary-source')).toBeVisible();
}

/** Sums a text up to the end. */
async function sumUp(app: App, text = TEXT): Promise<void> {
  await app.id('summary-source').fill(text);
  await app.id('summary-start').click();
  await expect(app.id('summary')).toBeVisible();
}

test('a text is summed up, and every point leads to its part', async ({ app, page }) => {
  await app.open();
  await toSummaries(app);
  await expect(app.id('summary-teach')).toBeVisible();
  await expect(app.id('summary-start')).toBeDisabled();
  await expectAccessible(page);
  await sumUp(app);
  await expect(app.id('point')).toHaveCount(3);
  await expect(app.id('coverage')).toContainText('3 of 3 parts read');
  await expectAccessible(page);

  await app.id('to-part').nth(2).click();
  const part = app.id('part').nth(2);
  await expect(part).toBeVisible();
  await expect(part).toBeFocused();
  await expect(part).toHaveAttribute('aria-current', 'true');
  await expect(part).toContainText('closed to lorries');
  await expectAccessible(page);
  if (app.isPhone) await app.id('back-to-summary').click();
  await expect(app.id('summary')).toBeVisible();

  await app.id('summary-copy').click();
  const copied = await app.mock((mock) => mock.clipboard);
  expect(copied).toContain('- The old bridge over the river Arden is in danger. (Parts 1)');
  expect(copied).toContain('3 of 3 parts read.');
  await app.id('summary').getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem').first().click();
  await expect(page.getByText('Saved: ~/Documents/')).toBeVisible();
});

test('a job can be paused, gone on with and given up', async ({ app, page }) => {
  await app.open();
  await toSummaries(app);
  await app.mock((mock) => (mock.turns.paceMs = 150));
  await app.id('summary-source').fill(TEXT);
  await app.id('summary-start').click();
  const job = app.id('job');
  await expect(job).toHaveAttribute('data-state', 'running');
  await expect(app.id('job-line')).toContainText(/part 2 of 3/);
  await app.id('job-pause').click();
  await expect(job).toHaveAttribute('data-state', 'paused');
  await expectAccessible(page);
  await app.mock((mock) => mock.jobs.strike(mock.jobs.all[0]?.id ?? '', 'interrupted', null));
  await expect(app.id('job-line')).toContainText('Interrupted');
  await app.id('job-resume').click();
  await expect(job).toHaveAttribute('data-state', 'running');
  await app.id('job-cancel').click();
  await expect(job).toHaveAttribute('data-state', 'cancelled');
  await app.id('job-resume').click();
  await expect(app.id('summary')).toBeVisible();
  await expect(job).toBeHidden();
});

test('trouble is said in words, and the work goes on when told', async ({ app }) => {
  await app.open();
  await toSummaries(app);
  await app.mock((mock) => (mock.jobs.held = true));
  await app.id('summary-source').fill(TEXT);
  await app.id('summary-start').click();
  await expect(app.id('job')).toBeVisible();
  await app.mock((mock) =>
    mock.jobs.strike(mock.jobs.all[0]?.id ?? '', 'paused', {
      code: 'storage_full',
      message: 'the disk is full',
      details: {},
    }),
  );
  await expect(app.id('error')).toHaveAttribute('data-code', 'storage_full');
  await app.id('job-resume').click();
  await app.mock((mock) => mock.jobs.release());
  await expect(app.id('summary')).toBeVisible();
});

test('what could not be summed up is quoted and said', async ({ app }) => {
  await app.open();
  await toSummaries(app);
  await app.mock((mock) => (mock.summaries.quoted = [1]));
  await sumUp(app);
  await expect(app.id('coverage')).toContainText('2 of 3 parts read');
  await expect(app.id('coverage')).toContainText('1 part could not be summed up');
  await expect(app.id('summary').locator('q')).toHaveCount(1);
});

test('a summary is refined, and every version stays', async ({ app }) => {
  await app.open();
  await toSummaries(app);
  await sumUp(app);
  await app.id('refine-risks').click();
  await expect(app.id('summary-version')).toBeVisible();
  await expect(app.id('point')).toHaveCount(1);
  await app.id('summary-version').selectOption({ index: 0 });
  await expect(app.id('point')).toHaveCount(3);
  await app.id('refine-request').fill('Only the numbers');
  await app.id('refine-request').press('Enter');
  await expect(app.id('summary-version').locator('option')).toHaveCount(3);
  const [, base] = await app.mock((mock) =>
    mock.calls.filter(({ command }) => command === 'summaryRefine').map(({ args }) => args[1]),
  );
  const first = await app.mock((mock) => mock.jobs.all[0]?.id);
  expect(base).toBe(first);
});

test('a past summary is opened, deleted, and Undo brings it back', async ({ app }) => {
  await app.open();
  await toSummaries(app);
  await sumUp(app);
  await app.id('summary-back').click();
  await expect(app.id('digest')).toHaveCount(1);
  await expect(app.id('summary-teach')).toBeHidden();
  await app.id('digest-delete').click();
  await expect(app.id('digest')).toHaveCount(0);
  await app.id('undo').click();
  await app.id('digest-open').click();
  await expect(app.id('point')).toHaveCount(3);
  await app.id('summary-ask').click();
  await expect(app.id('attachment')).toBeVisible();
  await expect(app.composer).toBeFocused();
});

test('what was typed is there after a restart', async ({ app, page }) => {
  await app.open({ persist: true });
  await toSummaries(app);
  await app.id('summary-source').fill('Half a text that');
  await app.id('summary-source').blur();
  await expect
    .poll(() => app.mock((mock) => mock.calls.some(({ command }) => command === 'draftSave')))
    .toBe(true);
  await page.reload();
  await app.page.waitForFunction(() => window.__mock?.calls.some((c) => c.command === 'uiReady'));
  await toSummaries(app);
  await expect(app.id('summary-source')).toHaveValue('Half a text that');
});

test('a document is looked at before it is summed up, or refused in words', async ({
  app,
  page,
}) => {
  await app.open();
  await toSummaries(app);
  await app.mock((mock) => mock.failNext('documentTextOpen', 'document_scanned'));
  await app.id('summary-open').click();
  await expect(page.getByText('The pages are pictures')).toBeVisible();
  await app.mock((mock) => {
    mock.documents.nextFile = { name: 'bridge.pdf', text: 'The repair costs 420,000 euros.' };
  });
  await app.id('summary-open').click();
  await expect(app.id('summary-source')).toHaveValue(/The repair costs/);
  await app.mock((mock) => {
    const text = 'A sentence of a very long text. '.repeat(3000);
    mock.documents.nextFile = { name: 'long.pdf', text };
  });
  await app.id('summary-open').click();
  await expect(app.id('big-text')).toContainText('long.pdf');
  await app.id('undo').click();
  await expect(app.id('summary-source')).toHaveValue(/The repair costs/);
  await app.id('summary-open').click();
  await expectAccessible(page);
  await app.id('summary-clear').click();
  await expect(app.id('summary-source')).toHaveValue('');
});

test('everything is reached by keyboard', async ({ app, page }) => {
  test.skip(app.isPhone, 'phones have no Tab key');
  await app.open();
  await toSummaries(app);
  await app.id('summary-source').focus();
  await page.keyboard.type('The bridge is closed. Lorries take another road.');
  await app.id('summary-start').focus();
  await page.keyboard.press('Enter');
  await expect(app.id('summary')).toBeVisible();
  await app.id('to-part').focus();
  await page.keyboard.press('Enter');
  await expect(app.id('part').first()).toBeFocused();
});

for (const theme of ['light', 'dark'] as Theme[]) {
  for (const lang of ['en', 'zh-CN'] as Language[]) {
    test(`summaries in ${theme} and ${lang}`, async ({ app, page }, { project }) => {
      const shot = async (name: string): Promise<void> => {
        const folder = `../artifacts/screenshots/${project.name}/${lang}-${theme}`;
        await page.screenshot({ path: `${folder}/summarise-${name}.png` });
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow, 'nothing is cut off sideways').toBe(0);
      };
      await app.open({ theme, lang });
      await toSummaries(app);
      await shot('empty');
      await app.mock((mock) => (mock.summaries.quoted = [1]));
      await app.mock((mock) => (mock.turns.paceMs = 400));
      await app.id('summary-source').fill(lang === 'en' ? TEXT : CHINESE);
      await app.id('summary-start').click();
      await expect(app.id('job-line')).toContainText('2');
      await shot('working');
      await app.mock((mock) => (mock.turns.paceMs = 0));
      await expect(app.id('summary')).toBeVisible();
      await expectAccessible(page);
      await shot('result');
      await app.id('to-part').nth(2).click();
      await expect(app.id('part').nth(2)).toBeVisible();
      await shot('part');
    });
  }
}
