import type { CommandError } from '../host/bindings/CommandError';
import type { ModelStatus } from '../host/bindings/ModelStatus';
import type { ModelSummary } from '../host/bindings/ModelSummary';
import type { OwnModel } from '../host/bindings/OwnModel';
import { toCommandError, type Host } from '../host/host';

/** The model behind the answers: what state it is in and how to change it. */
export class Model {
  /** Null until the shell has reported for the first time. */
  status = $state.raw<ModelStatus | null>(null);
  /** Whether the model's details are on the screen. */
  detailsOpen = $state(false);
  /** A command that failed without the status saying so. */
  commandError = $state.raw<CommandError | null>(null);
  /** The model that can answer: the loaded one, also when loading another has failed. */
  readonly usable: ModelSummary | null = $derived.by(() => {
    const status = this.status;
    if (status === null || status.state === 'empty' || status.state === 'loading') return null;
    return status.model;
  });

  /** What is wrong with the model, if anything. */
  readonly error: CommandError | null = $derived.by(() => {
    const { status } = this;
    if (status?.state !== 'failed') return this.commandError;
    // The conversation that wanted it says so; to all others nothing has happened.
    return this.#borrowing && status.model !== null ? null : status.error;
  });

  /** Whether the last load was for one conversation. */
  #borrowing = $state(false);
  /** What was last asked for here: a path, or null for the built-in model; else the shell chose. */
  #asked: string | null | undefined;

  constructor(
    private readonly host: Host,
    private readonly onChange: () => void,
  ) {}

  async watch(): Promise<void> {
    try {
      await this.host.modelWatch((status) => {
        this.status = status;
        if (status.state !== 'failed') this.commandError = null;
        this.onChange();
      });
    } catch (error) {
      this.commandError = toCommandError(error);
    }
  }

  /**
   * Loads once more what failed: the file that the error names, else the one that was asked for,
   * else the built-in model.
   */
  tryAgain(): Promise<void> {
    // By its path, the built-in model would become a choice, and stay one when the app moves.
    if (this.#asked === null) return this.#load(null);
    return this.#load(this.error?.details['path'] ?? this.#asked ?? null);
  }

  /** Loads the model that a conversation wants; the next start knows nothing of it. Rejects when it can't be loaded. */
  async borrow(wanted: OwnModel): Promise<void> {
    this.#borrowing = true;
    this.commandError = null;
    await this.host.modelLoad(wanted.kind === 'file' ? wanted.path : null, false);
  }

  /** Whether the loaded model is this one. */
  is(wanted: OwnModel): boolean {
    if (this.usable === null) return false;
    return wanted.kind === 'file' ? this.usable.path === wanted.path : this.usable.isDefault;
  }

  useDefault(): Promise<void> {
    return this.#load(null);
  }

  async choose(): Promise<void> {
    const before = this.#asked;
    this.#borrowing = false;
    this.#asked = undefined;
    await this.#command(async () => {
      if (!(await this.host.modelChoose())) this.#asked = before;
    });
  }

  async #load(path: string | null): Promise<void> {
    this.#asked = path;
    this.#borrowing = false;
    await this.#command(() => this.host.modelLoad(path, true));
  }

  async #command(run: () => Promise<unknown>): Promise<void> {
    this.commandError = null;
    try {
      await run();
    } catch (error) {
      this.commandError = toCommandError(error);
    }
  }
}
