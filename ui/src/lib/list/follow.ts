/**
 * Staying at the end of a growing list, and noticing when the reader wants to leave it.
 *
 * Scroll events don't say who caused them. A reader who scrolls up lowers the offset while the
 * content keeps its height or grows; a list that corrects itself after measuring rows lowers the
 * offset together with the height. Only the first one ends following.
 */

/** The part of an element that matters here, in CSS pixels. */
export interface Viewport {
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

/** Distance from the end, in pixels, that still counts as being there. */
const SLACK = 8;

export class Follower {
  #offset = 0;
  #height = 0;

  /** Whether there is anything above to scroll up to. */
  canLeave(viewport: Viewport): boolean {
    return viewport.scrollTop > 0;
  }

  /** Moves the viewport to the end. */
  pin(viewport: Viewport): void {
    viewport.scrollTop = viewport.scrollHeight;
    this.#remember(viewport);
  }

  /** Whether the list follows its end after a scroll event, given that it did `before`. */
  scrolled(viewport: Viewport, before: boolean): boolean {
    const distance = viewport.scrollHeight - viewport.clientHeight - viewport.scrollTop;
    const movedUp = viewport.scrollTop < this.#offset && viewport.scrollHeight >= this.#height;
    this.#remember(viewport);
    if (distance <= SLACK) return true;
    return before && !movedUp;
  }

  #remember(viewport: Viewport): void {
    this.#offset = viewport.scrollTop;
    this.#height = viewport.scrollHeight;
  }
}
