import { expect, test } from 'vitest';
import { MockHost } from '../host/mock/mock-host';
import { Drafts } from '../state/drafts.svelte';
import { AttachedDraft } from './attached-draft';

const NOTE = { name: 'note.txt', text: 'Buy milk.' };

function make(): { drafts: Drafts; draft: AttachedDraft } {
  const drafts = new Drafts(new MockHost({ scenario: 'first-run' }), () => undefined);
  return { drafts, draft: new AttachedDraft(drafts) };
}

test('words and attachments change apart from each other', () => {
  const { draft } = make();
  draft.set('k', 'Sum up');
  draft.add('k', [NOTE, { name: 'b.txt', text: 'B' }]);
  draft.set('k', 'Sum up, please');
  expect(draft.text('k')).toBe('Sum up, please');
  expect(draft.attachments('k').map(({ name }) => name)).toEqual(['note.txt', 'b.txt']);
});

test('a removed attachment comes back to its place, and the words since then stay', () => {
  const { draft } = make();
  draft.add('k', [NOTE, { name: 'b.txt', text: 'B' }]);
  const undo = draft.remove('k', 0);
  draft.set('k', 'typed since');
  expect(draft.attachments('k')).toHaveLength(1);
  undo();
  expect(draft.attachments('k')[0]).toEqual(NOTE);
  expect(draft.text('k')).toBe('typed since');
});

test('an unpacked attachment is text like any other', () => {
  const { draft, drafts } = make();
  draft.set('k', 'Sum up:\n');
  draft.add('k', [NOTE]);
  draft.unpack('k', 0);
  expect(draft.attachments('k')).toEqual([]);
  expect(drafts.text('k')).toBe('Sum up:\n\nBuy milk.');
});
