import { MediaQuery } from 'svelte/reactivity';

/** Whether the page has the phone's layout: one column. The style sheets use the same width. */
export const phone = new MediaQuery('max-width: 760px');

/** What lies at the foot of the page on a phone, with the height of each; 0 for what is not shown. */
const feet = new Map<HTMLElement, number>();

/**
 * Marks an element as part of the foot of the phone's page. The style sheets find the height of the
 * whole foot as `--foot`; what floats stays above it.
 */
export function foot(element: HTMLElement): () => void {
  const publish = (): void => {
    const height = [...feet.values()].reduce((sum, each) => sum + each, 0);
    document.documentElement.style.setProperty('--foot', `${height}px`);
  };
  const observer = new ResizeObserver(() => {
    feet.set(element, element.offsetHeight);
    publish();
  });
  observer.observe(element, { box: 'border-box' });
  return () => {
    observer.disconnect();
    feet.delete(element);
    publish();
  };
}

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
