import type { DiffPiece } from '../host/bindings/DiffPiece';
import type { Rewritten } from '../host/bindings/Rewritten';
import type { RewriteStyle } from '../host/bindings/RewriteStyle';
import { apply, changesOf, type Change, type Decision } from '../write/pieces';

/** What was rewritten, and how. */
export interface Wish {
  style: RewriteStyle;
  instruction: string;
  attempt: number;
  /** Where in the text, in UTF-16 units. */
  start: number;
  end: number;
}

/** A rewrite that the person takes piece by piece. */
export class Review {
  readonly pieces: readonly DiffPiece[];
  readonly changes: readonly Change[];
  decisions = $state<Decision[]>([]);
  /** The change that is looked at. */
  current = $state(0);

  constructor(
    readonly wish: Wish,
    readonly rewritten: Rewritten,
  ) {
    this.pieces = rewritten.pieces;
    this.changes = changesOf(rewritten.pieces);
    this.decisions = this.changes.map(() => null);
  }

  get open(): number {
    return this.decisions.filter((decision) => decision === null).length;
  }

  get taken(): number {
    return this.decisions.filter((decision) => decision === true).length;
  }

  /** The words with the changes that were taken. */
  result(): string {
    return apply(this.pieces, this.decisions);
  }

  /** Looks at another change; the ends meet. */
  move(step: 1 | -1): void {
    const { length } = this.changes;
    if (length > 0) this.current = (this.current + step + length) % length;
  }

  /** Takes or leaves the change that is looked at, and goes to the next that is open. */
  decide(decision: boolean): void {
    if (this.current >= this.decisions.length) return;
    this.decisions[this.current] = decision;
    const { length } = this.decisions;
    for (let step = 1; step <= length; step += 1) {
      const next = (this.current + step) % length;
      if (this.decisions[next] === null) {
        this.current = next;
        return;
      }
    }
  }

  /** Takes or leaves all of them. */
  decideAll(decision: boolean): void {
    this.decisions = this.changes.map(() => decision);
  }
}
