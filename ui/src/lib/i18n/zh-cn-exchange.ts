import type { exchange as english } from './en-exchange';
import { formats } from './format';

const f = formats('zh-CN');

/** 导出、导入与复制。 */
export const exchange: typeof english = {
  heading: '您的数据',
  exportIntro: '带走全部对话：用于备份、换到另一台设备，或在别处阅读。',
  exportAll: '全部导出…',
  importIntro:
    '导入来自 LLMOS、ChatGPT、Claude 或 Open WebUI 的对话：选择从那里得到的文件即可，.zip 也行。',
  import: '导入…',

  export: '导出…',
  copyMarkdown: '复制为 Markdown',
  copyText: '复制为纯文本',

  exportOne: '导出这个对话',
  exportAllTitle: '导出全部对话',
  format: '格式',
  formats: { json: 'JSON', markdown: 'Markdown', text: '纯文本' },
  formatHints: {
    json: '全部内容，包含所有版本，可以再导入 LLMOS。',
    markdown: '便于阅读和编辑：您看到的内容，保留格式。',
    text: '在哪里都能看：您看到的内容，不带格式。',
  },
  unencrypted: '导出的文件没有加密，拿到它的人都能阅读。回收站中的内容不会导出。',
  chooseFile: '选择文件…',
  fileName: 'LLMOS 对话',
  labels: { you: '您', assistant: 'LLMOS' },

  exporting: '正在导出',
  importing: '正在导入',
  exportProgress: (done, total) => `${f.number(done)} / ${f.number(total)} 个对话`,
  importProgress: (added, done, total) =>
    `已导入 ${f.number(added)} 个对话 · 已读取 ${f.bytes(done)} / ${f.bytes(total)}`,
  stopKeeps: '可以随时停止，已导入的内容会保留。',
  background: '在后台继续',
  showReport: '查看',
  stop: '停止',
  stopping: '正在停止…',
  exported: (n, path) => `已将 ${f.number(n)} 个对话导出到 ${path}`,
  exportStopped: '导出已停止，没有生成文件。',

  reportTitle: '导入完成',
  reportTitlePart: '部分导入',
  sources: { llmos: 'LLMOS', chatgpt: 'ChatGPT', claude: 'Claude', open_webui: 'Open WebUI' },
  added: (n, source) =>
    n === 0 ? `没有来自 ${source} 的新对话。` : `已从 ${source} 导入 ${f.number(n)} 个对话。`,
  known: (n, inTrash) =>
    `${f.number(n)} 个对话之前就在这里${inTrash > 0 ? `，其中 ${f.number(inTrash)} 个在回收站中` : ''}。`,
  omitted: (n) => `略过了 ${f.number(n)} 处图片、文件或工具步骤：LLMOS 只保存文字。`,
  endTruncated:
    '文件在中途断开，或从那里起已损坏。之前的内容已导入。请重新获取文件后再导入一次，不会出现重复。',
  endCancelled: '您已停止导入。已导入的内容会保留；再次导入该文件即可补全，不会出现重复。',
  endFailed: '没能保存全部内容',
  skipped: (n) => `${f.number(n)} 个对话没有导入：`,
  place: (n) => `文件中的第 ${f.number(n)} 个`,
  reasons: {
    unreadable: '无法读取。',
    shape: '结构与预期不符。',
    unknown_role: '其中有既不是您也不是模型的发言者。',
    missing_parent: '缺少被后续消息引用的消息。',
    cycle: '消息的先后关系形成了环。',
    too_large: '内容过大。',
    empty: '其中没有文字。',
  },
  more: (n) => `还有 ${f.number(n)} 个`,
};
