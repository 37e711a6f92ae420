import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { App } from './app.svelte';
import { settle, startApp } from './testing';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  localStorage.clear();
});

/** What the list shows: each heading with its titles. */
function shown(app: App): [string, ...(string | null)[]][] {
  return app.conversations.groups.map((group) => [
    group.period,
    ...group.conversations.map((item) => item.title),
  ]);
}

function ids(app: App, ...titles: string[]): string[] {
  return titles.map((title) => app.conversations.list.find((c) => c.title === title)?.id ?? '');
}

async function undo(app: App): Promise<void> {
  expect(app.toasts.runLatestAction()).toBe(true);
  await vi.advanceTimersByTimeAsync(0);
}

const BAKERY = 'Names for a bakery';
const LEASE = 'What the lease says about pets';

describe('keeping order', () => {
  it('shows what is pinned first, and puts it back where it was', async () => {
    const { app } = await startApp();
    const before = shown(app);
    await app.order.pin(ids(app, BAKERY, LEASE), true);
    expect(shown(app)[0]).toEqual(['pinned', BAKERY, LEASE]);
    expect(app.toasts.items.at(-1)?.text).toBe('2 conversations pinned.');
    await undo(app);
    expect(shown(app)).toEqual(before);
  });

  it('undoes only what it has changed', async () => {
    const { app, host } = await startApp();
    const [bakery, lease] = ids(app, BAKERY, LEASE);
    await app.order.archive([bakery ?? ''], true);
    await app.order.archive([bakery ?? '', lease ?? ''], true);
    expect(app.toasts.items.at(-1)?.text).toBe(`“${LEASE}” archived.`);
    await undo(app);
    expect(app.conversations.find(bakery ?? '')?.archived).toBe(true);
    expect(app.conversations.find(lease ?? '')?.archived).toBe(false);
    expect(host.store.summary(bakery ?? '').archived).toBe(true);
  });

  it('has the archive on a shelf of its own', async () => {
    const { app } = await startApp();
    const [bakery] = ids(app, BAKERY);
    await app.order.pin([bakery ?? ''], true);
    await app.order.archive([bakery ?? ''], true);
    expect(app.conversations.order).not.toContain(bakery);
    app.conversations.shelf = 'archive';
    expect(shown(app)).toEqual([['week', BAKERY]]);
  });

  it('moves many to the trash and brings them back with one step', async () => {
    const { app } = await startApp();
    const before = shown(app);
    const onScreen = app.chat.thread.id ?? '';
    await app.order.trash([onScreen, ...ids(app, BAKERY)]);
    expect(app.conversations.list).toHaveLength(before.flat().length - before.length - 2);
    expect(app.chat.thread.id).toBeNull();
    await undo(app);
    await settle();
    expect(shown(app)).toEqual(before);
    expect(app.chat.thread.id).toBe(onScreen);
  });

  it.each(['conversationsPin', 'conversationsArchive', 'conversationsTrash'] as const)(
    'leaves everything as it was when %s is refused',
    async (command) => {
      const { app, host } = await startApp();
      const before = app.conversations.list;
      host.failNext(command, 'storage_full');
      const some = ids(app, BAKERY, LEASE);
      if (command === 'conversationsPin') await app.order.pin(some, true);
      else if (command === 'conversationsArchive') await app.order.archive(some, true);
      else await app.order.trash(some);
      expect(app.conversations.list).toEqual(before);
      expect(app.toasts.items.at(-1)).toMatchObject({ tone: 'error', action: null });
    },
  );
});

describe('tags', () => {
  it('filter the list until they are gone', async () => {
    const { app } = await startApp({ scenario: 'organised' });
    expect([...app.conversations.tags.keys()]).toContain('bakery');
    app.conversations.filter('bakery');
    expect(app.conversations.order).toEqual(ids(app, BAKERY));
    await app.order.removeTag('bakery');
    expect(app.conversations.tag).toBeNull();
    expect(app.conversations.order.length).toBeGreaterThan(1);
    await undo(app);
    expect(app.conversations.find(ids(app, BAKERY)[0] ?? '')?.tags).toContain('bakery');
  });

  it('given to many are taken back from those that lacked them', async () => {
    const { app } = await startApp({ scenario: 'organised' });
    const some = ids(app, BAKERY, LEASE);
    const tags = (): string[][] => some.map((id) => app.conversations.find(id)?.tags ?? []);
    const before = tags();
    await app.order.tag([
      { tag: 'HOME', conversations: some, on: true },
      { tag: 'ideas', conversations: some, on: false },
    ]);
    expect(tags()).toEqual([['bakery', 'home', 'work'], ['home']]);
    expect(app.toasts.items.at(-1)?.text).toBe('Tags of 2 conversations changed.');
    await undo(app);
    expect(tags()).toEqual(before);
  });

  it('renamed stay the filter, and a name that is taken makes one of two', async () => {
    const { app } = await startApp({ scenario: 'organised' });
    app.conversations.filter('bakery');
    await app.order.renameTag('bakery', 'Shop');
    expect(app.conversations.tag).toBe('Shop');
    await app.order.renameTag('Shop', 'home');
    expect(app.conversations.allTags.get('home')).toBe(3);
    expect(app.conversations.allTags.has('Shop')).toBe(false);
    await undo(app);
    expect(app.conversations.allTags.get('home')).toBe(2);
    expect(app.conversations.allTags.get('Shop')).toBe(1);
  });

  it('that are refused are said so, and nothing is there to undo', async () => {
    const { app, host } = await startApp();
    host.failNext('conversationsTag', 'too_many_tags', { available: '20' });
    await app.order.tag([{ tag: 'x', conversations: ids(app, BAKERY), on: true }]);
    expect(app.toasts.items.at(-1)).toMatchObject({ tone: 'error', action: null });
  });
});

describe('selecting', () => {
  it('takes single ones and ranges, in the order of the list', async () => {
    const { app } = await startApp();
    const { order } = app.conversations;
    const { selection } = app;
    selection.toggle(order[3] ?? '');
    selection.extend(order[1] ?? '');
    expect(selection.ids).toEqual(order.slice(1, 4));
    selection.toggle(order[2] ?? '');
    expect(selection.ids).toEqual([order[1], order[3]]);
    selection.toggleAll();
    expect(selection.ids).toEqual(order);
    selection.toggleAll();
    expect(selection.ids).toEqual([]);
    expect(selection.active).toBe(true);
  });

  it('ends when something was done, and forgets what is no longer shown', async () => {
    const { app } = await startApp({ scenario: 'organised' });
    const [first, second] = app.conversations.order;
    app.selection.toggle(first ?? '');
    app.selection.toggle(second ?? '');
    app.conversations.filter('bakery');
    expect(app.selection.ids).toEqual([]);
    app.conversations.filter(null);
    await app.order.archive(app.selection.ids, true);
    expect(app.selection.active).toBe(false);
  });
});
