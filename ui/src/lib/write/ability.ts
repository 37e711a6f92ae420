import type { ModelSummary } from '../host/bindings/ModelSummary';

/** Below so many weights a model does short, plain tasks, and often badly. */
const SMALL = 1_000_000_000;

/** Whether the model is so small that a person should be told not to expect much. */
export function isSmall(model: ModelSummary | null): boolean {
  return model !== null && model.parameterCount < SMALL;
}

/**
 * Whether a model that was made for the `known` languages was not made for that of a tag. Where
 * nothing is known about the model, nothing is said.
 */
export function isForeign(known: readonly string[], tag: string): boolean {
  const base = (code: string): string => code.split('-')[0] ?? code;
  return known.length > 0 && !known.some((code) => base(code) === base(tag));
}
