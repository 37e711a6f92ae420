/** How long a note stays, in milliseconds; one with an action stays longer. */
const STAY_MS = 4000;
const STAY_WITH_ACTION_MS = 8000;

export interface ToastAction {
  label: string;
  testId: string;
  run: () => void;
}

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'error';
  action: ToastAction | null;
}

/** Short notes at the edge of the window. */
export class Toasts {
  items = $state.raw<Toast[]>([]);
  #nextId = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** Shows a note and returns its id. */
  show(text: string, options: { tone?: Toast['tone']; action?: ToastAction } = {}): number {
    const toast: Toast = {
      id: this.#nextId++,
      text,
      tone: options.tone ?? 'plain',
      action: options.action ?? null,
    };
    this.items = [...this.items.slice(-2), toast];
    this.resume(toast.id);
    return toast.id;
  }

  dismiss(id: number): void {
    this.pause(id);
    this.items = this.items.filter((toast) => toast.id !== id);
  }

  /** Keeps a note while the pointer or the focus rests on it. */
  pause(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  resume(id: number): void {
    this.pause(id);
    const toast = this.items.find((item) => item.id === id);
    if (toast === undefined) return;
    const stay = toast.action === null && toast.tone === 'plain' ? STAY_MS : STAY_WITH_ACTION_MS;
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), stay),
    );
  }

  /** Whether a note offers something to do. */
  get hasAction(): boolean {
    return this.items.some((item) => item.action !== null);
  }

  /** Runs the action of the newest note that has one; false when there is none. */
  runLatestAction(): boolean {
    const toast = this.items.findLast((item) => item.action !== null);
    if (toast === undefined) return false;
    this.dismiss(toast.id);
    toast.action?.run();
    return true;
  }
}
