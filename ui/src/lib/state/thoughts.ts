/**
 * What a model thinks before it answers: `<think> … </think>` at the beginning of its text. Thoughts
 * are kept with the answer, but they are not the answer: not copied, not read out.
 */

export interface Parts {
  /** Null where the model didn't think, or thought nothing. */
  thoughts: string | null;
  answer: string;
  /** The thoughts have not ended. */
  thinking: boolean;
}

const OPENING = '<think>';
const CLOSING = '</think>';

/** Takes an answer's text apart; while it is `growing`, half a tag at its end is held back. */
export function partsOf(text: string, growing = false): Parts {
  const begun = text.trimStart();
  if (!begun.startsWith(OPENING)) {
    const mayThink = growing && OPENING.startsWith(begun);
    return { thoughts: null, answer: mayThink ? '' : text, thinking: false };
  }
  const end = begun.indexOf(CLOSING);
  const inner = begun.slice(OPENING.length, end === -1 ? undefined : end);
  const thoughts = (growing && end === -1 ? withoutHalfTag(inner) : inner).trim();
  return {
    thoughts: thoughts === '' ? null : thoughts,
    answer: end === -1 ? '' : begun.slice(end + CLOSING.length).trimStart(),
    thinking: end === -1,
  };
}

function withoutHalfTag(text: string): string {
  const start = text.lastIndexOf('<');
  return start !== -1 && CLOSING.startsWith(text.slice(start)) ? text.slice(0, start) : text;
}
