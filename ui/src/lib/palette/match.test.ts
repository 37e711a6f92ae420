import { describe, expect, test } from 'vitest';
import { fit } from './match';

/** The labels that fit, best first. */
function ranked(query: string, labels: string[]): string[] {
  return labels
    .map((label) => ({ label, score: fit(query, label) }))
    .filter(({ score }) => score !== null)
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0))
    .map(({ label }) => label);
}

describe('what fits a query', () => {
  test('an empty query fits everything alike', () => {
    expect(fit('', 'Trash')).toBe(0);
    expect(fit('  ', 'Trash')).toBe(0);
  });

  test('the beginning goes before a later word, that before the middle of one', () => {
    const labels = ['Restart', 'Go to the start', 'Start something'];
    expect(ranked('start', labels)).toEqual(['Start something', 'Go to the start', 'Restart']);
  });

  test('every word must be there, in any order', () => {
    expect(fit('conversation new', 'New conversation')).not.toBeNull();
    expect(fit('new trash', 'New conversation')).toBeNull();
  });

  test('letters in their order are the last choice', () => {
    expect(ranked('nc', ['New conversation', 'Once more'])).toEqual([
      'Once more',
      'New conversation',
    ]);
    expect(fit('cn', 'New')).toBeNull();
  });

  test('case and accents do not matter', () => {
    expect(fit('CAFE', 'Mon café')).not.toBeNull();
  });

  test('Chinese is found anywhere', () => {
    expect(ranked('对话', ['新对话', '对话重命名', '设置'])).toEqual(['对话重命名', '新对话']);
  });
});
