import type { CommandError } from '../host/bindings/CommandError';
import type { DraftModel as Paired } from '../host/bindings/DraftModel';
import { toCommandError, type Host } from '../host/host';

/** The smaller model that guesses ahead of the loaded one, and how to change it. */
export class DraftModel {
  /** Null until it was asked for. */
  paired = $state.raw<Paired | null>(null);
  /** Whether the shell is loading one. */
  busy = $state(false);
  /** What went wrong with the last choice; the draft model before stays. */
  #refused = $state.raw<CommandError | null>(null);
  readonly error: CommandError | null = $derived(this.#refused ?? this.paired?.error ?? null);

  constructor(private readonly host: Host) {}

  load(): Promise<void> {
    return this.#run(() => this.host.draftModelGet());
  }

  choose(): Promise<void> {
    return this.#run(() => this.host.draftModelChoose());
  }

  remove(): Promise<void> {
    return this.#run(() => this.host.draftModelRemove());
  }

  async #run(run: () => Promise<Paired>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.#refused = null;
    try {
      this.paired = await run();
    } catch (error) {
      this.#refused = toCommandError(error);
    } finally {
      this.busy = false;
    }
  }
}
