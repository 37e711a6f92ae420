import type { CommandError } from '../host/bindings/CommandError';
import type { ErrorCode } from '../host/bindings/ErrorCode';
import type { Dictionary } from './i18n.svelte';

/** What happened in one short sentence, and what to do about it. */
export interface ErrorText {
  title: string;
  advice: string;
}

export type ErrorDetails = CommandError['details'];

/** Words for every code: a code without words does not compile. */
export type ErrorWords = Record<ErrorCode, (details: ErrorDetails) => ErrorText>;

/** The words for an error. A code this page does not know (a newer shell) reads as `internal`. */
export function errorText(dictionary: Dictionary, error: CommandError): ErrorText {
  const words = Object.hasOwn(dictionary.errors, error.code)
    ? dictionary.errors[error.code]
    : dictionary.errors.internal;
  return words(error.details);
}
