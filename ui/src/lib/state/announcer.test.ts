import { describe, expect, it } from 'vitest';
import { Announcer } from './announcer.svelte';

function heard(announcer: Announcer): string[] {
  return announcer.lines.map((line) => line.text);
}

describe('Announcer', () => {
  it('says a sentence when it is complete, not before', () => {
    const announcer = new Announcer();
    announcer.feed('Open it in the **mid');
    expect(heard(announcer)).toEqual([]);
    announcer.feed('dle**. Then go');
    expect(heard(announcer)).toEqual(['Open it in the middle.']);
    announcer.finish('Done.');
    expect(heard(announcer)).toEqual(['Open it in the middle.', 'Then go', 'Done.']);
  });

  it('does not take a decimal point for an end', () => {
    const announcer = new Announcer();
    announcer.feed('It costs 3.50 euro. ');
    expect(heard(announcer)).toEqual(['It costs 3.50 euro.']);
  });

  it('knows Chinese sentences', () => {
    const announcer = new Announcer();
    announcer.feed('先去龙井村。再去九溪！走');
    expect(heard(announcer)).toEqual(['先去龙井村。', '再去九溪！']);
  });
});
