/** A place in the app. On a phone the list and the conversation are two pages. */
export type Route =
  | { view: 'chat'; page: 'list' | 'thread'; conversation: string | null }
  | { view: 'trash' }
  | { view: 'personas' }
  /** A persona that is being written; null is a new one. */
  | { view: 'persona'; id: string | null }
  | { view: 'settings' };

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'view' in value;
}

/** Where the person is. Steps go into the window's history, so the back gesture works. */
export class Navigation {
  route = $state.raw<Route>({ view: 'chat', page: 'thread', conversation: null });
  /** How many steps back stay inside the app. */
  #depth = 0;

  constructor(private readonly onRoute: (route: Route) => void) {}

  /** Listens to the back and forward gestures; returns the function that ends it. */
  listen(): () => void {
    const follow = (event: PopStateEvent): void => {
      if (!isRoute(event.state)) return;
      this.#depth = Math.max(0, this.#depth - 1);
      this.route = event.state;
      this.onRoute(this.route);
    };
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }

  /** Takes a step that "back" undoes. */
  go(route: Route): void {
    if (sameRoute(route, this.route)) return;
    this.#depth += 1;
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
    if (this.#depth > 0) {
      history.back();
      return;
    }
    this.replace(fallback);
    this.onRoute(fallback);
  }
}

function sameRoute(a: Route, b: Route): boolean {
  if (a.view === 'persona' && b.view === 'persona') return a.id === b.id;
  if (a.view !== 'chat' || b.view !== 'chat') return a.view === b.view;
  return a.page === b.page && a.conversation === b.conversation;
}
