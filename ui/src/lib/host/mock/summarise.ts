import type { Digest } from '../bindings/Digest';
import type { DigestPart } from '../bindings/DigestPart';
import type { DigestView } from '../bindings/DigestView';
import type { Job } from '../bindings/Job';
import type { SummaryPoint } from '../bindings/SummaryPoint';
import type { SummaryStarted } from '../bindings/SummaryStarted';
import type { SummaryVersion } from '../bindings/SummaryVersion';
import type { SummaryWish } from '../bindings/SummaryWish';
import type { MockJobs } from './jobs';
import { commandError } from './store';

interface Kept {
  digest: Digest;
  parts: DigestPart[];
  versions: SummaryVersion[];
  deleted: boolean;
}

/** Largest text that the shell takes, in bytes; as in src-tauri/crates/assistant/src/summarise. */
const MOST_BYTES = 8 << 20;
const MOST_POINTS = { short: 3, medium: 7, long: 15 } as const;

/** The first sentence of a text. */
function opening(text: string): string {
  return /^.*?[.!?。！？](?=\s|$)|^.*?[。！？]|^.+$/su.exec(text.trim())?.[0] ?? text;
}

/** Plays summaries: a part is a paragraph, and what is said of it is its first sentence. */
export class MockSummaries {
  readonly #kept = new Map<string, Kept>();
  /** Parts that the model of the mock cannot sum up. */
  quoted: number[] = [];
  #next = 1;

  constructor(
    private readonly jobs: MockJobs,
    private readonly now: () => number,
  ) {}

  start(title: string | null, text: string, wish: SummaryWish): SummaryStarted {
    if (text.length > MOST_BYTES) {
      throw commandError('text_too_long', {
        found: String(text.length),
        available: String(MOST_BYTES),
      });
    }
    if (!/[\p{L}\p{N}]/u.test(text)) throw commandError('empty_text');
    if (text.includes('\u0000')) throw commandError('not_text');
    const parts = partsOf(text);
    const at = this.now();
    const digest: Digest = {
      id: `digest-${this.#next++}`,
      title: title ?? opening(parts[0]?.heading ?? parts[0]?.text ?? text).slice(0, 60),
      parts: parts.length,
      versions: 0,
      createdAt: at,
      updatedAt: at,
    };
    this.#kept.set(digest.id, { digest, parts, versions: [], deleted: false });
    return { digest, job: this.again(digest.id, wish) };
  }

  again(id: string, wish: SummaryWish): Job {
    const { parts } = this.#of(id);
    const notes = parts.map((part, number) => ({
      text: opening(part.text),
      parts: [number],
      matter: matterOf(wish, part.text),
      quoted: this.quoted.includes(number),
    }));
    return this.#begin(id, wish, null, parts.length + (parts.length > 7 ? 2 : 0), notes);
  }

  refine(id: string, base: string, wish: SummaryWish): Job {
    const version = this.#of(id).versions.find((version) => version.id === base);
    if (version === undefined) throw commandError('not_found');
    const risks = /risk|风险/i.test(wish.request ?? '');
    const notes = risks ? version.points.slice(-1) : version.points;
    return this.#begin(id, wish, base, 1, notes);
  }

  list(): Digest[] {
    return [...this.#kept.values()]
      .filter((kept) => !kept.deleted)
      .map((kept) => kept.digest)
      .sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1));
  }

  view(id: string): DigestView {
    const { digest, parts, versions } = this.#of(id);
    return { digest, parts, versions: [...versions] };
  }

  remove(id: string): void {
    this.#of(id).deleted = true;
    for (const job of this.jobs.all) {
      const open = job.state !== 'finished' && job.state !== 'cancelled';
      if (job.subject === id && open) this.jobs.cancel(job.id);
    }
  }

  restore(id: string): void {
    this.#of(id).deleted = false;
  }

  #begin(
    id: string,
    wish: SummaryWish,
    base: string | null,
    steps: number,
    notes: SummaryPoint[],
  ): Job {
    const kept = this.#of(id);
    return this.jobs.start({
      kind: 'summarise',
      title: kept.digest.title,
      subject: id,
      steps,
      text: (step) => notes[step % notes.length]?.text ?? '',
      onFinished: (job) => {
        const { parts } = kept;
        kept.versions.push({
          id: job.id,
          wish,
          model: 'SmolLM2 135M Instruct',
          base,
          points: folded(notes, wish),
          coverage: {
            parts: parts.length,
            read: parts.length - this.quoted.length,
            quoted: [...this.quoted],
            empty: [],
          },
          createdAt: this.now(),
        });
        kept.digest = {
          ...kept.digest,
          versions: kept.versions.length,
          updatedAt: this.now(),
        };
      },
    });
  }

  #of(id: string): Kept {
    const kept = this.#kept.get(id);
    if (kept === undefined) throw commandError('not_found');
    return kept;
  }
}

/** A paragraph is a part; a line of Markdown with `#` is the heading of the next. */
function partsOf(text: string): DigestPart[] {
  const parts: DigestPart[] = [];
  let heading: string | null = null;
  for (const block of text.split(/\n\s*\n/)) {
    const words = block.trim();
    if (words === '') continue;
    if (/^#+ [^\n]+$/.test(words)) heading = words.replace(/^#+ /, '');
    else parts.push({ heading, page: null, text: words });
  }
  return parts.length > 0 ? parts : [{ heading: null, page: null, text: text.trim() }];
}

function matterOf(wish: SummaryWish, text: string): SummaryPoint['matter'] {
  if (wish.style !== 'minutes') return null;
  if (text.includes('?')) return 'question';
  if (/\bagreed\b|\bdecided\b/.test(text)) return 'decision';
  return /\bwill\b/.test(text) ? 'action' : null;
}

/** As many points as wished: neighbours become one, with the parts of all. */
function folded(notes: SummaryPoint[], wish: SummaryWish): SummaryPoint[] {
  const most = wish.style === 'sentence' ? 1 : MOST_POINTS[wish.length];
  if (notes.length <= most) return notes;
  const points: SummaryPoint[] = [];
  for (let group = 0; group < most; group += 1) {
    const from = Math.floor((group * notes.length) / most);
    const members = notes.slice(from, Math.floor(((group + 1) * notes.length) / most));
    const first = members[0];
    if (first !== undefined) {
      points.push({ ...first, parts: members.flatMap(({ parts }) => parts) });
    }
  }
  return points;
}
