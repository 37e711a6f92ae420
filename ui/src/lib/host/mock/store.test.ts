import { describe, expect, it } from 'vitest';
import { MockStore } from './store';

/** A question with two answers, the second of which is shown. */
function twoAnswers(): { store: MockStore; id: string; question: string; answers: string[] } {
  const store = new MockStore(0);
  const { id } = store.create('A');
  const question = store.add(id, null, { role: 'user', text: 'q', status: 'complete' }).id;
  const answers = ['first', 'second'].map(
    (text) => store.add(id, question, { role: 'assistant', text, status: 'complete' }).id,
  );
  return { store, id, question, answers };
}

describe('MockStore', () => {
  it('knows the alternatives at a place, oldest first, also when the oldest has changed', () => {
    const { store, id, question, answers } = twoAnswers();
    store.update(answers[0] ?? '', { text: 'changed' });
    expect(store.view(id).messages.map((message) => message.siblings)).toEqual([
      [question],
      answers,
    ]);
  });

  it('keeps the first messages of two conversations apart', () => {
    const { store, id, question } = twoAnswers();
    const other = store.create('B').id;
    store.add(other, null, { role: 'user', text: 'q', status: 'complete' });
    const again = store.add(id, null, { role: 'user', text: 'q, edited', status: 'complete' });
    expect(again.siblings).toEqual([question, again.id]);
    expect(store.view(other).messages[0]?.siblings).toHaveLength(1);
  });

  it('shows a branch to its newest end', () => {
    const { store, question, answers } = twoAnswers();
    expect(store.select(answers[0] ?? '').messages.at(-1)?.id).toBe(answers[0]);
    expect(store.select(question).messages.at(-1)?.id).toBe(answers[1]);
  });

  it('is the same after a restart, and forgets what is deleted for good', () => {
    const { store, id } = twoAnswers();
    const restored = MockStore.restore(structuredClone(store.snapshot()));
    expect(restored.view(id)).toEqual(store.view(id));
    restored.purge(id);
    expect(restored.snapshot()).toMatchObject({ conversations: [], messages: [] });
  });

  it('gives a copy of the alternatives', () => {
    const { store, answers } = twoAnswers();
    store.message(answers[0] ?? '').siblings.pop();
    expect(store.message(answers[0] ?? '').siblings).toEqual(answers);
  });
});
