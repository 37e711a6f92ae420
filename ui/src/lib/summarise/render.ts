import type { DigestView } from '../host/bindings/DigestView';
import type { SummaryPoint } from '../host/bindings/SummaryPoint';
import type { SummaryVersion } from '../host/bindings/SummaryVersion';
import type { TextFormat } from '../host/bindings/TextFormat';
import type { Dictionary } from '../i18n/i18n.svelte';
import { ranges } from './parts';

/** Points under one heading; without one where the summary has none. */
export interface Group {
  heading: string | null;
  points: SummaryPoint[];
}

/** The points of a summary as they are shown: those of a meeting by what they are. */
export function groups(version: SummaryVersion, t: Dictionary['summarise']): Group[] {
  if (version.wish.style !== 'minutes') return [{ heading: null, points: version.points }];
  const of = (matter: SummaryPoint['matter']): SummaryPoint[] =>
    version.points.filter((point) => point.matter === matter);
  return [
    { heading: t.matters.decision, points: of('decision') },
    { heading: t.matters.action, points: of('action') },
    { heading: t.matters.question, points: of('question') },
    { heading: t.discussed, points: of(null) },
  ].filter(({ points }) => points.length > 0);
}

/** Whether a summary is a list, and not running text. */
export function isList(version: SummaryVersion): boolean {
  return version.wish.style === 'keyPoints' || version.wish.style === 'minutes';
}

/** A summary as a file or for the clipboard, with the parts behind each point and what was read. */
export function rendered(
  { digest }: DigestView,
  version: SummaryVersion,
  format: TextFormat,
  t: Dictionary['summarise'],
): string {
  const markdown = format === 'markdown';
  const list = isList(version);
  const lines: string[] = [markdown ? `# ${digest.title}` : digest.title, ''];
  for (const { heading, points } of groups(version, t)) {
    if (heading !== null) lines.push(markdown ? `## ${heading}` : heading, '');
    for (const point of points) {
      const from = ranges(point.parts).map(({ label }) => label);
      const said = point.quoted ? `“${point.text}”` : point.text;
      lines.push(`${list ? '- ' : ''}${said} (${t.partsRange(from.join(', '))})`);
      if (!list) lines.push('');
    }
    if (list) lines.push('');
  }
  lines.push(coverageWords(version, t).join(' '));
  return `${lines.join('\n').trimEnd()}\n`;
}

/** What a summary covers, in sentences. */
export function coverageWords({ coverage }: SummaryVersion, t: Dictionary['summarise']): string[] {
  const words = [t.coverage(coverage.read, coverage.parts)];
  if (coverage.quoted.length > 0) words.push(t.notRead(coverage.quoted.length));
  if (coverage.empty.length > 0) words.push(t.emptyParts(coverage.empty.length));
  return words;
}
