import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockHost } from '../host/mock/mock-host';
import { apply, changesOf } from '../write/pieces';
import type { App } from './app.svelte';
import { SAVE_DELAY_MS, VERSION_DELAY_MS } from './text-editor.svelte';
import { settle, startApp } from './testing';

function letter(host: MockHost): string {
  return host.writing.texts.find((text) => text.title === 'Heating')?.id ?? '';
}

async function open(app: App, host: MockHost) {
  await app.write.load();
  await app.write.open(letter(host));
  const { editor } = app.write;
  if (editor === null) throw new Error('no editor');
  return editor;
}

describe('writing', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('creates a text with its first words, saves when typing rests, and keeps a version at a pause', async () => {
    const { app, host } = await startApp();
    const editor = await app.write.begin();
    expect(host.writing.texts.some((text) => text.id === editor.id)).toBe(false);
    editor.type('a', 1, 1);
    editor.type('ab', 2, 2);
    expect(editor.saving).toBe('unsaved');
    await vi.advanceTimersByTimeAsync(SAVE_DELAY_MS);
    expect(editor.saving).toBe('saved');
    const id = editor.id ?? '';
    expect(host.writing.find(id).body).toBe('ab');
    expect(host.writing.versions(id)).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(VERSION_DELAY_MS);
    expect(host.writing.versions(id)[0]?.cause).toBe('pause');
    expect(app.write.texts?.[0]?.id).toBe(id);
  });

  it('leaves no empty texts behind', async () => {
    const { app, host } = await startApp();
    const before = host.writing.texts.length;
    await app.write.begin();
    await app.write.leave();
    expect(host.writing.texts).toHaveLength(before);
  });

  it('saves what was typed before the window goes', async () => {
    const { app, host } = await startApp();
    const editor = await app.write.begin();
    editor.type('half a thou', 11, 11);
    await host.close();
    expect(host.writing.texts.at(-1)?.body).toBe('half a thou');
  });

  it('says when a text is not saved, and saves it later', async () => {
    const { app, host } = await startApp();
    const editor = await open(app, host);
    host.failNext('textSave', 'storage_full');
    editor.type('new words', 9, 9);
    await editor.flush();
    expect(editor.saving).toBe('failed');
    await editor.flush();
    expect(editor.saving).toBe('saved');
    expect(host.writing.find(letter(host)).body).toBe('new words');
  });

  it('keeps a version before the model changes the text, and applies what was taken', async () => {
    const { app, host } = await startApp();
    const editor = await open(app, host);
    editor.type(`${editor.body}!`, 0, 0);
    const before = editor.body;
    void app.write.rewrite('grammar');
    await settle();
    expect(host.writing.versions(letter(host))[0]?.cause).toBe('model');
    const { review } = app.write;
    expect(review?.changes).toHaveLength(3);
    review?.decide(false);
    review?.decide(true);
    expect(review?.current).toBe(2);
    expect(review?.open).toBe(1);
    app.write.finishReview();
    expect(editor.body).toBe(before.replace('my daughter have', 'my daughter has'));
    editor.undo();
    expect(editor.body).toBe(before);
  });

  it('replaces nothing but the selection', async () => {
    const { app, host } = await startApp();
    const editor = await open(app, host);
    const at = editor.body.indexOf('my daughter');
    editor.follow(at, at + 'my daughter'.length);
    host.writing.nextWords = 'Mia';
    const before = editor.body;
    void app.write.rewrite('own', 'use her name');
    await settle();
    app.write.review?.decideAll(true);
    app.write.finishReview();
    expect(editor.body).toBe(before.replace('my daughter', 'Mia'));
    expect(editor.selected).toBe('Mia');
  });

  it('goes on with the text in one step that can be taken back, also when it is stopped', async () => {
    const { app, host } = await startApp();
    const editor = await open(app, host);
    const before = editor.body;
    editor.follow(4, 4);
    host.writing.hold();
    void app.write.carryOn();
    await settle();
    expect(editor.body.slice(0, 4)).toBe('Dear');
    expect(editor.body.length).toBeGreaterThan(before.length);
    await app.write.stop();
    await settle();
    expect(app.write.running).toBeNull();
    expect(editor.body.endsWith(before.slice(4))).toBe(true);
    editor.undo();
    expect(editor.body).toBe(before);
  });

  it('saves words while they come, so that a crash costs little', async () => {
    const { app, host } = await startApp({ paceMs: 150 });
    const editor = await open(app, host);
    editor.follow(4, 4);
    host.writing.nextWords = ' one two three four five six seven eight nine ten';
    void app.write.carryOn();
    await vi.advanceTimersByTimeAsync(1200);
    expect(app.write.running).not.toBeNull();
    expect(host.writing.find(letter(host)).body).toContain('Dear one two');
    await settle();
  });

  it('leaves the text alone when the model fails', async () => {
    const { app, host } = await startApp();
    const editor = await open(app, host);
    const before = editor.body;
    host.failNext('writeContinue', 'no_model');
    await app.write.carryOn();
    expect(editor.body).toBe(before);
    expect(app.write.error?.code).toBe('no_model');
  });

  it('drafts into a text of its own and notes the form', async () => {
    const { app, host } = await startApp();
    const opened = await open(app, host);
    const before = opened.body;
    await app.write.drafting.open();
    const { form } = app.write.drafting;
    if (form === null) throw new Error('no form');
    form.points = 'lunch on Friday';
    app.write.drafting.keep();
    void app.write.draft(form);
    await settle();
    expect(host.writing.find(letter(host)).body).toBe(before);
    const { editor } = app.write;
    expect(editor?.body).toContain('lunch on Friday');
    expect(host.writing.find(editor?.id ?? '').form?.points).toBe('lunch on Friday');
    await app.write.drafting.open();
    expect(app.write.drafting.form?.points).toBe('');
  });

  it('keeps the form that was not written from', async () => {
    const { app } = await startApp();
    await app.write.drafting.open();
    if (app.write.drafting.form) app.write.drafting.form.points = 'half a form';
    app.write.drafting.close();
    await settle();
    await app.write.drafting.open();
    expect(app.write.drafting.form?.points).toBe('half a form');
  });

  it('applies any choice of changes', () => {
    const pieces = [
      { type: 'change' as const, old: '', new: 'A ' },
      { type: 'same' as const, text: 'b ' },
      { type: 'change' as const, old: 'c', new: 'd' },
    ];
    expect(changesOf(pieces)).toHaveLength(2);
    expect(apply(pieces, [true, true])).toBe('A b d');
    expect(apply(pieces, [false, null])).toBe('b c');
    expect(apply(pieces, [null, true])).toBe('b d');
  });
});
