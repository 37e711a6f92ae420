import type { ConversationSummary } from '../host/bindings/ConversationSummary';
import type { ExchangeProgress } from '../host/bindings/ExchangeProgress';
import type { ExportFormat } from '../host/bindings/ExportFormat';
import type { ExportLabels } from '../host/bindings/ExportLabels';
import type { ExportReport } from '../host/bindings/ExportReport';
import type { ImportReport } from '../host/bindings/ImportReport';
import type { TextFormat } from '../host/bindings/TextFormat';
import type { Host } from '../host/host';

/** What the exchange tells the rest of the page. */
export interface ExchangeListener {
  failed(error: unknown): void;
  exported(report: ExportReport): void;
  /** An export was stopped, and there is no file. */
  stopped(): void;
  /** Conversations may have come in. */
  imported(): Promise<void>;
  /** An import that nobody watched is over; `show` brings its report. */
  finished(show: () => void): void;
  copied(): void;
  /** The words of an export, and the name of its file. */
  labels(): ExportLabels;
  nameOf(conversation: ConversationSummary | null): string;
}

/** An export that is being decided on; without a conversation it is of all of them. */
export interface Asking {
  conversation: ConversationSummary | null;
  format: ExportFormat;
}

export interface Running {
  kind: 'export' | 'import';
  progress: ExchangeProgress | null;
  /** Whether it takes long enough to be shown. */
  shown: boolean;
  /** The person went on with something else meanwhile. */
  background: boolean;
  stopping: boolean;
}

/** Conversations to files and from files, and to the clipboard. */
export class Exchange {
  asking = $state<Asking | null>(null);
  running = $state<Running | null>(null);
  /** How the last import went, until it is read. */
  report = $state.raw<ImportReport | null>(null);

  constructor(
    private readonly host: Host,
    private readonly listener: ExchangeListener,
  ) {}

  /** Asks how a conversation, or all of them, should be exported. */
  ask(conversation: ConversationSummary | null): void {
    if (this.running !== null) return;
    this.asking = { conversation, format: conversation === null ? 'json' : 'markdown' };
  }

  dismiss(): void {
    this.asking = null;
  }

  /** Exports what was asked about to a file that the person chooses. */
  async export(): Promise<void> {
    const { asking } = this;
    if (asking === null || this.running !== null) return;
    const { conversation, format } = asking;
    this.asking = null;
    await this.#run('export', async (onProgress, running) => {
      const labels = this.listener.labels();
      const name = this.listener.nameOf(conversation);
      const id = conversation?.id ?? null;
      const report = await this.host.conversationsExport(id, format, labels, name, onProgress);
      if (report !== null) this.listener.exported(report);
      else if (running.stopping) this.listener.stopped();
    });
  }

  /** Reads conversations from a file that the person chooses. */
  async import(): Promise<void> {
    if (this.running !== null) return;
    await this.#run('import', async (onProgress, running) => {
      const report = await this.host.conversationsImport(onProgress);
      if (report === null) return;
      if (report.added > 0) await this.listener.imported();
      if (running.background) this.listener.finished(() => (this.report = report));
      else this.report = report;
    });
  }

  /** Leaves what runs alone; it goes on. */
  hide(): void {
    if (this.running !== null) this.running.background = true;
  }

  /** Asks what runs to stop; what has come in stays. */
  async stop(): Promise<void> {
    if (this.running === null || this.running.stopping) return;
    this.running.stopping = true;
    try {
      await this.host.exchangeCancel();
    } catch (error) {
      this.listener.failed(error);
    }
  }

  async copyConversation(id: string, format: TextFormat): Promise<void> {
    await this.#copy(() => this.host.conversationCopy(id, format, this.listener.labels()));
  }

  async copyMessage(id: string, format: TextFormat): Promise<void> {
    await this.#copy(() => this.host.messageCopy(id, format));
  }

  async #copy(copy: () => Promise<void>): Promise<void> {
    try {
      await copy();
      this.listener.copied();
    } catch (error) {
      this.listener.failed(error);
    }
  }

  async #run(
    kind: Running['kind'],
    work: (
      onProgress: (progress: ExchangeProgress) => void,
      running: Readonly<Running>,
    ) => Promise<void>,
  ): Promise<void> {
    this.running = { kind, progress: null, shown: false, background: false, stopping: false };
    const { running } = this;
    try {
      await work((progress) => {
        // The first word comes at once, the next one only when there is more to wait for.
        running.shown = running.progress !== null;
        running.progress = progress;
      }, running);
    } catch (error) {
      this.listener.failed(error);
    } finally {
      this.running = null;
    }
  }
}
