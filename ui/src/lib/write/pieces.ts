import type { DiffPiece } from '../host/bindings/DiffPiece';

/** What a person says to a change: taken, left, or nothing yet. */
export type Decision = boolean | null;

/** A change of a rewrite, numbered from 0 on. */
export type Change = Extract<DiffPiece, { type: 'change' }>;

/** The changes among the pieces, in order. */
export function changesOf(pieces: readonly DiffPiece[]): Change[] {
  return pieces.filter((piece) => piece.type === 'change');
}

/** The text with the changes that were taken; with all of them the rewrite, with none the text. */
export function apply(pieces: readonly DiffPiece[], decisions: readonly Decision[]): string {
  let number = 0;
  return pieces
    .map((piece) => {
      if (piece.type === 'same') return piece.text;
      return decisions[number++] === true ? piece.new : piece.old;
    })
    .join('');
}
