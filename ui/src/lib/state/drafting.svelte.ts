import type { DraftForm } from '../host/bindings/DraftForm';
import type { DraftTemplate } from '../host/bindings/DraftTemplate';
import { toCommandError, type Host } from '../host/host';
import type { CommandError } from '../host/bindings/CommandError';
import type { Drafts } from './drafts.svelte';

/** The draft that keeps a form which was not written from yet. */
export const FORM_DRAFT = 'write';

/** A form with nothing in it, in a language. */
export function emptyForm(language: string): DraftForm {
  return {
    kind: 'email',
    tone: 'plain',
    length: 'short',
    audience: '',
    language,
    points: '',
    instruction: '',
    fields: [],
  };
}

export interface DraftingListener {
  failed(error: unknown): void;
  /** A template is gone; `undo` brings it back. */
  removed(template: DraftTemplate, undo: () => void): void;
  saved(template: DraftTemplate): void;
  language(): string;
}

/** The form of a draft, and the person's own templates. */
export class Drafting {
  /** Null while the form is not on the screen. */
  form = $state<DraftForm | null>(null);
  templates = $state.raw<DraftTemplate[]>([]);
  /** The template that the form was filled in from. */
  template = $state<string | null>(null);
  error = $state.raw<CommandError | null>(null);

  /** Whether there is something to write about. */
  readonly complete: boolean = $derived.by(() => {
    const { form } = this;
    if (form === null) return false;
    const fields = form.fields.map((field) => field.value);
    const texts = [form.points, form.instruction, form.audience, ...fields];
    return texts.some((text) => text.trim() !== '');
  });

  constructor(
    private readonly host: Host,
    private readonly drafts: Drafts,
    private readonly listener: DraftingListener,
  ) {}

  /** Shows the form: with what a text was drafted from, or with what was typed last. */
  async open(form: DraftForm | null = null): Promise<void> {
    this.error = null;
    this.template = null;
    void this.load();
    if (form !== null) {
      this.form = structuredClone($state.snapshot(form));
      return;
    }
    this.form = (await this.#kept()) ?? emptyForm(this.listener.language());
  }

  /** Leaves the form; what is in it comes back. */
  close(): void {
    this.keep();
    this.form = null;
  }

  /** Keeps what was typed, for the next time. */
  keep(): void {
    if (this.form !== null) this.drafts.set(FORM_DRAFT, JSON.stringify(this.form));
  }

  /** The form is written from: nothing of it waits any more. */
  done(): void {
    this.form = null;
    this.drafts.discard(FORM_DRAFT);
  }

  /** Begins again with nothing in the form. */
  clear(): void {
    this.template = null;
    this.form = emptyForm(this.form?.language ?? this.listener.language());
    this.drafts.discard(FORM_DRAFT);
  }

  /** Fills in a template. */
  use(id: string): void {
    const template = this.templates.find((item) => item.id === id);
    if (template === undefined) return;
    this.template = id;
    this.form = structuredClone(template.form);
    this.keep();
  }

  async load(): Promise<void> {
    try {
      this.templates = await this.host.templatesList();
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** Makes a template of the form, or changes the one that it came from. */
  async save(name: string, id: string | null): Promise<boolean> {
    if (this.form === null) return false;
    this.error = null;
    try {
      const saved = await this.host.templateSave(id, name.trim(), $state.snapshot(this.form));
      const known = this.templates.some((item) => item.id === saved.id);
      this.templates = known
        ? this.templates.map((item) => (item.id === saved.id ? saved : item))
        : [...this.templates, saved];
      this.template = saved.id;
      this.listener.saved(saved);
      return true;
    } catch (error) {
      this.error = toCommandError(error);
      return false;
    }
  }

  async remove(id: string): Promise<void> {
    const template = this.templates.find((item) => item.id === id);
    if (template === undefined) return;
    try {
      await this.host.templateDelete(id);
      this.templates = this.templates.filter((item) => item.id !== id);
      if (this.template === id) this.template = null;
      this.listener.removed(template, () => void this.#restore(id));
    } catch (error) {
      this.listener.failed(error);
    }
  }

  async #restore(id: string): Promise<void> {
    try {
      const restored = await this.host.templateRestore(id);
      this.templates = [...this.templates, restored];
    } catch (error) {
      this.listener.failed(error);
    }
  }

  async #kept(): Promise<DraftForm | null> {
    try {
      this.drafts.adopt(FORM_DRAFT, await this.host.draftLoad(FORM_DRAFT));
      const kept: unknown = JSON.parse(this.drafts.peek(FORM_DRAFT) || 'null');
      if (typeof kept !== 'object' || kept === null) return null;
      return { ...emptyForm(this.listener.language()), ...kept };
    } catch {
      // What can't be read is not worth a word: the form is empty.
      return null;
    }
  }
}
