/** A place in the app. On a phone the list and the conversation are two pages. */
export type Route =
  | { view: 'chat'; page: 'thread'; conversation: string | null }
  /** `archive`: the conversations that were put away. */
  | { view: 'chat'; page: 'list'; conversation: string | null; archive?: boolean }
  | { view: 'summarise' }
  | { view: 'documents' }
  | { view: 'trash' }
  | { view: 'translate' }
  | { view: 'personas' }
  /** A persona that is being written; null is a new one. */
  | { view: 'persona'; id: string | null }
  /** The texts, and the one that is written; null is a new one. On a phone two pages. */
  | { view: 'write'; page: 'list' | 'text'; text: string | null }
  | { view: 'settings' };

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'view' in value;
}

/** Where the person is. Steps go into the window's history, so the back gesture works. */
export class Navigation {
  route = $state.raw<Route>({ view: 'chat', page: 'thread', conversation: null });
  /** The places that steps back lead to, the nearest last. */
  #trail: Route[] = [];

  constructor(private readonly onRoute: (route: Route) => void) {}

  /** Listens to the back and forward gestures; returns the function that ends it. */
  listen(): () => void {
    const follow = (event: PopStateEvent): void => {
      if (!isRoute(event.state)) return;
      this.#trail.pop();
      this.route = event.state;
      this.onRoute(this.route);
    };
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }

  /** Takes a step that "back" undoes. */
  go(route: Route): void {
    if (sameRoute(route, this.route)) return;
    this.#trail.push(this.route);
    history.pushState(route, '');
    this.route = route;
  }

  /** Changes where we are without a step. */
  replace(route: Route): void {
    history.replaceState(route, '');
    this.route = route;
  }

  /** Goes back, or to `fallback` when the app was opened here. */
  back(fallback: Route): void {
    if (this.#trail.length > 0) {
      history.back();
      return;
    }
    this.replace(fallback);
    this.onRoute(fallback);
  }

  /** Goes from a conversation up to the list, wherever the conversation was opened from. */
  toList(): void {
    const before = this.#trail.at(-1);
    if (before?.view === 'chat' && before.page === 'list') {
      history.back();
      return;
    }
    this.replace({ view: 'chat', page: 'list', conversation: null });
    this.onRoute(this.route);
  }
}

function inArchive(route: Route): boolean {
  return route.view === 'chat' && route.page === 'list' && route.archive === true;
}

function sameRoute(a: Route, b: Route): boolean {
  if (a.view === 'persona' && b.view === 'persona') return a.id === b.id;
  if (a.view === 'write' && b.view === 'write') return a.page === b.page && a.text === b.text;
  if (a.view !== 'chat' || b.view !== 'chat') return a.view === b.view;
  return a.page === b.page && a.conversation === b.conversation && inArchive(a) === inArchive(b);
}
