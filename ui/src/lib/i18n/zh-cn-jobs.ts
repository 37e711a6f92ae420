import type { JobState } from '../host/bindings/JobState';
import type { jobs as english } from './en-jobs';
import { formats } from './format';

const f = formats('zh-CN');

const states: Record<JobState, string> = {
  queued: '排队中',
  running: '进行中',
  paused: '已暂停',
  interrupted: '应用关闭时中断',
  finished: '已完成',
  failed: '无法继续',
  cancelled: '已取消',
};

/** 需要多次调用模型的工作。 */
export const jobs: typeof english = {
  states,
  part: (done, total) => `第 ${f.number(done)} / ${f.number(total)} 部分`,
  done: (done, total) => `已完成 ${f.number(done)} / ${f.number(total)} 部分`,
  progress: (title) => `“${title}”的进度`,
  pause: '暂停',
  resume: '继续',
  cancel: '取消',
  remove: '移除',
  wasInterrupted: (title) => `“${title}”在应用关闭时中断了。`,
  left: (ms) => {
    if (ms < 10_000) return '还需几秒';
    if (ms < 55_000) return `还需约 ${f.number(Math.ceil(ms / 10_000) * 10)} 秒`;
    if (ms < 3_300_000) return `还需约 ${f.number(Math.ceil(ms / 60_000))} 分钟`;
    return `还需约 ${f.number(Math.round(ms / 360_000) / 10)} 小时`;
  },
};
