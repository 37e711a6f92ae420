import type { CommandError } from '../host/bindings/CommandError';
import type { GenerationSettings } from '../host/bindings/GenerationSettings';
import type { OwnModel } from '../host/bindings/OwnModel';
import type { Persona } from '../host/bindings/Persona';
import type { PersonaColour } from '../host/bindings/PersonaColour';
import type { PersonaLibrary } from '../host/bindings/PersonaLibrary';
import type { PersonaProfile } from '../host/bindings/PersonaProfile';
import { personaDraft, type Host } from '../host/host';
import { NO_GENERATION } from './no-settings';

/** The colours of avatars, in the order in which they are offered. */
export const COLOURS: readonly PersonaColour[] = [
  'green',
  'blue',
  'violet',
  'rose',
  'amber',
  'slate',
];

const EMPTY: PersonaProfile = {
  name: '',
  colour: 'blue',
  systemPrompt: '',
  greeting: '',
  prompts: [],
  generation: NO_GENERATION,
  model: null,
};

const TEXTS = ['name', 'systemPrompt', 'greeting', 'prompts'] as const;

type Draft = Pick<PersonaEditor, (typeof TEXTS)[number] | 'colour' | 'generation' | 'model'>;

/** The fields that a draft holds; null when it is none. */
function parseDraft(text: string): Draft | null {
  if (text === '') return null;
  let read: Draft;
  try {
    read = JSON.parse(text) as Draft;
  } catch {
    return null;
  }
  const whole = TEXTS.every((field) => typeof read[field] === 'string');
  if (!whole || !COLOURS.includes(read.colour)) return null;
  const { name, colour, systemPrompt, greeting, prompts, model } = read;
  const generation = { ...NO_GENERATION, ...read.generation };
  return { name, colour, systemPrompt, greeting, prompts, generation, model: model ?? null };
}

/** A persona while it is being written. */
export class PersonaEditor {
  name = $state('');
  colour = $state<PersonaColour>('blue');
  systemPrompt = $state('');
  greeting = $state('');
  /** One a line, as they are typed. */
  prompts = $state('');
  generation = $state.raw<GenerationSettings>(NO_GENERATION);
  model = $state.raw<OwnModel | null>(null);
  saving = $state(false);
  error = $state.raw<CommandError | null>(null);
  /** A field holds something that is no value. */
  readonly broken = $state<Record<string, boolean>>({});
  /** Whether it is known if something was written here before and not saved. */
  ready = $state(false);
  /** Such words are in the fields. */
  restored = $state(false);
  readonly id: string | null;
  readonly builtIn: boolean;
  readonly #before: string;

  constructor(
    readonly host: Host,
    readonly persona: Persona | null,
    readonly library: PersonaLibrary,
  ) {
    const profile = persona?.profile ?? EMPTY;
    this.id = persona?.id ?? null;
    this.builtIn = persona?.builtIn ?? false;
    this.name = profile.name;
    this.colour = profile.colour;
    this.systemPrompt = profile.systemPrompt;
    this.greeting = profile.greeting;
    this.prompts = profile.prompts.join('\n');
    this.generation = profile.generation;
    this.model = profile.model;
    this.#before = JSON.stringify(this.profile());
  }

  /** What is in the fields. */
  profile(): PersonaProfile {
    return {
      name: this.name.trim(),
      colour: this.colour,
      systemPrompt: this.systemPrompt,
      greeting: this.greeting.trim(),
      // A space at the end stays: the person goes on typing behind it.
      prompts: this.prompts.split('\n').filter((line) => line.trim() !== ''),
      generation: this.generation,
      model: this.model,
    };
  }

  get changed(): boolean {
    return JSON.stringify(this.profile()) !== this.#before;
  }

  get draftKey(): string {
    return personaDraft(this.id);
  }

  /** The fields as they are typed, for a draft; empty where nothing was changed. */
  get draft(): string {
    const { name, colour, systemPrompt, greeting, prompts, generation, model } = this;
    if (!this.changed) return '';
    return JSON.stringify({ name, colour, systemPrompt, greeting, prompts, generation, model });
  }

  /** Takes what was written before and not saved, unless something newer is in the fields. */
  restore(draft: string): void {
    const before = parseDraft(draft);
    if (before !== null && !this.changed) {
      Object.assign(this, before);
      this.restored = this.changed;
    }
    this.ready = true;
  }

  /** Whether it can be saved as it is. */
  get complete(): boolean {
    return this.name.trim() !== '' && !Object.values(this.broken).some(Boolean);
  }
}
