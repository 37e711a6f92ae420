import type { speed as english } from './en-speed';

/** 草稿模型与使用电池时的速度。 */
export const speed: typeof english = {
  draft: '草稿模型',
  draftNone: '无',
  draftChoose: '选择文件…',
  draftRemove: '不使用',
  draftHint:
    '同一系列中小得多的第二个模型，用来猜测接下来的词，再由您的模型一次性核对。回答内容不变；猜得准时，回答来得更快。它需要额外的内存；没有帮助时会自动搁置。',
  draftLoading: '正在加载草稿模型…',
  draftIdle: '草稿模型未被使用',
  battery: '使用电池时',
  batteryChoices: { automatic: '自动', full: '全速', gentle: '省电' },
  batteryHint:
    '“省电”只用一半的处理器核心：发热更少、续航更长，但回答较慢。“自动”在系统进入省电模式或电量不高于 20% 时这样做。',
};
