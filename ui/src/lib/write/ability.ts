import type { ModelSummary } from '../host/bindings/ModelSummary';

/** Below so many weights a model does short, plain tasks, and often badly. */
const SMALL = 1_000_000_000;

/** Whether the model is so small that a person should be told not to expect much. */
export function isSmall(model: ModelSummary | null): boolean {
  return model !== null && model.parameterCount < SMALL;
}

/** Models that were taught English and next to nothing else, by the beginning of their name. */
const ENGLISH_ONLY = /^(smollm|tinyllama|pythia|gpt2|phi-[12])/i;

/** Whether the model writes the language of a tag badly or not at all, as far as its name says. */
export function isForeign(model: ModelSummary | null, tag: string): boolean {
  return model !== null && !tag.startsWith('en') && ENGLISH_ONLY.test(model.name);
}
