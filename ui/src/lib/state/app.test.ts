import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { i18n } from '../i18n/i18n.svelte';
import { NEW_DRAFT } from '../host/host';
import { groupByPeriod } from './conversations.svelte';
import { DRAFT_DELAY_MS } from './drafts.svelte';
import { SEARCH_DELAY_MS, SEARCH_PATIENCE_MS } from './search.svelte';
import { settle, startApp } from './testing';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  localStorage.clear();
});

describe('starting', () => {
  it('brings back the last conversation and its unsent draft', async () => {
    const before = await startApp();
    const id = before.app.chat.thread.id ?? '';
    before.app.drafts.set(id, 'half a thought');
    await settle();
    let snapshot = { store: before.host.store.snapshot(), preferences: before.host.preferences };
    snapshot = structuredClone(snapshot);
    const { app } = await startApp({ snapshot: { stored: snapshot, keep: () => undefined } });
    expect(app.chat.thread.id).toBe(id);
    expect(app.drafts.text(id)).toBe('half a thought');
  });

  it('does not replace what was typed before everything was loaded', async () => {
    const { app, host } = await startApp({ scenario: 'first-run' });
    host.store.saveDraft(NEW_DRAFT, 'old draft');
    app.drafts.set(NEW_DRAFT, 'typed first');
    await app.drafts.loadNew();
    expect(app.drafts.text(NEW_DRAFT)).toBe('typed first');
  });

  it('says why the store failed, and goes on once it opens', async () => {
    const { app } = await startApp({ scenario: 'storage-failed' });
    expect(app.storage).toMatchObject({
      state: 'failed',
      error: { code: 'storage_key_missing' },
    });
    expect(app.conversations.list).toEqual([]);
    await app.retryStorage();
    expect(app.storage?.state).toBe('ready');
    expect(app.conversations.list.length).toBeGreaterThan(0);
  });

  it('opens a new conversation when the last one is gone', async () => {
    const { app, host } = await startApp();
    host.preferences = { ...host.preferences, lastConversation: 'c99999' };
    const second = await startApp({
      snapshot: {
        stored: { store: host.store.snapshot(), preferences: host.preferences },
        keep: () => undefined,
      },
    });
    expect(second.app.chat.thread.id).toBeNull();
    expect(app.toasts.items).toEqual([]);
  });
});

describe('drafts', () => {
  it('are written once typing rests', async () => {
    const { app, host } = await startApp();
    const id = app.chat.thread.id ?? '';
    const saves = (): number => host.calls.filter((call) => call.command === 'draftSave').length;
    app.drafts.set(id, 'a');
    await vi.advanceTimersByTimeAsync(DRAFT_DELAY_MS - 1);
    app.drafts.set(id, 'ab');
    await vi.advanceTimersByTimeAsync(DRAFT_DELAY_MS - 1);
    expect(saves()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(saves()).toBe(1);
    expect(host.store.draft(id)).toBe('ab');
  });

  it('are written at once when the window goes away', async () => {
    const { app, host } = await startApp();
    app.drafts.set(NEW_DRAFT, 'quick');
    await app.drafts.flush();
    expect(host.store.draft(NEW_DRAFT)).toBe('quick');
  });

  it('are tried again after the disk was full', async () => {
    const { app, host } = await startApp();
    host.failNext('draftSave', 'storage_full');
    app.drafts.set(NEW_DRAFT, 'keep me');
    await app.drafts.flush();
    expect(app.toasts.items.at(-1)?.text).toContain('disk is full');
    await app.drafts.flush();
    expect(host.store.draft(NEW_DRAFT)).toBe('keep me');
  });
});

describe('the trash', () => {
  it('takes a conversation, and undo brings it back to the screen', async () => {
    const { app } = await startApp();
    const id = app.chat.thread.id ?? '';
    await app.order.trash([id]);
    expect(app.conversations.find(id)).toBeUndefined();
    expect(app.chat.thread.id).toBeNull();
    expect(app.toasts.runLatestAction()).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(app.conversations.find(id)).toBeDefined();
    expect(app.chat.thread.id).toBe(id);
  });

  it('offers undo for a while, and nothing after it', async () => {
    const { app } = await startApp();
    await app.order.trash([app.chat.thread.id ?? '']);
    await settle();
    expect(app.toasts.items).toEqual([]);
    expect(app.toasts.runLatestAction()).toBe(false);
  });

  it('leaves the list as it was when the shell refuses', async () => {
    const { app, host } = await startApp();
    const before = app.conversations.list;
    host.failNext('conversationsTrash', 'storage_read_only');
    await app.order.trash([before[0]?.id ?? '']);
    expect(app.conversations.list).toEqual(before);
    expect(app.toasts.items.at(-1)?.tone).toBe('error');
  });

  it('gives back and erases', async () => {
    const { app, host } = await startApp();
    await app.conversations.loadTrashed();
    const [old] = app.conversations.trashed;
    await app.restoreConversation(old?.id ?? '');
    expect(app.conversations.find(old?.id ?? '')).toBeDefined();
    await app.order.trash([old?.id ?? '']);
    await app.purgeConversation(old?.id ?? '');
    expect(host.store.list(true)).toEqual([]);
    expect(host.store.list(false).some((item) => item.id === old?.id)).toBe(false);
  });
});

describe('renaming', () => {
  it('shows the new name at once and the old one again when it fails', async () => {
    const { app, host } = await startApp();
    const { id, title } = app.conversations.list[0] ?? { id: '', title: '' };
    host.failNext('conversationRename', 'storage_full');
    const renaming = app.renameConversation(id, '  Another name ');
    expect(app.conversations.find(id)?.title).toBe('Another name');
    await renaming;
    expect(app.conversations.find(id)?.title).toBe(title);
  });

  it('ignores an empty name', async () => {
    const { app, host } = await startApp();
    await app.renameConversation(app.conversations.list[0]?.id ?? '', '   ');
    expect(host.calls.some((call) => call.command === 'conversationRename')).toBe(false);
  });
});

describe('search', () => {
  it('shows the answer to the latest query even when an older one comes late', async () => {
    const { app, host } = await startApp();
    const search = host.search.bind(host);
    host.search = async (query) => {
      if (query === 'b') await new Promise((resolve) => setTimeout(resolve, 5000));
      return search(query);
    };
    app.search.set('b');
    await vi.advanceTimersByTimeAsync(SEARCH_DELAY_MS);
    app.search.set('杭州');
    await settle();
    expect(app.search.answered).toBe('杭州');
    expect(app.search.count).toBeGreaterThan(0);
    expect(app.search.found.conversations.every((hit) => hit.excerpt.includes('杭州'))).toBe(true);
  });

  it('does not have conversations wait for texts that take long to look through', async () => {
    const { app, host } = await startApp();
    host.worksSearch = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5000));
      return [];
    };
    app.search.set('杭州');
    await vi.advanceTimersByTimeAsync(SEARCH_DELAY_MS + SEARCH_PATIENCE_MS - 1);
    expect(app.search.answered).toBe('');
    await vi.advanceTimersByTimeAsync(1);
    expect(app.search.found.conversations).not.toEqual([]);
    expect(app.search.partial).toBe(true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(app.search.partial).toBe(false);
    expect(app.search.answered).toBe('杭州');
  });

  it('shows the best passage of a document, however many there are', async () => {
    const { app, host } = await startApp();
    const reading = host.documents.read('plan.pdf', 'The quay of Hallstedt is old. '.repeat(200));
    await settle();
    const open = await reading;
    host.documents.keep(open?.document.id ?? '');
    app.search.set('quay');
    await settle();
    expect(app.search.found.documents.map(({ ordinal }) => ordinal)).toEqual([0]);
  });

  it('forgets a running search when it is cleared', async () => {
    const { app } = await startApp();
    app.search.set('mouse');
    app.search.clear();
    await settle();
    expect(app.search.count).toBe(0);
    expect(app.search.answered).toBe('');
  });
});

describe('preferences', () => {
  it('change the page at once and are stored in order', async () => {
    const { app, host } = await startApp();
    void app.preferences.update({ theme: 'dark' });
    await app.preferences.update({ language: 'zh-CN' });
    app.applyLanguage();
    expect(i18n.t.nav.settings).toBe('设置');
    expect(host.preferences).toMatchObject({ theme: 'dark', language: 'zh-CN' });
    await app.preferences.update({ language: 'en' });
    app.applyLanguage();
  });
});

describe('the model', () => {
  it('stays usable when loading another one fails', async () => {
    const { app, host } = await startApp();
    const { usable } = app.model;
    const error = { code: 'model_invalid' as const, message: '', details: {} };
    host.setModelStatus({ state: 'failed', error, model: usable });
    expect(app.model.usable).toEqual(usable);
    expect(app.model.error?.code).toBe('model_invalid');
    app.drafts.set(app.chat.thread.draftKey, 'still there?');
    void app.chat.send();
    await vi.advanceTimersByTimeAsync(0);
    expect(host.calls.some((call) => call.command === 'chatSend')).toBe(true);
  });

  it('is loaded again from the path that failed', async () => {
    const { app, host } = await startApp({ scenario: 'model-failed' });
    void app.model.tryAgain();
    await settle();
    const load = host.calls.find((call) => call.command === 'modelLoad');
    expect(load?.args[0]).toBe('~/models/qwen3-0.6b-q8_0.gguf');
  });

  it('is loaded again from the file that was chosen, however often and whatever fails', async () => {
    const { app, host } = await startApp();
    const path = '/models/chosen.gguf';
    host.failNext('modelChoose', 'model_truncated', { path });
    void app.model.choose();
    await settle();
    host.failNext('modelLoad', 'engine_failed');
    void app.model.tryAgain();
    await settle();
    expect(app.model.error?.code).toBe('engine_failed');
    void app.model.tryAgain();
    await settle();
    await settle();
    const loads = host.calls.filter((call) => call.command === 'modelLoad');
    expect(loads.map((call) => call.args[0])).toEqual([path, path]);
    expect(app.model.usable).toMatchObject({ path, isDefault: false });
    expect(app.model.error).toBeNull();
  });

  it('is loaded again from the same file after another choice was cancelled', async () => {
    const { app, host } = await startApp({ scenario: 'model-failed' });
    host.nextFile = null;
    void app.model.choose();
    await settle();
    void app.model.tryAgain();
    await settle();
    const load = host.calls.find((call) => call.command === 'modelLoad');
    expect(load?.args[0]).toBe('~/models/qwen3-0.6b-q8_0.gguf');
  });

  it('does not become a choice when it is the built-in one', async () => {
    const { app, host } = await startApp();
    host.failNext('modelLoad', 'model_missing', { path: '/usr/share/llmos/built-in.gguf' });
    void app.model.useDefault();
    await settle();
    void app.model.tryAgain();
    await settle();
    const loads = host.calls.filter((call) => call.command === 'modelLoad');
    expect(loads.map((call) => call.args[0])).toEqual([null, null]);
  });
});

describe('groupByPeriod', () => {
  it('goes by calendar days, not by hours', () => {
    const now = new Date(2026, 2, 18, 0, 30).getTime();
    const at = (day: number, hour: number): number => new Date(2026, 2, day, hour).getTime();
    const list = [at(18, 0), at(17, 23), at(17, 0), at(16, 23), at(11, 1), at(10, 23)].map(
      (updatedAt, index) => ({
        id: String(index),
        title: null,
        createdAt: 0,
        updatedAt,
        trashedAt: null,
        temporary: false,
        pinned: false,
        archived: false,
        tags: [],
      }),
    );
    const groups = groupByPeriod(list, now).map(({ period, conversations }) => [
      period,
      conversations.map((item) => item.id).join(),
    ]);
    expect(groups).toEqual([
      ['today', '0'],
      ['yesterday', '1,2'],
      ['week', '3,4'],
      ['older', '5'],
    ]);
  });
});
