import type { CarriedOn } from '../bindings/CarriedOn';
import type { DiffPiece } from '../bindings/DiffPiece';
import type { Drafted } from '../bindings/Drafted';
import type { DraftForm } from '../bindings/DraftForm';
import type { DraftTemplate } from '../bindings/DraftTemplate';
import type { RewriteStyle } from '../bindings/RewriteStyle';
import type { Rewritten } from '../bindings/Rewritten';
import type { TextCause } from '../bindings/TextCause';
import type { TextSummary } from '../bindings/TextSummary';
import type { TextThen } from '../bindings/TextThen';
import type { TextVersion } from '../bindings/TextVersion';
import type { WriteEvent } from '../bindings/WriteEvent';
import type { WrittenText } from '../bindings/WrittenText';
import { NOW } from './scenarios';
import { commandError } from './store';

type OnEvent = (event: WriteEvent) => void;
type Stored = WrittenText & { deleted: boolean };
type Version = TextVersion & TextThen;

/** What a reload brings back. */
export interface WritingSnapshot {
  texts: Stored[];
  versions: [string, Version[]][];
  templates: (DraftTemplate & { deleted: boolean })[];
}

const LETTER = `Dear Ms Weber,

I am writing in regard to the heating in the flat at 12 Mill Street, which it has not been working since Monday, 3 March.

The temperature in the rooms is now 15 degrees, and my daughter have a cold. I would be very glad when somebody could come before Friday.

Yours sincerely,
Anna Roth`;

const NOTES = `# 周末去杭州

- 周六上午到，先去龙井村喝茶
- 下午沿九溪慢慢走
- 周日上午看茶叶博物馆，九点开门

火车票已经买好，一共 286 元。`;

const IDEAS = `1. A map of the best benches in town
2. A swap shelf for seedlings
3. An evening on which neighbours mend each other's bicycles`;

/** Plays the texts of a person and a model that writes. */
export class MockWriting {
  texts: Stored[] = [];
  templates: (DraftTemplate & { deleted: boolean })[] = [];
  /** What the model writes next, instead of what it makes of the text. */
  nextWords: string | null = null;
  /** What is different about the next rewrite. */
  nextRewrite: Partial<Rewritten> = {};
  /** Where an export goes; null is a cancelled dialog. */
  nextTarget: string | null = '~/Documents/letter.md';
  readonly #versions = new Map<string, Version[]>();
  #next = 1;
  #stopped = false;
  #held: Promise<void> | null = null;
  #release: (() => void) | null = null;

  constructor(
    furnished: boolean,
    private readonly clock: () => number,
    private readonly paceMs: () => number,
    snapshot?: WritingSnapshot,
  ) {
    if (snapshot) {
      this.texts = snapshot.texts;
      this.templates = snapshot.templates;
      for (const [id, versions] of snapshot.versions) this.#versions.set(id, versions);
      this.#next = this.texts.length + this.templates.length + 100;
    } else if (furnished) {
      this.#furnish();
    }
  }

  snapshot(): WritingSnapshot {
    return {
      texts: this.texts,
      versions: [...this.#versions.entries()],
      templates: this.templates,
    };
  }

  list(): TextSummary[] {
    return this.texts
      .filter((text) => !text.deleted)
      .sort((a, b) => b.updatedAt - a.updatedAt)
      .map(({ id, title, body, updatedAt }) => ({
        id,
        title,
        beginning: body.slice(0, 240),
        updatedAt,
      }));
  }

  find(id: string): Stored {
    const text = this.texts.find((item) => item.id === id);
    if (text === undefined) throw commandError('not_found');
    return text;
  }

  create(title: string, body: string, form: DraftForm | null): WrittenText {
    const id = `text-${this.#next++}`;
    const text = { id, title, body, form, updatedAt: this.clock(), deleted: false };
    this.texts.push(text);
    return { ...text };
  }

  save(id: string, title: string, body: string): void {
    Object.assign(this.find(id), { title, body, updatedAt: this.clock() });
  }

  setForm(id: string, form: DraftForm | null): void {
    this.find(id).form = form;
  }

  setDeleted(id: string, deleted: boolean): void {
    this.find(id).deleted = deleted;
  }

  versions(id: string): TextVersion[] {
    return this.#of(id).map(({ number, cause, madeAt, characters }) => ({
      number,
      cause,
      madeAt,
      characters,
    }));
  }

  version(id: string, number: number): TextThen {
    const found = this.#of(id).find((version) => version.number === number);
    if (found === undefined) throw commandError('not_found');
    return { title: found.title, body: found.body };
  }

  keepVersion(id: string, cause: TextCause): void {
    const { title, body } = this.find(id);
    const newest = this.#of(id)[0];
    if (newest ? newest.body === body && newest.title === title : body === '') return;
    const version = {
      number: this.#next++,
      cause,
      madeAt: this.clock(),
      characters: body.length,
      title,
      body,
    };
    this.#versions.set(id, [version, ...this.#of(id)]);
  }

  revert(id: string, number: number): WrittenText {
    const then = this.version(id, number);
    this.keepVersion(id, 'restore');
    this.save(id, then.title, then.body);
    return { ...this.find(id) };
  }

  listTemplates(): DraftTemplate[] {
    const shown = this.templates.filter((template) => !template.deleted);
    return shown.map(({ id, name, form }) => ({ id, name, form }));
  }

  saveTemplate(id: string | null, name: string, form: DraftForm): DraftTemplate {
    const known = this.templates.find((template) => template.id === id);
    if (known) Object.assign(known, { name, form });
    const template = known ?? { id: `template-${this.#next++}`, name, form, deleted: false };
    if (!known) this.templates.push(template);
    return { id: template.id, name, form };
  }

  setTemplateDeleted(id: string, deleted: boolean): DraftTemplate {
    const template = this.templates.find((item) => item.id === id);
    if (template === undefined) throw commandError('not_found');
    template.deleted = deleted;
    return { id, name: template.name, form: template.form };
  }

  /** Lets the model stand still after some words until {@link release}. */
  hold(): void {
    this.#held ??= new Promise((resolve) => (this.#release = resolve));
  }

  release(): void {
    this.#release?.();
    this.#held = null;
    this.#release = null;
  }

  stop(): void {
    this.#stopped = true;
    this.release();
  }

  async draft(form: DraftForm, attempt: number, on: OnEvent): Promise<Drafted | null> {
    const text = this.#words(draftOf(form, attempt));
    if (!(await this.#play(text, on))) return null;
    const points = form.points.split('\n').filter((point) => point.trim() !== '');
    return {
      text,
      doubts: [],
      leftOut: points.slice(2),
      blanks: [...text.matchAll(/\[[^\]]+\]/g)].map(([blank]) => blank),
    };
  }

  async carryOn(text: string, attempt: number, on: OnEvent): Promise<CarriedOn | null> {
    const chinese = /\p{Script=Han}/u.test(text.slice(-40));
    const english = [' The rest can wait until tomorrow.', ' There is still a lot to do.'];
    const more = chinese ? '回来的路上再买一些藕粉。' : (english[attempt % 2] ?? '');
    const written = this.#words(/\s$/.test(text) ? more.trimStart() : more);
    return (await this.#play(written, on)) ? { text: written, doubts: ['cut_off'] } : null;
  }

  async rewrite(
    text: string,
    style: RewriteStyle,
    attempt: number,
    on: OnEvent,
  ): Promise<Rewritten | null> {
    if (text.trim() === '') throw commandError('invalid_argument');
    const passages = text.split(/\n\s*\n/).filter((part) => part.trim() !== '');
    const pieces = piecesOf(text, style, attempt, this.nextWords);
    this.nextWords = null;
    for (const [index, passage] of passages.entries()) {
      on({ type: 'passage', number: index + 1, total: passages.length });
      if (!(await this.#play(passage, on))) return null;
    }
    const change = this.nextRewrite;
    this.nextRewrite = {};
    const doubts = pieces.every((piece) => piece.type === 'same') ? ['unchanged' as const] : [];
    return { pieces, doubts, lost: [], added: [], passages: passages.length, kept: 0, ...change };
  }

  #words(usual: string): string {
    const words = this.nextWords ?? usual;
    this.nextWords = null;
    return words;
  }

  /** Hands words out one after another; false when it was stopped. */
  async #play(text: string, on: OnEvent): Promise<boolean> {
    this.#stopped = false;
    on({ type: 'reading', done: 40, total: 40 });
    const words = text.match(/\s*\S+\s*|\s+/g) ?? [];
    for (const [index, word] of words.entries()) {
      await new Promise((resolve) => setTimeout(resolve, this.paceMs()));
      if (this.#stopped) return false;
      on({ type: 'text', text: word });
      if (index >= 2 && this.#held) await this.#held;
      if (this.#stopped) return false;
    }
    return true;
  }

  #of(id: string): Version[] {
    return this.#versions.get(id) ?? [];
  }

  #furnish(): void {
    const hour = 3_600_000;
    const add = (title: string, body: string, age: number): string => {
      const { id } = this.create(title, body, null);
      this.find(id).updatedAt = NOW - age * hour;
      return id;
    };
    add('', IDEAS, 52);
    add('', NOTES, 27);
    const letter = add('Heating', LETTER, 1);
    const early = (body: string, cause: TextCause, age: number): Version => ({
      number: this.#next++,
      cause,
      madeAt: NOW - age * hour,
      characters: body.length,
      title: 'Heating',
      body,
    });
    const half = LETTER.split('\n\n').slice(0, 2).join('\n\n');
    const without = LETTER.replace('\n\nYours sincerely,\nAnna Roth', '');
    const [first, second] = [early(half, 'pause', 3), early(without, 'model', 2)];
    this.#versions.set(letter, [second, first]);
    this.templates.push({
      id: 'template-complaint',
      name: 'Complaint to the landlord',
      deleted: false,
      form: {
        kind: 'own',
        tone: 'formal',
        length: 'short',
        audience: 'the landlord',
        language: 'en',
        points: '',
        instruction: 'Complain that {{what}} is broken, and ask for a repair before {{day}}.',
        fields: [
          { name: 'what', value: '' },
          { name: 'day', value: '' },
        ],
      },
    });
  }
}

function draftOf(form: DraftForm, attempt: number): string {
  const points = form.points.split('\n').filter((point) => point.trim() !== '');
  if (form.language.startsWith('zh')) {
    return `主题：${points[0] ?? '您好'}\n\n您好，\n\n${points.slice(0, 2).join('，')}。\n\n谢谢！\n[您的姓名]`;
  }
  const greeting = attempt === 0 ? 'Hello' : 'Good morning';
  const said = points.slice(0, 2).join(', and ');
  return `Subject: ${points[0] ?? 'Hello'}\n\n${greeting}${form.audience === '' ? '' : ` ${form.audience}`},\n\n${said}.\n\nBest regards,\n[Your Name]`;
}

/** What each style makes of known words, so that a rewrite looks like one. */
const CHANGES: Partial<Record<RewriteStyle, readonly [string, string][]>> = {
  grammar: [
    ['which it has not', 'which has not'],
    ['my daughter have', 'my daughter has'],
    ['glad when somebody', 'glad if somebody'],
  ],
  clearer: [
    ['I am writing in regard to the heating', 'The heating'],
    ['which it has not been working', 'has not been working'],
    ['I would be very glad when somebody could come', 'Please send somebody'],
    ['一共 286 元', '一共花了 286 元'],
  ],
  shorter: [
    ['I would be very glad when somebody could', 'Could somebody'],
    ['慢慢走', '走走'],
  ],
};

function piecesOf(
  text: string,
  style: RewriteStyle,
  attempt: number,
  whole: string | null,
): DiffPiece[] {
  if (whole !== null) return [{ type: 'change', old: text, new: whole }];
  const known = CHANGES[style] ?? [['.', attempt === 0 ? ', with thanks.' : ', thank you.']];
  const pieces: DiffPiece[] = [];
  let rest = text;
  for (const [old, neu] of known) {
    const at = rest.indexOf(old);
    if (at < 0) continue;
    if (at > 0) pieces.push({ type: 'same', text: rest.slice(0, at) });
    pieces.push({ type: 'change', old, new: neu });
    rest = rest.slice(at + old.length);
  }
  return rest === '' ? pieces : [...pieces, { type: 'same', text: rest }];
}
