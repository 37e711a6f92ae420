/** Very long conversations and very long answers. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

const LAST = 'Question 2500: what comes after 2499?';

function distanceFromEnd(page: Page): Promise<number> {
  return page
    .getByRole('list', { name: 'Conversation' })
    .evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop);
}

/** Whether the list takes its last movement for over. */
function isAtRest(page: Page): Promise<boolean> {
  return page
    .getByRole('list', { name: 'Conversation' })
    .evaluate((list) => (list.firstElementChild as HTMLElement).style.pointerEvents === '');
}

test('5,000 messages open at the end, with few rows in the page', async ({ app, page }) => {
  await app.open({ scenario: 'long' });
  await expect(page.getByText(LAST)).toBeInViewport();
  await expect.poll(() => distanceFromEnd(page)).toBeLessThan(9);
  const rows = app.id('flow').locator('[data-key]');
  expect(await rows.count()).toBeLessThan(60);
  await expect(rows.last()).toHaveRole('listitem');
  await expect(rows.last()).toHaveAttribute('aria-posinset', '5000');
  await expect(rows.last()).toHaveAttribute('aria-setsize', '5000');
});

test('scrolling up through them keeps every row in its place', async ({ app, page }) => {
  await app.open({ scenario: 'long' });
  await expect(app.lastAnswer.locator('.markdown')).toBeVisible();
  await expect.poll(() => distanceFromEnd(page)).toBeLessThan(9);
  await expect.poll(() => isAtRest(page)).toBe(true);
  const jumps = await page.getByRole('list', { name: 'Conversation' }).evaluate(async (list) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const seen: number[] = [];
    for (let step = 0; step < 60; step += 1) {
      const rows = [...list.querySelectorAll<HTMLElement>('[data-key]')];
      const row = rows.find((candidate) => candidate.getBoundingClientRect().bottom > 300);
      const before = row?.getBoundingClientRect().top ?? Number.NaN;
      list.scrollTop -= 150;
      await frame();
      await frame();
      // Scrolling by 150 moves the row by 150, whatever heights were measured meanwhile.
      seen.push(Math.abs((row?.getBoundingClientRect().top ?? Number.NaN) - before - 150));
    }
    return seen;
  });
  expect(Math.max(...jumps)).toBeLessThan(3);
});

test('from the end to the first message and back', async ({ app, page }) => {
  await app.open({ scenario: 'long' });
  await expect(page.getByText(LAST)).toBeInViewport();
  const list = page.getByRole('list', { name: 'Conversation' });
  await list.evaluate((element) => (element.scrollTop = 0));
  await expect(page.getByText('Question 1: what comes after 0?')).toBeInViewport();
  await app.id('latest').click();
  await expect(page.getByText(LAST)).toBeInViewport();
  await expect(app.id('latest')).toBeHidden();
});

test('a hit in the middle of them is scrolled to', async ({ app }) => {
  await app.open({ scenario: 'long' });
  await app.showList();
  await app.id('search').fill('Question 1234:');
  await app.id('search-hit').first().click();
  await expect(app.id('message-user').filter({ hasText: 'Question 1234:' })).toBeInViewport();
});

test('a growing answer is followed until the reader scrolls up', async ({
  app,
  page,
  isMobile,
}) => {
  await app.open({ scenario: 'long', pace: 15 });
  await expect(page.getByText(LAST)).toBeInViewport();
  await app.mock(
    (mock, text) => void (mock.turns.nextAnswer = text),
    'A sentence of this answer.\n\n'.repeat(120),
  );
  await app.send('Tell me more');
  await expect(app.lastAnswer.locator('p').nth(8)).toBeVisible();
  await expect.poll(() => distanceFromEnd(page)).toBeLessThan(9);

  const list = page.getByRole('list', { name: 'Conversation' });
  if (isMobile) await list.evaluate((element) => element.scrollBy(0, -200));
  else {
    await list.hover();
    await page.mouse.wheel(0, -200);
  }
  await expect(app.id('latest')).toBeVisible();
  const top = await list.evaluate((element) => element.scrollTop);
  const paragraphs = await app.lastAnswer.locator('p').count();
  await expect.poll(() => app.lastAnswer.locator('p').count()).toBeGreaterThan(paragraphs + 3);
  expect(Math.abs((await list.evaluate((element) => element.scrollTop)) - top)).toBeLessThan(3);

  await app.id('latest').click();
  await expect.poll(() => distanceFromEnd(page)).toBeLessThan(9);
  await app.id('stop').click();
  await app.answered();
});

test('a very long answer renders while it streams', async ({ app, page }) => {
  test.slow();
  await app.open();
  const words = 'Words that **follow** one `another`, and a [link](https://example.org/). ';
  const text = `${words.repeat(5)}\n\n- an item\n- another\n\n`.repeat(30);
  await watchSettledBlocks(page);
  await app.ask('Write a lot', text, 120_000);
  await expect(app.lastAnswer.locator('li')).toHaveCount(60);
  // Only what is at the end of the answer is worked on while it grows.
  expect(await page.evaluate(() => (window as Watched).touched)).toEqual([]);
});

interface Watched {
  /** Blocks that changed though four others followed them. */
  touched?: string[];
}

async function watchSettledBlocks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const touched: string[] = [];
    (window as Watched).touched = touched;
    new MutationObserver((records) => {
      for (const { target } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        let block = element?.closest('[data-status=streaming] .block');
        const text = block?.textContent ?? '';
        for (let later = 0; block && later < 4; later += 1) {
          block = block.nextElementSibling ?? undefined;
        }
        if (block) touched.push(text);
      }
    }).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
}
