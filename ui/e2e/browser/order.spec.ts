/** Keeping order among conversations: pins, the archive, tags, many at once, and a list of thousands. */
import { expectAccessible } from './axe';
import type { App } from './app';
import { expect, test } from './fixtures';

const BAKERY = 'Names for a bakery';
const LEASE = 'What the lease says about pets';
const LETTER = 'Letter to the landlord about the boiler';

async function choose(app: App, title: string, entry: string): Promise<void> {
  const item = app.page.getByRole('listitem').filter({ has: app.conversation(title) });
  await item.hover();
  await item.locator('[aria-haspopup=menu]').click();
  await app.page.getByRole('menuitem', { name: entry, exact: true }).click();
}

/** Begins a selection with these conversations. */
async function select(app: App, first: string, ...others: string[]): Promise<void> {
  await choose(app, first, 'Select');
  for (const title of others) await app.conversation(title).click();
  await expect(app.id('selection')).toContainText(`${others.length + 1} selected`);
}

test('what is pinned comes first, and goes back with undo', async ({ app, page }) => {
  await app.open();
  await app.showList();
  await choose(app, BAKERY, 'Pin');
  await expect(app.id('conversation-item').first()).toHaveText(BAKERY);
  await expect(page.getByRole('heading', { name: 'Pinned' })).toBeVisible();
  await app.id('undo').click();
  await expect(app.id('conversation-item').first()).not.toHaveText(BAKERY);
  await expect(page.getByRole('heading', { name: 'Pinned' })).toBeHidden();
});

test('the archive holds what has left the list, and the search finds it', async ({ app, page }) => {
  await app.open();
  await app.showList();
  await choose(app, BAKERY, 'Archive');
  await expect(app.conversation(BAKERY)).toBeHidden();

  await app.id('search').fill('tide oven');
  await expect(app.id('search-hit').filter({ hasText: BAKERY })).toContainText('archived');
  await page.keyboard.press('Escape');

  await app.id('open-archive').click();
  await expect(app.conversation(BAKERY)).toBeVisible();
  await expect(app.conversation(LEASE)).toBeHidden();
  await app.conversation(BAKERY).click();
  await expect(page.locator('main').getByText('Archived', { exact: true })).toBeVisible();
  await app.showList();
  await choose(app, BAKERY, 'Unarchive');
  await expect(page.getByText('The archive is empty.')).toBeVisible();
  await app.id('leave-archive').click();
  await expect(app.conversation(BAKERY)).toBeVisible();
});

test('on a phone, back leads out of the archive', async ({ app, page }) => {
  test.skip(!app.isPhone, 'a desktop has the archive beside the conversation');
  await app.open();
  await app.showList();
  await choose(app, BAKERY, 'Archive');
  await app.id('open-archive').click();
  await app.conversation(BAKERY).click();
  await expect(app.id('title')).toHaveText(BAKERY);
  await page.goBack();
  await expect(app.id('leave-archive')).toBeVisible();
  await page.goBack();
  await expect(app.id('leave-archive')).toBeHidden();
  await expect(app.conversation(LEASE)).toBeVisible();
  await page.goForward();
  await expect(app.conversation(BAKERY)).toBeVisible();
  await app.id('leave-archive').click();
  await expect(app.conversation(LEASE)).toBeVisible();
});

test('a tag is made, shown, filters the list, and is renamed everywhere', async ({ app, page }) => {
  await app.open();
  await app.showList();
  await choose(app, BAKERY, 'Tags…');
  await app.id('new-tag').fill('  side   project ');
  await page.keyboard.press('Enter');
  await expect(app.id('tag-option')).toBeChecked();
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(app.conversation(BAKERY)).toContainText('side project');

  // The same tag in another spelling is the same tag.
  await choose(app, LEASE, 'Tags…');
  await app.id('new-tag').fill('SIDE PROJECT');
  await app.id('add-tag').click();
  await expect(app.id('tag-option')).toHaveCount(1);
  await app.id('save-tags').click();

  await app.id('filter-tag').click();
  await expect(app.id('conversation-item')).toHaveCount(2);

  await app.id('manage-tags').click();
  await expect(app.id('tag-row')).toContainText('2 conversations');
  await app.id('tag-rename').click();
  await app.id('tag-name').fill('shop');
  await page.keyboard.press('Enter');
  await expect(app.id('filter-tag')).toHaveText('shop');
  await expect(app.id('conversation-item')).toHaveCount(2);
  await app.id('filter-tag').click();
  await expect(app.conversation(LETTER)).toBeVisible();

  await app.id('manage-tags').click();
  await app.id('tag-remove').click();
  await expect(app.id('filter-tag')).toBeHidden();
  await app.id('undo').last().click();
  await expect(app.id('filter-tag')).toHaveText('shop');
});

test('many are archived with one step and come back with one', async ({ app, page }) => {
  await app.open();
  await app.showList();
  const count = await app.id('conversation-item').count();
  await select(app, BAKERY, LEASE, LETTER);
  await expectAccessible(page);
  await app.id('selection-archive').click();
  await expect(app.id('toast')).toContainText('3 conversations archived.');
  await expect(app.id('selection')).toBeHidden();
  await expect(app.id('conversation-item')).toHaveCount(count - 3);
  await app.id('undo').click();
  await expect(app.id('conversation-item')).toHaveCount(count);
});

test('many get a tag, and many go to the trash', async ({ app }) => {
  await app.open({ scenario: 'organised' });
  await app.showList();
  const count = await app.id('conversation-item').count();
  await select(app, BAKERY, LEASE);
  await app.id('selection-tag').click();
  const home = app.page.getByRole('checkbox', { name: 'home' });
  await expect(home).toBeChecked({ indeterminate: true });
  await home.click();
  await app.id('save-tags').click();
  await expect(app.conversation(BAKERY)).toContainText('home');
  await expect(app.conversation(LEASE)).toContainText('home');

  await select(app, BAKERY, LEASE);
  await app.id('selection-trash').click();
  await expect(app.id('conversation-item')).toHaveCount(count - 2);
  await app.id('undo').last().click();
  await expect(app.id('conversation-item')).toHaveCount(count);
});

test('Ctrl and Shift select with the mouse, Escape ends it', async ({ app, page, isMobile }) => {
  test.skip(isMobile, 'a phone has no such keys');
  await app.open();
  const items = app.id('conversation-item');
  await items.nth(1).click({ modifiers: ['Control'] });
  await items.nth(3).click({ modifiers: ['Shift'] });
  await expect(app.id('selection')).toContainText('3 selected');
  await items.nth(2).click();
  await expect(app.id('selection')).toContainText('2 selected');
  await page.keyboard.press('Control+a');
  await expect(app.id('selection')).toContainText(`${await items.count()} selected`);
  await page.keyboard.press('Escape');
  await expect(app.id('selection')).toBeHidden();
  await expect(app.id('search')).toBeVisible();
});

test('2,000 conversations are a few rows in the page', async ({ app, page, isMobile }) => {
  await app.open({ scenario: 'many' });
  await app.showList();
  const list = app.id('conversation-list');
  const rows = list.getByRole('listitem');
  expect(await rows.count()).toBeLessThan(60);
  await expect(rows.first()).toHaveAttribute('aria-setsize', /^20\d\d$/);
  await list.evaluate((element) => (element.scrollTop = element.scrollHeight));
  await expect(app.conversation('Conversation number 2000')).toBeInViewport();
  expect(await rows.count()).toBeLessThan(60);
  if (isMobile) return;
  await app.conversation('Conversation number 2000').focus();
  await page.keyboard.press('Home');
  await expect(app.id('conversation-item').first()).toBeFocused();
  await page.keyboard.press('End');
  await expect(app.conversation('Conversation number 2000')).toBeFocused();
  await expect(app.conversation('Conversation number 2000')).toBeInViewport();
});

test('the trash says how long it keeps what is in it', async ({ app }) => {
  await app.open();
  await app.showList();
  await app.id('open-trash').click();
  await expect(app.id('trash-item').first()).toContainText('29 days left');
});
