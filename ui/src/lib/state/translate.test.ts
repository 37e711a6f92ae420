import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { App } from './app.svelte';
import type { MockHost } from '../host/mock/mock-host';
import { settle, startApp } from './testing';
import { TRANSLATE_DRAFT } from './translate.svelte';

const TEXT =
  'Pets are allowed with the written consent of the landlord. Repairs below €150 are borne by the tenant.';

let app: App;
let host: MockHost;

beforeEach(async () => {
  vi.useFakeTimers();
  ({ app, host } = await startApp());
  await app.translate.arrive();
});

afterEach(() => {
  vi.useRealTimers();
});

async function translated(text = TEXT): Promise<void> {
  app.translate.type(text);
  await settle();
  app.translate.chooseTo('zh');
  const run = app.translate.run();
  await settle();
  await run;
}

describe('languages', () => {
  it('are never the same on both sides', async () => {
    app.translate.type(TEXT);
    await settle();
    expect(app.translate.sourceLanguage).toBe('en');
    app.translate.chooseTo('zh');
    app.translate.chooseFrom('zh');
    expect(app.translate.to).toBe('en');
    app.translate.chooseTo('zh');
    expect([app.translate.sourceLanguage, app.translate.to]).toEqual(['en', 'zh']);
  });

  it('leave the language that is written alone as a target', async () => {
    app.translate.chooseTo('en');
    app.translate.type(TEXT);
    await settle();
    expect(app.translate.to).not.toBe('en');
    expect(app.translate.canRun).toBe(true);
  });

  it('change places with their texts', async () => {
    await translated();
    app.translate.swap();
    expect([app.translate.from, app.translate.to]).toEqual(['zh', 'en']);
    expect(app.translate.source).toContain('经房东书面同意');
    expect(app.translate.editing).toBe(true);
  });
});

describe('a run', () => {
  it('that fails keeps the text and says why', async () => {
    host.failNext('translationRun', 'no_model');
    await translated();
    expect(app.translate.error?.code).toBe('no_model');
    expect(app.translate.running).toBe(false);
    expect(app.translate.source).toBe(TEXT);
    const again = app.translate.run();
    await settle();
    await again;
    expect(app.translate.error).toBeNull();
    expect(app.translate.done).toBe(2);
  });

  it('is kept with its text as the draft of the page', async () => {
    await translated();
    await app.drafts.flush();
    const kept: unknown = JSON.parse(host.store.draft(TRANSLATE_DRAFT));
    expect(kept).toMatchObject({ source: TEXT, to: 'zh', id: app.translate.view?.id });
  });
});

describe('a draft', () => {
  it('does not come back over a document that was put in meanwhile', async () => {
    const again = await startApp();
    again.host.store.saveDraft(
      TRANSLATE_DRAFT,
      JSON.stringify({
        id: null,
        title: null,
        format: 'plain',
        source: 'Last time.',
        from: '',
        to: 'zh',
        formality: 'neutral',
      }),
    );
    const arriving = again.app.translate.arrive();
    const put = again.app.translate.put({ name: 'lease.md', text: TEXT });
    await vi.advanceTimersByTimeAsync(1000);
    await Promise.all([arriving, put]);
    expect(again.app.translate.source).toBe(TEXT);
    again.app.toasts.runLatestAction();
    expect(again.app.translate.source).toBe('Last time.');
  });

  it('comes back after a translation that was opened took its place', async () => {
    await translated();
    const id = app.translate.list[0]?.id ?? '';
    app.translate.startNew();
    app.translate.type('Half a sentence');
    await app.translate.open(id);
    expect(app.translate.source).toBe(TEXT);
    app.toasts.runLatestAction();
    expect(app.translate.source).toBe('Half a sentence');
  });

  it('that is no draft of this version begins with an empty page', async () => {
    const other = await startApp();
    other.host.store.saveDraft(TRANSLATE_DRAFT, '{ not json');
    await other.app.translate.arrive();
    expect(other.app.translate.source).toBe('');
  });
});
