import { describe, expect, it } from 'vitest';
import type { DigestView } from '../host/bindings/DigestView';
import type { SummaryPoint } from '../host/bindings/SummaryPoint';
import type { SummaryVersion } from '../host/bindings/SummaryVersion';
import { en } from '../i18n/en';
import { rendered } from './render';

const view: DigestView = {
  digest: { id: 'd', title: 'The bridge', parts: 3, versions: 1, createdAt: 0, updatedAt: 0 },
  parts: [],
  versions: [],
};

function point(text: string, change: Partial<SummaryPoint> = {}): SummaryPoint {
  return { text, parts: [0], matter: null, quoted: false, ...change };
}

function version(style: SummaryVersion['wish']['style'], points: SummaryPoint[]): SummaryVersion {
  return {
    id: 'v',
    wish: { style, length: 'medium', language: null, request: null },
    model: 'M',
    base: null,
    points,
    coverage: { parts: 3, read: 2, quoted: [1], empty: [] },
    createdAt: 0,
  };
}

describe('a summary as a file', () => {
  it('names the parts behind each point and what was not read', () => {
    const points = [point('It is old.', { parts: [0, 2] }), point('Its own.', { quoted: true })];
    expect(rendered(view, version('keyPoints', points), 'markdown', en.summarise)).toBe(
      '# The bridge\n\n- It is old. (Parts 1, 3)\n- “Its own.” (Parts 1)\n\n' +
        '2 of 3 parts read. 1 part could not be summed up; it is quoted instead.\n',
    );
  });

  it('puts the points of a meeting under what they are', () => {
    const points = [
      point('Eva calls.', { matter: 'action' }),
      point('Blue it is.', { matter: 'decision' }),
    ];
    const text = rendered(view, version('minutes', points), 'text', en.summarise);
    expect(text).toContain('Decisions\n\n- Blue it is. (Parts 1)\n\nActions\n\n- Eva calls.');
    expect(text.startsWith('The bridge\n')).toBe(true);
  });
});
