import type { SummaryLength } from '../host/bindings/SummaryLength';
import type { SummaryMatter } from '../host/bindings/SummaryMatter';
import type { SummaryStyle } from '../host/bindings/SummaryStyle';
import type { summarise as english } from './en-summarise';
import { formats } from './format';

const f = formats('zh-CN');

const styles: Record<SummaryStyle, string> = {
  keyPoints: '要点',
  sentence: '一句话',
  paragraphs: '段落',
  minutes: '会议纪要',
  child: '讲给孩子',
};

const styleHints: Record<SummaryStyle, string> = {
  keyPoints: '重要内容，每条一句。',
  sentence: '整篇文字概括成一句。',
  paragraphs: '连贯的段落。',
  minutes: '会议的决定、任务和未决问题。',
  child: '用简单的话说。',
};

const lengths: Record<SummaryLength, string> = { short: '短', medium: '中', long: '长' };

const matters: Record<SummaryMatter, string> = {
  decision: '决定',
  action: '任务',
  question: '未决问题',
};

/** 文本的摘要。 */
export const summarise: typeof english = {
  heading: '摘要',
  back: '新摘要',
  text: '原文',
  result: '摘要',
  source: '要摘要的文字',
  placeholder: '粘贴或输入任意长度的文字，或打开一个文件。',
  openFile: '打开文件…',
  clear: '清空',
  drop: '放下文件以生成摘要',
  words: (n) => `${f.number(n)} 词`,
  bigText: '这里只显示开头，但会读完全文。',
  start: '生成摘要',
  starting: '正在划分文字…',

  style: '形式',
  styles,
  styleHints,
  length: '长度',
  lengths,
  language: '语言',
  sameLanguage: '与原文相同',
  englishOnly: (model) => `${model} 只会写英文。需要其他语言时，请在设置中加载更大的模型。`,

  teachTitle: '一分钟读完',
  teach: [
    '无论多长，文字都在本机上逐部分读完。',
    '每个要点都能回到它所来自的部分。',
    '你会看到读了多少，以及哪些没能概括。',
    '随时可以关闭应用：较长的摘要会从中断处继续。',
  ],
  earlier: '以前的摘要',
  none: '生成的摘要会保存在这里。',
  loading: '正在打开你的摘要…',
  versions: (n) => `${f.number(n)} 份摘要`,
  parts: (n) => `${f.number(n)} 个部分`,
  remove: (title) => `删除“${title}”`,
  removed: (title) => `已删除“${title}”。`,

  part: (n) => `第 ${f.number(n)} 部分`,
  partOf: (n, total) => `第 ${f.number(n)} / ${f.number(total)} 部分`,
  page: (n) => `第 ${f.number(n)} 页`,
  partsRange: (range) => `第 ${range} 部分`,
  toPart: (range) => `在原文中查看：第 ${range} 部分`,
  partRead: '已读',
  backToSummary: '返回摘要',

  version: '版本',
  versionName: (n, style, request) => `${f.number(n)} · ${request ?? style}`,
  matters,
  discussed: '其他讨论',
  nothing: '这段文字中没有可以概括的内容。',
  quoted: '原文原句：模型在这里没有给出可用的内容。',
  coverage: (read, parts) => `已读 ${f.number(read)} / ${f.number(parts)} 个部分。`,
  notRead: (n) => `有 ${f.number(n)} 个部分没能概括，改为引用原句。`,
  emptyParts: (n) => `有 ${f.number(n)} 个部分没有文字。`,
  madeBy: (model, when) => `${model} · ${when}`,
  mistakes: '小模型会出错。点开要点对应的部分即可核对。',

  copy: '复制',
  export: '导出',
  exportMarkdown: '导出为 Markdown…',
  exportText: '导出为纯文本…',
  saved: (path) => `已保存：${path}`,
  ask: '在聊天中提问',
  textTooLong: '原文太长，无法放进聊天，改为附上摘要。',

  refine: '调整',
  refineHint: '用你自己的话：“只要数字”“写成建议”……',
  refineGo: '调整',
  shorter: '更短',
  longer: '更长',
  risks: '只要风险',
  risksWish: '只写风险和问题。',
  otherStyle: '换一种形式…',
  again: '重新阅读',
  ready: (title) => `“${title}”的摘要已完成。`,
  readyHere: '摘要已完成。',
  show: '查看',
};
