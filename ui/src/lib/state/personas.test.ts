import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NEW_DRAFT, TEMPORARY_DRAFT } from '../host/host';
import type { MockHost } from '../host/mock/mock-host';
import type { App } from './app.svelte';
import { advance, settle, startApp } from './testing';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Everything that was handed to be written down, as text. */
function written(host: MockHost): string {
  const writing = ['draftSave', 'preferencesSet', 'conversationSettingsSet'];
  return JSON.stringify(host.calls.filter((call) => writing.includes(call.command)));
}

async function say(app: App, text: string): Promise<void> {
  app.drafts.set(app.chat.thread.draftKey, text);
  void app.chat.send();
  await settle();
}

describe('Personas', () => {
  it('are made, changed, duplicated and deleted with undo', async () => {
    const { app } = await startApp();
    const { personas } = app;
    expect(personas.fallback?.profile.name).toBe('Assistant');
    personas.edit(null);
    const { editor } = personas;
    if (editor === null) throw new Error('no editor');
    expect(editor.complete).toBe(false);
    editor.name = ' Poet ';
    editor.prompts = 'An ode\n\n  \nA limerick: ';
    expect(editor.complete).toBe(true);
    const poet = await personas.save();
    expect(poet?.profile).toMatchObject({ name: 'Poet', prompts: ['An ode', 'A limerick: '] });
    if (poet === null) return;
    const copy = await personas.duplicate(poet);
    expect(copy?.profile.name).toBe('Poet (copy)');
    await personas.remove(poet);
    expect(personas.find(poet.id)).toBeNull();
    app.toasts.runLatestAction();
    await settle();
    expect(personas.find(poet.id)?.profile.name).toBe('Poet');
  });

  it('keep what is typed when they can not be saved', async () => {
    const { app, host } = await startApp();
    app.personas.edit('tutor');
    const { editor } = app.personas;
    if (editor === null) throw new Error('no editor');
    editor.name = 'My tutor';
    host.failNext('personaSave', 'storage_full');
    expect(await app.personas.save()).toBeNull();
    expect(app.personas.editor).toBe(editor);
    expect(editor.error?.code).toBe('storage_full');
    expect(await app.personas.save()).toMatchObject({ changed: true, builtIn: true });
  });

  it('bring back what was typed when the editor is left', async () => {
    const { app } = await startApp();
    app.personas.edit('tutor');
    if (app.personas.editor) app.personas.editor.greeting = 'Sit down.';
    app.personas.close();
    expect(app.personas.editor).toBeNull();
    app.toasts.runLatestAction();
    expect(app.personas.editor?.greeting).toBe('Sit down.');
    expect(app.navigation.route).toEqual({ view: 'persona', id: 'tutor' });
  });

  it('that come with the app are hidden, shown again and reset', async () => {
    const { app } = await startApp();
    const { personas } = app;
    const tutor = personas.find('tutor');
    if (tutor === null) throw new Error('no tutor');
    await personas.remove(tutor);
    expect(personas.shown).not.toContainEqual(tutor);
    expect(personas.hidden.map((persona) => persona.id)).toEqual(['tutor']);
    await personas.restore('tutor');
    personas.edit('tutor');
    if (personas.editor) personas.editor.name = 'Coach';
    const changed = await personas.save();
    if (changed === null) throw new Error('not saved');
    await personas.reset(changed);
    expect(personas.find('tutor')?.profile.name).toBe('Tutor');
    app.toasts.runLatestAction();
    await settle();
    expect(personas.find('tutor')?.profile.name).toBe('Coach');
  });

  it('speak the language of the page', async () => {
    const { app } = await startApp();
    void app.preferences.update({ language: 'zh-CN' });
    app.applyLanguage();
    await settle();
    expect(app.personas.find('tutor')?.profile.name).toBe('家教');
    void app.preferences.update({ language: 'en' });
    app.applyLanguage();
    await settle();
  });
});

describe('AnswerSettings', () => {
  it('of the conversation to come go to it, and are written before its first turn', async () => {
    const { app, host } = await startApp();
    app.startWith('tutor');
    app.settings.setGeneration({ temperature: 0.9 });
    await say(app, 'Hello');
    const id = app.chat.thread.id ?? '';
    expect(host.store.settings(id, false)).toMatchObject({
      persona: 'tutor',
      generation: { temperature: 0.9 },
    });
    app.newConversation();
    await settle();
    expect(app.settings.persona?.id).toBe('assistant');
    await app.openConversation(id);
    expect(app.settings.persona?.id).toBe('tutor');
    expect(app.settings.overrides).toBe(1);
    app.settings.clear();
    await app.settings.flush();
    expect(host.store.settings(id, false).generation.temperature).toBeNull();
  });

  it('show what the persona says where nothing is set', async () => {
    const { app } = await startApp();
    expect(app.settings.inherited.temperature).toBe(0.4);
    app.personas.edit('tutor');
    if (app.personas.editor) {
      app.personas.editor.generation = { ...app.personas.editor.generation, temperature: 0.7 };
    }
    await app.personas.save();
    app.settings.choose('tutor');
    expect(app.settings.inherited.temperature).toBe(0.7);
    expect(app.settings.inherited.topK).toBe(40);
  });

  it('fall back to the assistant, and say so, when the persona is gone', async () => {
    const { app } = await startApp();
    const copy = await app.personas.duplicate(app.personas.find('tutor') ?? never());
    app.settings.choose(copy?.id ?? '');
    expect(app.settings.orphaned).toBe(false);
    await app.personas.remove(copy ?? never());
    expect(app.settings.orphaned).toBe(true);
    expect(app.settings.persona?.id).toBe('assistant');
  });
});

describe('A model of their own', () => {
  const wanted = { kind: 'file' as const, path: '/models/other.gguf' };
  const loads = (host: MockHost): unknown[] =>
    host.calls.filter((call) => call.command === 'modelLoad').map((call) => call.args);

  it('is loaded with the first question, for this time only', async () => {
    const { app, host } = await startApp();
    app.newConversation();
    app.settings.set({ model: { kind: 'builtIn' } });
    expect(app.settings.wish).toBeNull();
    app.settings.set({ model: wanted });
    expect(app.settings.wish).toEqual(wanted);
    app.drafts.set(app.chat.thread.draftKey, 'Hello');
    void app.chat.send();
    await advance(1);
    const { thread } = app.chat;
    expect(thread.turn?.awaits).toEqual(wanted);
    expect(thread.queued).toBe('Hello');
    expect(host.calls.some((call) => call.command === 'chatSend')).toBe(false);
    await settle();
    expect(thread.messages.at(-1)?.status).toBe('complete');
    expect(app.model.usable?.path).toBe(wanted.path);
    expect(app.settings.wish).toBeNull();
    // Another version of an answer comes from it as well.
    void app.model.useDefault();
    await settle();
    void app.chat.regenerate(thread.messages.at(-1)?.id ?? '');
    await settle();
    expect(loads(host)).toEqual([
      [wanted.path, false],
      [null, true],
      [wanted.path, false],
    ]);
  });

  it('is one that its persona has, and of which a conversation may differ', async () => {
    const { app, host } = await startApp();
    const tutor = app.personas.find('tutor');
    if (tutor === null) throw new Error('no tutor');
    app.personas.edit('tutor');
    if (app.personas.editor) app.personas.editor.model = wanted;
    await app.personas.save();
    app.startWith('tutor');
    expect(app.settings.wish).toEqual(wanted);
    app.settings.set({ model: { kind: 'builtIn' } });
    await say(app, 'Hello');
    expect(loads(host)).toEqual([]);
    app.startWith('tutor');
    await say(app, 'Hello');
    expect(loads(host)).toEqual([[wanted.path, false]]);
  });

  it('is not waited for by who takes the question back', async () => {
    const { app, host } = await startApp();
    app.settings.set({ model: wanted });
    const key = app.chat.thread.draftKey;
    app.drafts.set(key, 'Hello');
    void app.chat.send();
    await advance(1);
    await app.chat.stop();
    await advance(0);
    expect(app.drafts.text(key)).toBe('Hello');
    expect(app.chat.thread).toMatchObject({ turn: null, queued: null, error: null, refusal: null });
    await settle();
    expect(host.calls.some((call) => call.command === 'chatSend')).toBe(false);
  });

  it('that is gone keeps the question, and the loaded one answers when asked to', async () => {
    const { app, host } = await startApp();
    host.lostFiles.add(wanted.path);
    app.settings.set({ model: wanted });
    await say(app, 'Hello');
    const { thread } = app.chat;
    expect(thread.refusal).toMatchObject({ wanted, error: { code: 'model_missing' } });
    expect(app.drafts.text(thread.draftKey)).toBe('Hello');
    // It is this conversation's matter, and no other's.
    expect(app.model.error).toBeNull();
    expect(app.model.usable?.isDefault).toBe(true);

    host.lostFiles.clear();
    thread.refusal?.again();
    await settle();
    expect(thread.refusal).toBeNull();
    expect(app.model.usable?.path).toBe(wanted.path);

    void app.model.useDefault();
    await settle();
    host.lostFiles.add(wanted.path);
    await say(app, 'And now?');
    app.settings.settleForLoaded();
    await settle();
    expect(thread.messages.filter((message) => message.role === 'user').at(-1)?.text).toBe(
      'And now?',
    );
    expect(thread.messages.at(-1)?.status).toBe('complete');
    expect(thread.settings.model).toEqual({ kind: 'builtIn' });
  });

  it('is loaded where no other one could be', async () => {
    const { app } = await startApp({ scenario: 'model-failed' });
    app.settings.set({ model: wanted });
    await say(app, 'Hello');
    expect(app.chat.thread.messages.at(-1)?.status).toBe('complete');
  });
});

describe('A temporary conversation', () => {
  it('leaves nothing that is written down', async () => {
    const { app, host } = await startApp();
    app.newConversation();
    app.setTemporary(true);
    app.drafts.set(app.chat.thread.draftKey, 'quokka half');
    await settle();
    await say(app, 'quokka');
    const { thread } = app.chat;
    expect(thread.temporary).toBe(true);
    app.drafts.set(thread.draftKey, 'quokka again');
    await settle();
    const question = thread.messages[0] ?? never();
    await app.versions.edit(question);
    app.versions.text = 'quokka in other words';
    await settle();
    await app.openConversation(host.store.list(false).find((it) => !it.temporary)?.id ?? '');
    await app.openConversation(thread.id ?? '');
    await settle();
    expect(written(host)).not.toContain('quokka');
    expect(written(host)).not.toContain(thread.id);
    expect(app.chat.thread.messages).toHaveLength(2);
  });

  it('takes along what was typed, and gives it back', async () => {
    const { app, host } = await startApp();
    app.newConversation();
    app.drafts.set(NEW_DRAFT, 'a secret');
    await settle();
    expect(host.store.draft(NEW_DRAFT)).toBe('a secret');
    app.setTemporary(true);
    await settle();
    expect(app.drafts.text(TEMPORARY_DRAFT)).toBe('a secret');
    expect(host.store.draft(NEW_DRAFT)).toBe('');
    app.setTemporary(false);
    await settle();
    expect(host.store.draft(NEW_DRAFT)).toBe('a secret');
  });

  it('is kept with its draft when asked', async () => {
    const { app, host } = await startApp();
    app.newConversation();
    app.setTemporary(true);
    await say(app, 'quokka');
    const id = app.chat.thread.id ?? '';
    app.drafts.set(id, 'and more');
    await settle();
    expect(host.store.snapshot().conversations.some((it) => it.summary.id === id)).toBe(false);
    await app.keepConversation(id);
    await settle();
    expect(app.chat.thread.temporary).toBe(false);
    expect(host.store.draft(id)).toBe('and more');
    expect(host.preferences.lastConversation).toBe(id);
    expect(app.conversations.find(id)?.temporary).toBe(false);
  });

  it('is forgotten after a yes', async () => {
    const { app, host } = await startApp();
    app.newConversation();
    app.setTemporary(true);
    await say(app, 'quokka');
    const id = app.chat.thread.id ?? '';
    await app.order.trash([id]);
    expect(app.forgetting).toBe(id);
    await app.forgetConversation(id);
    expect(app.conversations.find(id)).toBeUndefined();
    expect(host.store.list(true).some((it) => it.id === id)).toBe(false);
    expect(app.chat.thread.id).toBeNull();
    expect(app.chat.thread.temporary).toBe(false);
  });
});

function never(): never {
  throw new Error('this can not be missing');
}
