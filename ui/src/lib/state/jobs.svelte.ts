import type { Job } from '../host/bindings/Job';
import type { JobEvent } from '../host/bindings/JobEvent';
import type { Host } from '../host/host';

/** How far the step is that is being done. */
export type JobProgress = Extract<JobEvent, { type: 'progress' }>;

/** What the jobs tell the rest of the page. */
export interface JobsListener {
  failed(error: unknown): void;
  /** A job has come to its end while the page was open. */
  finished(job: Job): void;
  /** A job was under way when the app ended last; `resume` has it go on. */
  interrupted(job: Job, resume: () => void): void;
}

/** Whether a job will still do something by itself. */
export function underWay(job: Job): boolean {
  return job.state === 'queued' || job.state === 'running';
}

/** Work that takes many calls of the model, as the program behind the page does it. */
export class Jobs {
  /** Oldest first. */
  all = $state.raw<Job[]>([]);
  /** Of the job that is being done. */
  progress = $state.raw<JobProgress | null>(null);
  #watching = false;
  #told = false;

  constructor(
    private readonly host: Host,
    private readonly listener: JobsListener,
  ) {}

  /** Follows the jobs from now on; once is enough. */
  async watch(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    try {
      await this.host.jobsWatch((event) => this.#receive(event));
    } catch (error) {
      this.#watching = false;
      this.listener.failed(error);
    }
  }

  /** The latest job of a kind about a subject. */
  about(kind: string, subject: string): Job | null {
    return this.all.findLast((job) => job.kind === kind && job.subject === subject) ?? null;
  }

  /** How much of a job is done, from 0 to 1. */
  share(job: Job): number {
    const { progress } = this;
    const within = progress?.id === job.id && job.state === 'running' ? progress.share : 0;
    return job.total === 0 ? 0 : Math.min(1, (job.done + within) / job.total);
  }

  /** How long the rest of a job takes, in milliseconds. */
  remaining(job: Job): number | null {
    const { progress } = this;
    if (job.state !== 'running') return null;
    return (progress?.id === job.id ? progress.remainingMs : null) ?? job.remainingMs;
  }

  pause = (id: string): Promise<void> => this.#do(() => this.host.jobPause(id));
  resume = (id: string): Promise<void> => this.#do(() => this.host.jobResume(id));
  cancel = (id: string): Promise<void> => this.#do(() => this.host.jobCancel(id));
  remove = (id: string): Promise<void> => this.#do(() => this.host.jobRemove(id));

  /** Takes a job that was just started, before its first event comes. */
  put(job: Job): void {
    const known = this.all.some(({ id }) => id === job.id);
    this.all = known
      ? this.all.map((other) => (other.id === job.id ? job : other))
      : [...this.all, job];
  }

  async #do(command: () => Promise<unknown>): Promise<void> {
    try {
      await command();
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** Says once, at the start, what waits for a word to go on: the latest, if there are several. */
  #tellInterrupted(): void {
    if (this.#told) return;
    this.#told = true;
    const job = this.all.findLast(({ state }) => state === 'interrupted');
    if (job) this.listener.interrupted(job, () => void this.resume(job.id));
  }

  #receive(event: JobEvent): void {
    switch (event.type) {
      case 'all':
        this.all = event.jobs;
        this.#tellInterrupted();
        break;
      case 'changed':
        this.put(event.job);
        if (this.progress?.id === event.job.id) this.progress = null;
        if (event.job.state === 'finished') this.listener.finished(event.job);
        break;
      case 'progress':
        this.progress = event;
        break;
      case 'removed':
        this.all = this.all.filter((job) => job.id !== event.id);
        break;
    }
  }
}
