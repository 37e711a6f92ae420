import { describe, expect, it } from 'vitest';
import { MockHost } from '../host/mock/mock-host';
import { Drafts } from '../state/drafts.svelte';
import { FOLD_ABOVE, FoldedDraft } from './folded-draft.svelte';

const LONG = 'x'.repeat(FOLD_ABOVE + 1);

function make(): { drafts: Drafts; draft: FoldedDraft } {
  const drafts = new Drafts(new MockHost({ scenario: 'first-run' }), () => undefined);
  return { drafts, draft: new FoldedDraft(drafts) };
}

describe('FoldedDraft', () => {
  it('leaves a text of usual length in the field', () => {
    const { draft, drafts } = make();
    draft.write('k', 'short');
    expect([draft.folded('k'), draft.visible('k')]).toEqual(['', 'short']);
    expect(drafts.text('k')).toBe('short');
  });

  it('lets the person go on writing behind it', () => {
    const { draft, drafts } = make();
    draft.write('k', LONG);
    draft.write('k', ' and more');
    expect(draft.visible('k')).toBe(' and more');
    expect(drafts.text('k')).toBe(`${LONG} and more`);
  });

  it('folds a huge draft that was restored', () => {
    const { draft, drafts } = make();
    drafts.adopt('k', LONG);
    expect([draft.folded('k'), draft.visible('k')]).toEqual([LONG, '']);
  });

  it('starts anew after the text was sent', () => {
    const { draft, drafts } = make();
    draft.write('k', LONG);
    drafts.hold('k');
    draft.write('k', 'next');
    expect([draft.folded('k'), draft.visible('k')]).toEqual(['', 'next']);
  });

  it('removes only the folded part, and unfolds it on request', () => {
    const { draft } = make();
    draft.write('k', LONG);
    draft.write('k', 'rest');
    draft.unfold('k');
    expect(draft.visible('k')).toBe(`${LONG}rest`);
    const other = make().draft;
    other.write('k', LONG);
    other.write('k', 'rest');
    other.remove('k');
    expect([other.folded('k'), other.visible('k')]).toEqual(['', 'rest']);
  });
});
