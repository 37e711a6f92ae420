import type { CommandError } from '../bindings/CommandError';
import type { Job } from '../bindings/Job';
import type { JobEvent } from '../bindings/JobEvent';
import { commandError } from './store';

/** A job to play. */
export interface MockPlan {
  kind: string;
  title: string;
  subject: string | null;
  steps: number;
  /** What the model writes in a step. */
  text?: (step: number) => string;
  onFinished?: (job: Job) => void;
}

/** Events of progress within a step. */
const WITHIN = 3;

/** Plays jobs: they are done one after the other, a few events a step, and do nothing. */
export class MockJobs {
  all: Job[] = [];
  /** Nothing goes on while this is set. */
  held = false;
  readonly #plans = new Map<string, MockPlan>();
  readonly #listeners: ((event: JobEvent) => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #within = 0;
  #next = 1;

  constructor(
    private readonly paceMs: () => number,
    private readonly now: () => number,
  ) {}

  watch(onEvent: (event: JobEvent) => void): void {
    this.#listeners.push(onEvent);
    onEvent({ type: 'all', jobs: this.all });
  }

  start(plan: MockPlan): Job {
    const job: Job = {
      id: `job-${this.#next++}`,
      kind: plan.kind,
      title: plan.title,
      subject: plan.subject,
      state: 'queued',
      trouble: null,
      model: 'SmolLM2 135M Instruct',
      done: 0,
      total: plan.steps,
      remainingMs: null,
      createdAt: this.now(),
      updatedAt: this.now(),
    };
    this.#plans.set(job.id, plan);
    this.all = [...this.all, job];
    this.#tell(job);
    this.#kick();
    return job;
  }

  pause(id: string): Job {
    return this.#move(id, ['queued', 'running'], 'paused');
  }

  resume(id: string): Job {
    const job = this.#move(id, ['paused', 'interrupted', 'failed', 'cancelled'], 'queued');
    this.#kick();
    return job;
  }

  cancel(id: string): Job {
    return this.#move(id, ['queued', 'running', 'paused', 'interrupted', 'failed'], 'cancelled');
  }

  remove(id: string): void {
    this.all = this.all.filter((job) => job.id !== id);
    this.#send({ type: 'removed', id });
  }

  /** What a crash or trouble does to a job. */
  strike(
    id: string,
    state: 'interrupted' | 'paused' | 'failed',
    trouble: CommandError | null,
  ): void {
    this.#put(id, { state, trouble, remainingMs: null });
  }

  /** Goes on after `held`. */
  release(): void {
    this.held = false;
    this.#kick();
  }

  #kick(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#step()) this.#kick();
    }, this.paceMs());
  }

  /** Plays one event; false when there is nothing to do. */
  #step(): boolean {
    if (this.held) return false;
    const running = this.all.find((job) => job.state === 'running');
    if (running === undefined) {
      const next = this.all.find((job) => job.state === 'queued');
      if (next === undefined) return false;
      this.#within = 0;
      this.#put(next.id, { state: 'running' });
      return true;
    }
    const { id, done, total } = running;
    const each = this.paceMs() * (WITHIN + 1);
    if (this.#within < WITHIN) {
      this.#within += 1;
      const text = this.#plans.get(id)?.text?.(done) ?? '';
      const share = this.#within / (WITHIN + 1);
      this.#send({
        type: 'progress',
        id,
        step: done,
        share,
        text: text.slice(0, Math.ceil(text.length * share)),
        remainingMs: each * (total - done - share),
      });
      return true;
    }
    this.#within = 0;
    if (done + 1 < total) {
      this.#put(id, { done: done + 1, remainingMs: each * (total - done - 1) });
      return true;
    }
    const finished = this.#put(id, { done: total, state: 'finished', remainingMs: null }, false);
    this.#plans.get(id)?.onFinished?.(finished);
    this.#tell(finished);
    return true;
  }

  #move(id: string, from: Job['state'][], to: Job['state']): Job {
    const job = this.all.find((job) => job.id === id);
    if (job === undefined) throw commandError('not_found');
    if (!from.includes(job.state)) throw commandError('job_moved');
    return this.#put(id, { state: to, trouble: null, remainingMs: null });
  }

  #put(id: string, change: Partial<Job>, tell = true): Job {
    const before = this.all.find((job) => job.id === id);
    if (before === undefined) throw commandError('not_found');
    const job = { ...before, ...change, updatedAt: this.now() };
    this.all = this.all.map((other) => (other.id === id ? job : other));
    if (tell) this.#tell(job);
    return job;
  }

  #tell(job: Job): void {
    this.#send({ type: 'changed', job });
  }

  #send(event: JobEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
