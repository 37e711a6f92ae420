import type { Persona } from '../host/bindings/Persona';
import type { PersonaLibrary } from '../host/bindings/PersonaLibrary';
import type { PersonaProfile } from '../host/bindings/PersonaProfile';
import { personaDraft, toCommandError, type Host } from '../host/host';
import type { Language } from '../i18n/i18n.svelte';
import type { Drafts } from './drafts.svelte';
import { PersonaEditor } from './persona-editor.svelte';

/** What the personas tell the rest of the page. */
export interface PersonasListener {
  failed(error: unknown): void;
  /** A persona is gone or hidden; `undo` brings it back. */
  removed(persona: Persona, undo: () => void): void;
  /** A built-in persona is as it came; `undo` brings the changes back. */
  reset(persona: Persona, undo: () => void): void;
  /** The editor was left with changes in it; `undo` opens it again. */
  discarded(undo: () => void): void;
  /** The name of a copy. */
  copyName(name: string): string;
}

/** Who can answer: the personas that come with the app and the person's own. */
export class Personas {
  /** Null until it has been read. */
  library = $state.raw<PersonaLibrary | null>(null);
  /** The persona that is being written, if one is. */
  editor = $state.raw<PersonaEditor | null>(null);

  readonly shown: Persona[] = $derived(
    this.library?.personas.filter((persona) => !persona.hidden) ?? [],
  );
  readonly hidden: Persona[] = $derived(
    this.library?.personas.filter((persona) => persona.hidden) ?? [],
  );
  /** The one of a conversation that has none. */
  readonly fallback: Persona | null = $derived.by(() => {
    const id = this.library?.defaultPersona;
    return this.library?.personas.find((persona) => persona.id === id) ?? null;
  });

  constructor(
    private readonly host: Host,
    private readonly drafts: Drafts,
    private readonly listener: PersonasListener,
  ) {}

  /** Reads them, in the page's language. */
  async load(language: Language): Promise<void> {
    try {
      // A zone west of Greenwich has a positive offset in JavaScript.
      await this.host.localeSet(language, -new Date().getTimezoneOffset());
      this.library = await this.host.personasList();
    } catch (error) {
      this.listener.failed(error);
    }
  }

  find(id: string | null): Persona | null {
    return this.library?.personas.find((persona) => persona.id === id) ?? null;
  }

  /** Opens a persona for editing; null begins one. */
  edit(id: string | null): boolean {
    const persona = this.find(id);
    if (this.library === null || (id !== null && persona === null)) return false;
    const editor = new PersonaEditor(this.host, persona, this.library);
    this.editor = editor;
    void this.drafts.load(editor.draftKey).then((draft) => editor.restore(draft));
    return true;
  }

  /** Puts the persona as it is saved into the editor again; that can be undone. */
  startOver(): void {
    const { editor, library } = this;
    if (editor === null || library === null) return;
    this.#dropDraft(editor.id);
    const fresh = new PersonaEditor(this.host, editor.persona, library);
    fresh.restore('');
    this.editor = fresh;
    this.listener.discarded(() => (this.editor = editor));
  }

  /** Saves what the editor holds; the persona, or null when it was refused. */
  async save(): Promise<Persona | null> {
    const { editor } = this;
    if (editor === null || editor.saving) return null;
    editor.saving = true;
    editor.error = null;
    try {
      const saved = await this.host.personaSave(editor.id, editor.profile());
      this.#put(saved);
      this.editor = null;
      this.#dropDraft(editor.id);
      return saved;
    } catch (error) {
      editor.error = toCommandError(error);
      return null;
    } finally {
      editor.saving = false;
    }
  }

  /** Leaves the editor; what was changed in it can be brought back. */
  close(): void {
    const { editor } = this;
    this.editor = null;
    if (editor === null) return;
    this.#dropDraft(editor.id);
    if (editor.changed) this.listener.discarded(() => (this.editor = editor));
  }

  /** Makes a persona of the person's own out of another. */
  async duplicate(persona: Persona): Promise<Persona | null> {
    const name = this.listener.copyName(persona.profile.name);
    return this.#create({ ...persona.profile, name });
  }

  /** Deletes a persona, or hides one that comes with the app; that can be undone. */
  async remove(persona: Persona): Promise<void> {
    try {
      await this.host.personaDelete(persona.id);
      this.#dropDraft(persona.id);
      if (persona.builtIn) this.#put({ ...persona, hidden: true });
      else this.#drop(persona.id);
      this.listener.removed(persona, () => void this.restore(persona.id));
    } catch (error) {
      this.listener.failed(error);
    }
  }

  async restore(id: string): Promise<void> {
    try {
      this.#put(await this.host.personaRestore(id));
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** Makes a persona that comes with the app what it was; that can be undone. */
  async reset(persona: Persona): Promise<void> {
    try {
      this.#put(await this.host.personaReset(persona.id));
      this.listener.reset(persona, () => void this.#change(persona.id, persona.profile));
    } catch (error) {
      this.listener.failed(error);
    }
  }

  async #create(profile: PersonaProfile): Promise<Persona | null> {
    try {
      const made = await this.host.personaSave(null, profile);
      this.#put(made);
      return made;
    } catch (error) {
      this.listener.failed(error);
      return null;
    }
  }

  async #change(id: string, profile: PersonaProfile): Promise<void> {
    try {
      this.#put(await this.host.personaSave(id, profile));
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** What was written and not saved is no longer wanted. */
  #dropDraft(id: string | null): void {
    const key = personaDraft(id);
    if (this.drafts.peek(key) !== '') this.drafts.discard(key);
  }

  /** Takes a new or changed persona into the list, at its place. */
  #put(persona: Persona): void {
    if (this.library === null) return;
    const { personas } = this.library;
    const known = personas.some((item) => item.id === persona.id);
    this.library = {
      ...this.library,
      personas: known
        ? personas.map((item) => (item.id === persona.id ? persona : item))
        : [...personas, persona],
    };
  }

  #drop(id: string): void {
    if (this.library === null) return;
    const personas = this.library.personas.filter((item) => item.id !== id);
    this.library = { ...this.library, personas };
  }
}
