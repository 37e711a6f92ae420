import type { ownModel as en } from './en-own-model';

/** 有自己模型的对话。 */
export const ownModel: typeof en = {
  builtIn: '内置模型',
  next: (wanted) => `下一个回答由 ${wanted} 给出，届时会先加载它。`,
  now: '现在加载',
  loading: (wanted) => `正在加载在这里回答的 ${wanted}…`,
  refused: (wanted) => `应在这里回答的 ${wanted} 无法加载`,
  settle: (loaded) => `用 ${loaded} 回答`,
  another: '换个模型…',
};
