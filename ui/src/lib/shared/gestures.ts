/** Touch gestures, as attachments for elements. A mouse does not trigger them. */

/** How long a finger rests until it is a long press, in milliseconds, as on Android and iOS. */
const LONG_PRESS_MS = 500;
/** How far a resting finger may tremble, in pixels. */
const TREMBLE = 10;
/** How far a finger has to go for a swipe, in pixels, and how straight: sideways by up to. */
const SWIPE = 64;
const STRAIGHT = 0.5;
/** The longest time of a swipe, in milliseconds; slower is reading or scrolling. */
const SWIPE_MS = 600;

type Attachment = (element: HTMLElement) => () => void;

/** Calls `run` when a finger rests on the element; the tap that would follow is swallowed. */
export function longPress(run: () => void): Attachment {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let start = { x: 0, y: 0 };
    let done = false;
    const cancel = (): void => clearTimeout(timer);
    const listeners = {
      pointerdown: (event: PointerEvent) => {
        cancel();
        done = false;
        if (event.pointerType !== 'touch' || !event.isPrimary) return;
        start = { x: event.clientX, y: event.clientY };
        timer = setTimeout(() => {
          done = true;
          run();
        }, LONG_PRESS_MS);
      },
      pointermove: (event: PointerEvent) => {
        const far = Math.hypot(event.clientX - start.x, event.clientY - start.y);
        if (far > TREMBLE) cancel();
      },
      pointerup: cancel,
      pointercancel: cancel,
      click: (event: MouseEvent) => {
        if (!done) return;
        done = false;
        event.preventDefault();
        event.stopPropagation();
      },
    };
    return listen(element, listeners);
  };
}

/**
 * Calls `run` when a finger is drawn from the beginning of the line to its end, as for "back". What
 * scrolls sideways by itself keeps its own way, and a selection of text is not disturbed.
 */
export function swipeBack(run: () => void): Attachment {
  return (element) => {
    let start: { x: number; y: number; at: number } | null = null;
    const listeners = {
      pointerdown: (event: PointerEvent) => {
        const touch = event.pointerType === 'touch' && event.isPrimary;
        const { clientX: x, clientY: y, timeStamp: at } = event;
        start = touch && !scrollsSideways(event.target, element) ? { x, y, at } : null;
      },
      pointerup: (event: PointerEvent) => finish(event),
      // The browser takes the pointer away when it scrolls with it.
      pointercancel: () => (start = null),
    };
    const finish = (event: PointerEvent): void => {
      if (start === null) return;
      const rtl = getComputedStyle(element).direction === 'rtl';
      const across = (event.clientX - start.x) * (rtl ? -1 : 1);
      const aside = Math.abs(event.clientY - start.y);
      const quick = event.timeStamp - start.at < SWIPE_MS;
      start = null;
      const selecting = document.getSelection()?.isCollapsed === false;
      if (across > SWIPE && aside < across * STRAIGHT && quick && !selecting) run();
    };
    return listen(element, listeners);
  };
}

function scrollsSideways(target: EventTarget | null, upTo: HTMLElement): boolean {
  let element = target instanceof Element ? target : null;
  for (; element !== null && element !== upTo; element = element.parentElement) {
    if (element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement) return true;
    const { overflowX } = getComputedStyle(element);
    const scrolls = overflowX === 'auto' || overflowX === 'scroll';
    if (scrolls && element.scrollWidth > element.clientWidth) return true;
  }
  return false;
}

function listen(
  element: HTMLElement,
  listeners: Record<string, (event: never) => void>,
): () => void {
  const end = new AbortController();
  for (const [type, listener] of Object.entries(listeners)) {
    element.addEventListener(type, listener as EventListener, {
      signal: end.signal,
      capture: type === 'click',
    });
  }
  return () => end.abort();
}
