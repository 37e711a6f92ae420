/**
 * How often a growing answer is shown anew.
 *
 * Layout and painting of a new piece cost the processor that the model computes on: a millisecond
 * with a graphics card, twenty without one. So the pause between two pieces follows from what the
 * last ones have cost here, and is none where that is little.
 */

/** The share of the time that showing may take. */
const SHARE = 0.06;
/** A longer pause would look like a stuck answer. */
const LONGEST_MS = 250;

export class Pace {
  /** A moving mean, in milliseconds. */
  #cost = 0;

  /** Takes what showing a piece has cost, in milliseconds. */
  showed(cost: number): void {
    this.#cost = this.#cost === 0 ? cost : (this.#cost + cost) / 2;
  }

  /** Milliseconds from showing one piece to showing the next. */
  get pause(): number {
    return Math.min(LONGEST_MS, this.#cost / SHARE);
  }
}
