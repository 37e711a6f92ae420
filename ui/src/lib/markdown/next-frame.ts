/** Milliseconds in which a page has a frame. */
const FRAME = 20;

/** Lets the page have a frame between two things that take most of one. */
export function nextFrame(): Promise<void> {
  return new Promise((next) => setTimeout(next, FRAME));
}
