import type { GenerationSettings } from '../bindings/GenerationSettings';
import type { PageLanguage } from '../bindings/PageLanguage';
import type { Persona } from '../bindings/Persona';
import type { PersonaColour } from '../bindings/PersonaColour';
import type { PersonaLibrary } from '../bindings/PersonaLibrary';
import type { PersonaProfile } from '../bindings/PersonaProfile';
import type { PromptPreview } from '../bindings/PromptPreview';
import type { PromptProblem } from '../bindings/PromptProblem';
import { NO_GENERATION } from '../../state/no-settings';
import { commandError } from './store';

type Words = Pick<PersonaProfile, 'name' | 'systemPrompt' | 'greeting' | 'prompts'>;

/** What a person changed: about a built-in persona, or a persona of their own. */
interface Row {
  id: string;
  profile: PersonaProfile | null;
  deleted: boolean;
}

export interface PersonaSnapshot {
  rows: Row[];
  nextId: number;
}

const VARIABLES = ['date', 'time', 'weekday', 'language', 'model'];

/** Some of the personas that come with the app. */
const BUILT_IN: { id: string; colour: PersonaColour; words: Record<PageLanguage, Words> }[] = [
  {
    id: 'assistant',
    colour: 'green',
    words: {
      en: words('Assistant', 'You are a helpful assistant. Be clear and brief.', '', []),
      'zh-CN': words('助手', '你是一个有用的助手，回答清楚简短。', '', []),
    },
  },
  {
    id: 'writer',
    colour: 'amber',
    words: {
      en: words('Writer', 'You help people write, in clear sentences.', 'What shall we write?', [
        'Write a polite email that declines an invitation',
        'Make this shorter and clearer: ',
      ]),
      'zh-CN': words('写作', '你帮助人们写作，语句清楚自然。', '想写点什么？', [
        '写一封婉拒邀请的邮件',
        '把这段话改得更简短清楚：',
      ]),
    },
  },
  {
    id: 'tutor',
    colour: 'blue',
    words: {
      en: words(
        'Tutor',
        'You are a patient tutor. Explain step by step, with one small example.',
        'What would you like to understand?',
        ['Explain fractions with a pizza', 'Why does the moon change its shape?'],
      ),
      'zh-CN': words('家教', '你是一位耐心的老师，一步一步讲解。', '想弄懂什么？', [
        '用披萨讲讲分数',
        '月亮为什么会变形状？',
      ]),
    },
  },
  {
    id: 'translator',
    colour: 'violet',
    words: {
      en: words(
        'Translator',
        'Translate what the user writes into {{language}}.',
        'What shall I translate?',
        ['Translate into French: Where is the nearest pharmacy?'],
      ),
      'zh-CN': words('翻译', '把用户写的内容译成{{language}}。', '要翻译什么？', [
        '译成英文：最近的药店在哪里？',
      ]),
    },
  },
];

function words(name: string, systemPrompt: string, greeting: string, prompts: string[]): Words {
  return { name, systemPrompt, greeting, prompts };
}

const DEFAULTS: GenerationSettings = {
  temperature: 0.4,
  topK: 40,
  topP: 0.9,
  minP: 0.05,
  repetitionPenalty: 1.1,
  maxTokens: 1024,
};

/** The personas of the mock, with the rules of the real ones. */
export class MockPersonas {
  language: PageLanguage = 'en';
  readonly #rows: Row[];
  #nextId: number;

  constructor(stored?: PersonaSnapshot) {
    this.#rows = stored?.rows ?? [];
    this.#nextId = stored?.nextId ?? 1;
  }

  snapshot(): PersonaSnapshot {
    return { rows: this.#rows, nextId: this.#nextId };
  }

  library(): PersonaLibrary {
    const ids = [
      ...BUILT_IN.map(({ id }) => id),
      ...this.#rows.map(({ id }) => id).filter((id) => original(id, 'en') === null),
    ];
    return {
      personas: ids.map((id) => this.#find(id)).filter((found) => found !== null),
      defaults: DEFAULTS,
      ranges: {
        temperature: [0, 2],
        topK: [0, 1000],
        topP: [0.05, 1],
        minP: [0, 0.9],
        repetitionPenalty: [0.5, 2],
        maxTokens: [16, 32768],
      },
      variables: VARIABLES,
      defaultPersona: 'assistant',
    };
  }

  save(id: string | null, profile: PersonaProfile): Persona {
    if (profile.name.trim() === '') {
      throw commandError('out_of_range', { field: 'name', least: '1', most: '60' });
    }
    const prompts = profile.prompts.filter((prompt) => prompt.trim() !== '');
    const kept = { ...profile, name: profile.name.trim(), prompts };
    const key = id ?? `p${String(this.#nextId++).padStart(5, '0')}`;
    this.#row(key, id === null).profile = kept;
    return this.#existing(key);
  }

  remove(id: string): void {
    this.#row(id).deleted = true;
  }

  restore(id: string): Persona {
    this.#row(id).deleted = false;
    return this.#existing(id);
  }

  reset(id: string): Persona {
    const place = this.#rows.findIndex((row) => row.id === id);
    if (place >= 0) this.#rows.splice(place, 1);
    return this.#existing(id);
  }

  preview(prompt: string): PromptPreview {
    const values: Record<string, string> = {
      date: this.language === 'en' ? '18 March 2026' : '2026年3月18日',
      time: '14:30',
      weekday: this.language === 'en' ? 'Wednesday' : '星期三',
      language: this.language === 'en' ? 'English' : '简体中文',
      model: 'SmolLM2 135M Instruct',
    };
    const problems: PromptProblem[] = [];
    const text = prompt.replaceAll(/\{\{([^{}\n]*)(\}\})?/g, (typed, name: string, end) => {
      const value = values[name.trim().toLowerCase()];
      if (end === undefined) problems.push({ kind: 'unclosed', text: typed });
      else if (value === undefined) problems.push({ kind: 'unknown', text: name.trim() });
      else return value;
      return typed;
    });
    return { text, problems };
  }

  #find(id: string): Persona | null {
    const row = this.#rows.find((item) => item.id === id);
    const came = original(id, this.language);
    const profile = row?.profile ?? came;
    const builtIn = came !== null;
    const hidden = row?.deleted ?? false;
    if (profile === null || (hidden && !builtIn)) return null;
    return { id, profile, builtIn, changed: builtIn && (row?.profile ?? null) !== null, hidden };
  }

  #existing(id: string): Persona {
    const found = this.#find(id);
    if (found === null) throw commandError('not_found', { what: 'persona' });
    return found;
  }

  #row(id: string, fresh = false): Row {
    const found = this.#rows.find((row) => row.id === id);
    if (found) return found;
    if (!fresh && original(id, 'en') === null) throw commandError('not_found', { what: 'persona' });
    const row: Row = { id, profile: null, deleted: false };
    this.#rows.push(row);
    return row;
  }
}

function original(id: string, language: PageLanguage): PersonaProfile | null {
  const found = BUILT_IN.find((persona) => persona.id === id);
  if (found === undefined) return null;
  return { ...found.words[language], colour: found.colour, generation: NO_GENERATION, model: null };
}
