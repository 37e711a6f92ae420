import type { ModelStatus } from '../host/bindings/ModelStatus';
import type { Dictionary } from '../i18n/i18n.svelte';

export type ModelTone = 'ok' | 'busy' | 'warn' | 'off';

/** The model's state as few words: its name, what it does, and how to colour the dot. */
export interface ModelWords {
  name: string;
  state: string;
  tone: ModelTone;
}

/** Shortens a name so that it fits a chip: `SmolLM2 135M Instruct` reads `SmolLM2 135M`. */
export function shortName(name: string): string {
  return name.replace(/\.gguf$/i, '').replace(/[\s-]+(instruct|chat|it)$/i, '');
}

export function modelWords(t: Dictionary, status: ModelStatus | null): ModelWords {
  if (status === null) return { name: t.model.label, state: t.model.starting, tone: 'off' };
  switch (status.state) {
    case 'empty':
      return { name: t.model.none, state: '', tone: 'off' };
    case 'loading':
      return {
        name: shortName(status.name),
        state: t.model.loading(status.progress),
        tone: 'busy',
      };
    case 'ready':
      return { name: shortName(status.model.name), state: t.model.ready, tone: 'ok' };
    case 'generating':
      return { name: shortName(status.model.name), state: t.model.generating, tone: 'busy' };
    case 'failed':
      return {
        name: status.model ? shortName(status.model.name) : t.model.label,
        state: status.model ? t.model.ready : t.model.failed,
        tone: 'warn',
      };
  }
}
