import type { JobState } from '../host/bindings/JobState';
import { formats } from './format';

const f = formats('en');

const states: Record<JobState, string> = {
  queued: 'Waiting for its turn',
  running: 'Working',
  paused: 'Paused',
  interrupted: 'Interrupted when the app closed',
  finished: 'Done',
  failed: 'Could not go on',
  cancelled: 'Cancelled',
};

/** Work that takes many calls of the model. */
export const jobs = {
  states,
  part: (done: number, total: number) => `part ${f.number(done)} of ${f.number(total)}`,
  done: (done: number, total: number) => `${f.number(done)} of ${f.number(total)} parts done`,
  progress: (title: string) => `Progress of “${title}”`,
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel',
  remove: 'Remove',
  wasInterrupted: (title: string) => `“${title}” was interrupted when the app closed.`,
  left: (ms: number) => {
    if (ms < 10_000) return 'a few seconds left';
    if (ms < 55_000) return `about ${f.number(Math.ceil(ms / 10_000) * 10)} s left`;
    if (ms < 3_300_000) return `about ${f.number(Math.ceil(ms / 60_000))} min left`;
    return `about ${f.number(Math.round(ms / 360_000) / 10)} h left`;
  },
};
