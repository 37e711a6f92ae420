import type { DetectedLanguage } from '../bindings/DetectedLanguage';
import type { GlossaryTerm } from '../bindings/GlossaryTerm';
import type { GlossaryView } from '../bindings/GlossaryView';
import type { LanguagePair } from '../bindings/LanguagePair';
import type { SpeakerSide } from '../bindings/SpeakerSide';
import type { TextLanguage } from '../bindings/TextLanguage';
import type { TranslateInfo } from '../bindings/TranslateInfo';
import type { TranslatedText } from '../bindings/TranslatedText';
import type { TranslationEvent } from '../bindings/TranslationEvent';
import type { TranslationFlag } from '../bindings/TranslationFlag';
import type { TranslationRequest } from '../bindings/TranslationRequest';
import type { TranslationSegment } from '../bindings/TranslationSegment';
import type { TranslationSummary } from '../bindings/TranslationSummary';
import type { TranslationView } from '../bindings/TranslationView';
import type { Utterance } from '../bindings/Utterance';
import type { Job } from '../bindings/Job';
import type { MockJobs } from './jobs';
import { commandError } from './store';

const language = (code: string, english: string, chinese: string, own: string): TextLanguage => ({
  code,
  english,
  chinese,
  own,
});

const LANGUAGES: readonly TextLanguage[] = [
  language('ar', 'Arabic', '阿拉伯语', 'العربية'),
  language('zh', 'Chinese (Simplified)', '简体中文', '简体中文'),
  language('en', 'English', '英语', 'English'),
  language('fr', 'French', '法语', 'Français'),
  language('de', 'German', '德语', 'Deutsch'),
  language('ja', 'Japanese', '日语', '日本語'),
  language('es', 'Spanish', '西班牙语', 'Español'),
];

/** What the mock knows by heart; everything else it writes in capitals. */
const KNOWN: Record<string, Record<string, string>> = {
  zh: {
    'The tenant pays the rent of €1,240 on the first day of each month.':
      '承租人应于每月第一天支付租金 €1,240。',
    'Pets are allowed with the written consent of the landlord.': '经房东书面同意，可饲养宠物。',
    'The deposit is returned within 30 days after the keys are handed over.':
      '押金将在交还钥匙后 3 天内退还。',
    'Repairs below €150 are borne by the tenant.': '€150 以下的维修费用由承租人承担。',
    'Where is the station?': '车站在哪里？',
  },
  en: { '车站在哪里？': 'Where is the station?', '往前走两条街。': 'Two streets straight ahead.' },
  de: {
    'The tenant pays the rent of €1,240 on the first day of each month.':
      'Der Mieter zahlt die Miete von 1.240 € am ersten Tag jedes Monats.',
  },
};

export interface TranslationSnapshot {
  sheets: [string, TranslationView][];
  deleted: string[];
  next: number;
}

/** Plays translations: sentences end at full stops, and few of them are really translated. */
export class MockTranslations {
  /** The languages that the model is said to know; empty for nothing known. */
  known: string[] = LANGUAGES.map(({ code }) => code);
  recent: LanguagePair[] = [{ from: 'en', to: 'zh' }];
  remembered = 12;
  /** Where the dialog says to save; null is a cancelled dialog. */
  nextTarget: string | null = '~/Documents/lease.zh.txt';
  utterances: Utterance[] = [];
  #sheets: Map<string, TranslationView>;
  #deleted: Set<string>;
  #glossaries = new Map<string, GlossaryTerm[]>();
  #next: number;
  #stopped = false;
  #holdAt: number | null = null;
  #release: (() => void) | null = null;

  constructor(
    private readonly now: number,
    private readonly paceMs: () => number,
    snapshot?: TranslationSnapshot,
  ) {
    this.#sheets = new Map(snapshot?.sheets);
    this.#deleted = new Set(snapshot?.deleted);
    this.#next = snapshot?.next ?? 1;
  }

  snapshot(): TranslationSnapshot {
    return { sheets: [...this.#sheets], deleted: [...this.#deleted], next: this.#next };
  }

  info(): TranslateInfo {
    const { known, recent, remembered } = this;
    return { languages: [...LANGUAGES], known, recent, remembered };
  }

  detect(text: string): DetectedLanguage | null {
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    if (letters === 0) return null;
    const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
    if (han * 4 > letters) return { code: 'zh', sure: han > 5 };
    return { code: 'en', sure: letters >= 20 };
  }

  save(id: string | null, request: TranslationRequest): TranslationView {
    const before = id === null ? null : this.open(id);
    const same = before?.from === request.from && before.to === request.to;
    const segments = split(request.source).map(({ source, begins }): TranslationSegment => {
      const known = same ? before.segments.find((segment) => segment.source === source) : undefined;
      return known
        ? { ...known, begins }
        : { source, target: null, state: 'waiting', flags: [], begins };
    });
    const view: TranslationView = {
      id: id ?? `translation-${this.#next++}`,
      title: request.title ?? request.source.trim().split('\n')[0]?.slice(0, 60) ?? '',
      format: request.format,
      source: request.source,
      from: request.from,
      to: request.to,
      formality: request.formality,
      segments,
      updatedAt: this.now,
    };
    this.#sheets.set(view.id, view);
    this.#use({ from: view.from, to: view.to });
    return structuredClone(view);
  }

  list(): TranslationSummary[] {
    return [...this.#sheets.values()]
      .filter(({ id }) => !this.#deleted.has(id))
      .map(({ id, title, format, from, to, segments, updatedAt }) => ({
        id,
        title,
        format,
        from,
        to,
        segments: segments.length,
        done: segments.filter(({ state }) => state !== 'waiting').length,
        updatedAt,
      }))
      .reverse();
  }

  open(id: string): TranslationView {
    return structuredClone(this.#sheet(id));
  }

  mark(id: string, deleted: boolean): void {
    if (deleted) this.#deleted.add(id);
    else this.#deleted.delete(id);
  }

  /** Lets a run stand still before the segment of this place until {@link release}. */
  holdAt(ordinal: number): void {
    this.#holdAt = ordinal;
  }

  release(): void {
    this.#holdAt = null;
    this.#release?.();
  }

  async run(
    id: string,
    only: number[] | null,
    onEvent: (event: TranslationEvent) => void,
  ): Promise<boolean> {
    this.#stopped = false;
    const sheet = this.#sheet(id);
    for (const [ordinal, segment] of sheet.segments.entries()) {
      if (only === null ? segment.state !== 'waiting' : !only.includes(ordinal)) continue;
      const text = translated(segment.source, sheet.to);
      onEvent({ type: 'text', ordinal, text: text.slice(0, Math.ceil(text.length / 2)) });
      if (this.#holdAt === ordinal) await new Promise<void>((done) => (this.#release = done));
      await this.#pause();
      if (this.#stopped) return false;
      segment.target = text;
      segment.state = 'machine';
      segment.flags = this.#flags(sheet, segment.source, text);
      this.remembered += 1;
      onEvent({ type: 'done', ordinal, segment: structuredClone(segment) });
    }
    return true;
  }

  /** Translates by a job, a step for each segment. */
  start(id: string, jobs: MockJobs): Job {
    const sheet = this.#sheet(id);
    const waiting = sheet.segments.filter(({ state }) => state === 'waiting');
    return jobs.start({
      kind: 'translate',
      title: sheet.title,
      subject: id,
      steps: waiting.length,
      text: (step) => {
        const segment = waiting[step];
        if (segment === undefined) return '';
        segment.target = translated(segment.source, sheet.to);
        segment.state = 'machine';
        segment.flags = this.#flags(sheet, segment.source, segment.target);
        return segment.target;
      },
    });
  }

  stop(): void {
    this.#stopped = true;
    this.release();
  }

  edit(id: string, ordinal: number, text: string | null): TranslationSegment {
    const segment = this.#segment(id, ordinal);
    const forgotten = text?.trim() === '';
    segment.target = forgotten ? null : (text ?? segment.source);
    segment.state = forgotten ? 'waiting' : text === null ? 'kept' : 'edited';
    segment.flags = [];
    return structuredClone(segment);
  }

  async alternatives(
    id: string,
    ordinal: number,
    onFound: (found: TranslatedText) => void,
  ): Promise<TranslatedText[]> {
    const { target, source } = this.#segment(id, ordinal);
    const found: TranslatedText[] = [];
    for (const ending of ['（一）', '（二）']) {
      await this.#pause();
      const other = { text: `${target ?? source}${ending}`, flags: [] };
      found.push(other);
      onFound(other);
    }
    return found;
  }

  async back(id: string, ordinal: number): Promise<TranslatedText | null> {
    const { source } = this.#segment(id, ordinal);
    await this.#pause();
    return { text: source.toLowerCase(), flags: [] };
  }

  text(id: string): string {
    const { segments } = this.#sheet(id);
    return segments
      .map(({ target, source, begins }, at) => {
        const gap = at === 0 ? '' : begins ? '\n' : ' ';
        return gap + (target ?? source);
      })
      .join('');
  }

  glossary(pair: LanguagePair): GlossaryView {
    const terms = this.#glossaries.get(key(pair)) ?? [];
    const conflicts = terms
      .filter(({ source, target }, at) =>
        terms.slice(0, at).some((other) => other.source === source && other.target !== target),
      )
      .map(({ source }) => ({
        source,
        targets: terms.filter((term) => term.source === source).map(({ target }) => target),
      }));
    return { terms: [...terms], conflicts };
  }

  setGlossary(pair: LanguagePair, terms: GlossaryTerm[]): GlossaryView {
    const whole = terms.filter(
      ({ source, target }) => source.trim() !== '' && target.trim() !== '',
    );
    this.#glossaries.set(key(pair), whole);
    return this.glossary(pair);
  }

  async interpret(
    side: SpeakerSide,
    pair: LanguagePair,
    text: string,
    onText: (text: string) => void,
  ): Promise<Utterance | null> {
    this.#stopped = false;
    const target = translated(text, pair.to);
    onText(target.slice(0, 3));
    await this.#pause();
    if (this.#stopped) return null;
    const said = { side, ...pair, source: text, target, flags: [], spokenAt: this.now };
    this.utterances.push(said);
    return said;
  }

  #use(pair: LanguagePair): void {
    const others = this.recent.filter((other) => key(other) !== key(pair));
    this.recent = [pair, ...others].slice(0, 8);
  }

  #flags({ from, to }: TranslationView, source: string, text: string): TranslationFlag[] {
    const digits = (of: string): string => of.replaceAll(/\D/g, '');
    const flags: TranslationFlag[] = [];
    if (digits(source) !== digits(text)) flags.push({ kind: 'numbers' });
    for (const term of this.#glossaries.get(key({ from, to })) ?? []) {
      if (source.includes(term.source) && !text.includes(term.target)) {
        flags.push({ kind: 'term', source: term.source, target: term.target });
      }
    }
    return flags;
  }

  #sheet(id: string): TranslationView {
    const sheet = this.#sheets.get(id);
    if (!sheet || this.#deleted.has(id)) throw commandError('not_found');
    return sheet;
  }

  #segment(id: string, ordinal: number): TranslationSegment {
    const segment = this.#sheet(id).segments[ordinal];
    if (!segment) throw commandError('not_found');
    return segment;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.paceMs()));
  }
}

function key({ from, to }: LanguagePair): string {
  return `${from} ${to}`;
}

function translated(source: string, to: string): string {
  return KNOWN[to]?.[source] ?? source.toUpperCase();
}

/** Roughly what the shell makes of a plain text. */
function split(source: string): { source: string; begins: boolean }[] {
  return source.split('\n').flatMap((line) =>
    (line.match(/[^.!?。！？]+[.!?。！？]*/g) ?? [])
      .map((sentence) => sentence.trim())
      .filter((sentence) => /\p{L}/u.test(sentence))
      .map((sentence, at) => ({ source: sentence, begins: at === 0 })),
  );
}
