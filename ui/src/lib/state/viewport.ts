import { MediaQuery } from 'svelte/reactivity';

/** Whether the page has the phone's layout: one column. The style sheets use the same width. */
export const phone = new MediaQuery('max-width: 760px');

/** Share of the usual height below which an on-screen keyboard must be open. */
const KEYBOARD_BELOW = 0.75;

/**
 * Keeps the page as high as what is visible, so that an on-screen keyboard pushes the composer up
 * instead of covering it, and marks the page while that keyboard is open. Returns its end.
 */
export function followViewport(): () => void {
  const viewport = window.visualViewport;
  if (!viewport) return () => undefined;
  const root = document.documentElement;
  let width = 0;
  let tallest = 0;
  const follow = (): void => {
    if (viewport.width !== width) {
      width = viewport.width;
      tallest = 0;
    }
    tallest = Math.max(tallest, viewport.height);
    const coarse = matchMedia('(pointer: coarse)').matches;
    root.toggleAttribute('data-keyboard', coarse && viewport.height < tallest * KEYBOARD_BELOW);
    // Where the layout follows the keyboard by itself, the style sheet's own height is right.
    if (Math.abs(window.innerHeight - viewport.height) < 1 || viewport.scale !== 1) {
      root.style.removeProperty('--viewport-height');
    } else {
      root.style.setProperty('--viewport-height', `${viewport.height}px`);
      window.scrollTo(0, 0);
    }
  };
  follow();
  viewport.addEventListener('resize', follow);
  return () => viewport.removeEventListener('resize', follow);
}
